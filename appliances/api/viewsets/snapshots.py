from rest_framework import serializers

from appliances.api.serializers.names import ApplianceName
from appliances.models import Snapshot
from portal.api.bases import Answer, Pages
from portal.api.exports import Exports
from portal.api.fields import Instant, words
from portal.api.pages import Keyset


class SnapshotAnswer(Answer):
    """What was measured of an appliance at an instant. `differences` are what a window changed."""

    id = serializers.UUIDField()
    appliance = ApplianceName()
    job_id = serializers.UUIDField(allow_null=True, help_text="null: taken on request.")
    window = serializers.IntegerField(help_text="Of the job; 0: none.")
    moment = serializers.ChoiceField(Snapshot.Moment.choices)
    taken_at = Instant()
    data = serializers.JSONField(help_text="What it could tell; a null was not answered.")


class SnapshotQuery(Pages):
    lookups = {
        "job": "job_id", "site": "appliance__site_id", "appliance": "appliance_id",
        "moment": "moment__in",
    }  # fmt: skip

    job = serializers.UUIDField(required=False)
    site = serializers.UUIDField(required=False)
    appliance = serializers.UUIDField(required=False)
    moment = words([("BEFORE", ""), ("AFTER", "")])


class Snapshots(Exports):
    """Measured states, kept to compare: before and after each window. Newest first."""

    model = Snapshot
    related = ("appliance",)
    site_path = "appliance__site_id"
    order = Keyset("-taken_at")
    needs = {"list": "job.view", "retrieve": "job.view"}
    asks = {"list": SnapshotQuery}
    gives = {"retrieve": SnapshotAnswer}
