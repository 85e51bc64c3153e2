"""Who sends and who receives a parcel, and what customs asks: the lines of a return's addresses.

Kept as plain texts under these names (vendor.md §8.3, parties); whatever is not known is left out.
"""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

# In the order in which an address is written.
PARTY: dict[str, Any] = {
    "company": _("Company"),
    "building": _("Building, dock"),
    "street": _("Street and number"),
    "city": _("City"),
    "post_code": _("Post code"),
    "state": _("State or province"),
    "country": _("Country"),
    "contact": _("Contact"),
    "phone": _("Phone"),
    "email": _("E-mail"),
}
CUSTOMS: dict[str, Any] = {
    "vat": _("VAT number"),
    "eori": _("EORI or tax number"),
    "origin": _("Country of origin"),
    "value": _("Customs value, with currency"),
    "invoice": _("Commercial invoice"),
}
LONGEST = 120  # characters of a line


def clean(known: Mapping[str, Any], names: Mapping[str, Any]) -> dict[str, str]:
    """Only lines with a name and something on them, each of bearable length."""
    lines = {name: " ".join(str(known.get(name) or "").split())[:LONGEST] for name in names}
    return {name: line for name, line in lines.items() if line}


def lines_of(party: Mapping[str, str]) -> list[str]:
    """An address as it stands on a parcel: post code and city on one line, the contact last."""
    place = " ".join(part for part in (party.get("post_code"), party.get("city")) if part)
    region = ", ".join(part for part in (place, party.get("state")) if part)
    reached = ", ".join(
        part for part in (party.get("contact"), party.get("phone"), party.get("email")) if part
    )
    lines = (
        party.get("company"), party.get("building"), party.get("street"), region,
        party.get("country"), reached,
    )  # fmt: skip
    return [line for line in lines if line]


def customs_of(known: Mapping[str, str]) -> list[tuple[str, str]]:
    """What is known for customs, with its label in the active language."""
    return [(str(label), known[name]) for name, label in CUSTOMS.items() if known.get(name)]
