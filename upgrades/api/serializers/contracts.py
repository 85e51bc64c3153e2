"""Contracts as staff write them down."""

from rest_framework import serializers

from portal.api.bases import Body, CustomerName, Pages
from portal.api.customers import ContractAnswer
from upgrades.api.serializers.whatif import Displacing


class OwnContractAnswer(ContractAnswer):
    customer = CustomerName()


class ContractQuery(Pages):
    lookups = {"covers": "starts_on__lte", "number": "number", "plan": "plan"}

    covers = serializers.DateField(required=False, help_text="Those that cover this day.")
    number = serializers.CharField(required=False, max_length=60)
    plan = serializers.CharField(required=False, max_length=40)


class ContractBody(Body):
    number = serializers.CharField(max_length=60)
    plan = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="The last day that it covers.")


class ContractChange(Displacing):
    """Only what is given changes."""

    number = serializers.CharField(max_length=60, required=False)
    plan = serializers.CharField(max_length=40, required=False, allow_blank=True)
    starts_on = serializers.DateField(required=False)
    ends_on = serializers.DateField(required=False)


class ContractEnd(Displacing):
    ends_on = serializers.DateField(help_text="The last day that it covers, before the agreed one.")
