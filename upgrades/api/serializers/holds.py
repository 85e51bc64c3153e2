"""Base holds: the database's refusal to change an appliance after a base problem."""

from rest_framework import serializers

from appliances.api.serializers.names import ApplianceName, SiteName
from portal.api.bases import Answer, Body, CustomerName, Pages, PersonName
from portal.api.fields import Instant


class HoldAnswer(Answer):
    id = serializers.UUIDField()
    customer = CustomerName()
    site = SiteName(source="appliance.site")
    appliance = ApplianceName()
    job_id = serializers.UUIDField()
    step_id = serializers.UUIDField()
    opened_at = Instant()
    reason = serializers.CharField()
    ticket = serializers.CharField()
    asked_by = PersonName(allow_null=True)
    asked_at = Instant(allow_null=True)
    released_by = PersonName(allow_null=True)
    released_at = Instant(allow_null=True)


class HoldQuery(Pages):
    """`open=true`: those not released."""

    lookups = {"open": "released_at__isnull", "site": "appliance__site_id", "job": "job_id"}

    open = serializers.BooleanField(required=False, allow_null=True, default=None)
    site = serializers.UUIDField(required=False)
    job = serializers.UUIDField(required=False)


class Ticket(Body):
    ticket = serializers.CharField(max_length=60, help_text="The vendor's ticket number.")
