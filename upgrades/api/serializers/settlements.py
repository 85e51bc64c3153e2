"""Changes for every customer, for the vendor's staff."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from portal.api.bases import Answer, Body, CustomerName, Pages
from portal.api.fields import Instant, LocalMoment
from upgrades.api.serializers.whatif import STRATEGIES, HitAnswer
from upgrades.models import Settlement, SettlementPart
from upgrades.services import freezing
from upgrades.services.whatif import lists, working


class SettlementAnswer(Answer):
    """`done` of `of_all` customers were looked at; once it is decided: treated."""

    id = serializers.UUIDField()
    what = serializers.ChoiceField(Settlement.What.choices)
    title = serializers.CharField()
    state = serializers.ChoiceField(Settlement.State.choices)
    strategy = serializers.CharField(help_text="Empty until it is decided.")
    release = serializers.UUIDField(source="release_id", allow_null=True)
    package = serializers.UUIDField(source="package_id", allow_null=True)
    freeze = serializers.UUIDField(source="freeze_id", allow_null=True)
    progress = serializers.SerializerMethodField()
    asked_at = Instant()
    confirmed_at = Instant(allow_null=True)
    ended_at = Instant(allow_null=True)

    @extend_schema_field(serializers.DictField(child=serializers.IntegerField()))
    def get_progress(self, row: Settlement) -> dict[str, int]:
        done, of_all = working.progress(row)
        return {"done": done, "of_all": of_all}


class SettlementQuery(Pages):
    lookups = {"state": "state", "what": "what"}

    state = serializers.ChoiceField(Settlement.State.choices, required=False)
    what = serializers.ChoiceField(Settlement.What.choices, required=False)


class PartAnswer(Answer):
    """A customer that it hits, as it was looked at. `why`: why it was left as it is. `failed_at`:
    the portal failed here, and a person may have it tried again."""

    customer = CustomerName()
    upgrades = serializers.SerializerMethodField()
    looked_at = Instant()
    settled_at = Instant(allow_null=True)
    why = serializers.SerializerMethodField()
    failed_at = Instant(allow_null=True)

    def get_why(self, part: SettlementPart) -> str:
        return lists.why(part)

    @extend_schema_field(HitAnswer(many=True))
    def get_upgrades(self, part: SettlementPart) -> Any:
        return [_hit(lists.told(row)) for row in part.shown]


class Decision(Body):
    strategy = serializers.ChoiceField(STRATEGIES)


class PlatformFreezeBody(Body):
    title = serializers.CharField(max_length=freezing.TITLE)
    begin = LocalMoment(help_text="On the clock of each site, such as 2026-12-24T00:00.")
    end = LocalMoment(help_text="On the clock of each site; not included.")
    release = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="null: every upgrade."
    )


def _hit(row: dict[str, Any]) -> dict[str, Any]:
    """A kept row of a preview as a preview answers it."""
    return {
        "job": row["job_id"], "label": row["label"], "site": row["site"], "zone": row["zone"],
        "state": row["state"], "target": row["target"], "why": row["why"],
        "windows": [
            {"window": window, "starts_at": start, "ends_at": end}
            for window, start, end in row["starts"]
        ],
        "outcomes": [
            {
                "strategy": one["strategy"], "possible": not one["refusal"],
                "refusal": one["refusal"], "state": one["state"], "moves": one["moves"],
                "messages": [{"kind": kind, "to": to} for kind, to in one["letters"]],
                "broken": one["broken"],
            }
            for one in row["outcomes"]
        ],
    }  # fmt: skip
