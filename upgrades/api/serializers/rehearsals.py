"""Rehearsals: what is asked for, and what came of it."""

from typing import Any

from rest_framework import serializers

from appliances.api.serializers.names import PackageName, SiteName
from portal.api.bases import Answer, Body, Pages
from portal.api.fields import Instant
from upgrades.api.serializers.fixed import FixedWish
from upgrades.api.serializers.plans import Wish, told
from upgrades.models import Rehearsal
from upgrades.reports import what_then
from upgrades.services.rehearsals.asking import MOST_SEED
from upgrades.services.rehearsals.faults import MOST


class Faults(Body):
    """A fault is "base-fails", "base-fails:14" (at a step),
    "worker-lost:14:acted" (at a moment of its turn) or "random"."""

    faults = serializers.ListField(
        child=serializers.CharField(max_length=60), max_length=MOST, default=list
    )
    seed = serializers.IntegerField(
        min_value=0, max_value=MOST_SEED - 1, required=False,
        help_text="The same plan, faults and seed play the same.",
    )  # fmt: skip
    earliest = Instant(required=False, help_text="The windows lie after it.")


class RehearsalBody(Wish, Faults):
    """The plan to be played, and what goes wrong."""


class FixedRehearsalBody(FixedWish, Faults):
    """The plan of new hardware or of a repair to be played, and what goes wrong."""


class RehearsalQuery(Pages):
    lookups = {"site": "site_id", "digest": "digest", "state": "state"}

    site = serializers.UUIDField(required=False)
    digest = serializers.CharField(required=False, max_length=64)
    state = serializers.ChoiceField(Rehearsal.State.choices, required=False)


class FaultAnswer(Answer):
    name = serializers.CharField()
    seq = serializers.IntegerField(help_text="The step of the plan.")
    moment = serializers.CharField(help_text="When in its turn a worker is lost.")


class RehearsalAnswer(Answer):
    """One rehearsal. `digest` is of the plan that was played."""

    id = serializers.UUIDField()
    site = SiteName()
    target = PackageName()
    procedure = serializers.CharField()
    method = serializers.CharField()
    digest = serializers.CharField()
    seed = serializers.IntegerField()
    faults = FaultAnswer(many=True)
    state = serializers.ChoiceField(Rehearsal.State.choices)
    outcome = serializers.CharField(help_text="Empty until it is finished.")
    reason = serializers.SerializerMethodField()
    steps_done = serializers.IntegerField()
    steps_all = serializers.IntegerField()
    asked_at = Instant()
    ended_at = Instant(allow_null=True)

    def get_reason(self, row: Rehearsal) -> str:
        return told(row.reason)


class PlayedStep(Answer):
    seq = serializers.IntegerField()
    text = serializers.SerializerMethodField()
    action = serializers.CharField()
    hop = serializers.IntegerField()
    window = serializers.IntegerField()
    letter = serializers.CharField()
    state = serializers.CharField()
    began = serializers.CharField(help_text="An instant of the play; empty: not reached.")
    ended = serializers.CharField()
    minutes = serializers.IntegerField(allow_null=True)
    expected = serializers.IntegerField()
    worst = serializers.IntegerField()

    def get_text(self, step: dict[str, Any]) -> str:
        return told(step["text"])


class PlayedDowntime(Answer):
    minutes = serializers.IntegerField()
    expected = serializers.IntegerField()
    worst = serializers.IntegerField()
    still = serializers.BooleanField(help_text="The site is away where the play ends.")


class Stop(Answer):
    """Where it would halt, why, and what then."""

    seq = serializers.IntegerField()
    reason = serializers.SerializerMethodField()
    base_problem = serializers.BooleanField()
    then = serializers.SerializerMethodField()

    def get_then(self, stop: dict[str, Any]) -> list[str]:
        return what_then.told(stop["outcome"], stop)

    def get_reason(self, stop: dict[str, Any]) -> str:
        return told(stop["reason"])


class ReportAnswer(Answer):
    """Instants are the play's own."""

    began = serializers.CharField()
    ended = serializers.CharField()
    steps = PlayedStep(many=True)
    downtime = PlayedDowntime()
    stopped = Stop(allow_null=True)
    broken_rules = serializers.ListField(child=serializers.CharField())


class RehearsalDetail(RehearsalAnswer):
    """With its report, once it is finished."""

    report = ReportAnswer(source="played", allow_null=True)
