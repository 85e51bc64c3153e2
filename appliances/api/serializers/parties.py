"""Addresses of a parcel, and what customs asks."""

from rest_framework import serializers

from appliances.services import parties
from portal.api.bases import Body


def _line(label: str) -> serializers.CharField:
    return serializers.CharField(
        max_length=parties.LONGEST, required=False, allow_blank=True, help_text=label
    )


class Party(Body):
    """Who sends or receives the parcel; lines that are not known are left out."""

    company = _line("")
    building = _line("Or the dock.")
    street = _line("With its number.")
    city = _line("")
    post_code = _line("")
    state = _line("Or province.")
    country = _line("")
    contact = _line("A person's name.")
    phone = _line("")
    email = _line("")


class Customs(Body):
    vat = _line("VAT number.")
    eori = _line("Or tax number.")
    origin = _line("Country of origin.")
    value = _line("With its currency.")
    invoice = _line("Reference of the commercial invoice.")
