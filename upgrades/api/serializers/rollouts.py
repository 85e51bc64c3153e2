"""Rollouts for the vendor's staff, and a site's place in one for everybody it concerns."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appliances.api.narrowed import OfSites
from appliances.api.serializers.names import SiteName
from portal.api.bases import Answer, Body, CustomerName
from portal.api.fields import Instant
from upgrades.models import Enrolment, Rollout
from upgrades.services.rollouts.drafts import MOST_WAVES
from upgrades.services.rollouts.figures import NOBODY


class WaveAnswer(Answer):
    number = serializers.IntegerField()
    title = serializers.CharField()
    by_likeness = serializers.BooleanField()
    size = serializers.IntegerField(allow_null=True)
    share = serializers.IntegerField(allow_null=True, help_text="Percent of those in it.")
    opens_next_at = serializers.IntegerField(help_text="Percent upgraded.")
    soak_days = serializers.IntegerField()
    stops_at = serializers.IntegerField(help_text="Percent: more failures stop the rollout.")
    opened_at = Instant(allow_null=True)
    passed_at = Instant(allow_null=True)


class RolloutAnswer(Answer):
    id = serializers.UUIDField()
    name = serializers.CharField()
    release = serializers.CharField(source="release.version")
    audience = serializers.CharField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    stopped_days = serializers.IntegerField()
    state = serializers.ChoiceField(Rollout.State.choices)
    reason = serializers.CharField()
    notices = serializers.CharField()
    made_at = Instant()
    opened_at = Instant(allow_null=True)
    stopped_at = Instant(allow_null=True)
    drawn_at = Instant(allow_null=True, help_text="Null while its sites are being worked out.")
    waves = WaveAnswer(many=True, source="waves.all")


class WaveFigures(Answer):
    number = serializers.IntegerField()
    sites = serializers.DictField(child=serializers.IntegerField(), help_text="By state.")
    in_trouble = serializers.IntegerField()
    stops_above = serializers.IntegerField()
    coverage = serializers.JSONField(help_text="Of a wave by likeness: shown, all, missing.")


class RolloutPreview(Answer):
    """Who is in it, who is not and why, as it was last worked out; the sites are
    `GET /api/v1/enrolments?rollout=…`."""

    drawn = serializers.BooleanField()
    named = serializers.IntegerField(help_text="Sites that the audience names.")
    waves = WaveFigures(many=True)
    left_out = serializers.DictField(child=serializers.IntegerField(), help_text="By code.")


class WaveBody(Body):
    title = serializers.CharField(max_length=80, required=False, default="", allow_blank=True)
    by_likeness = serializers.BooleanField(required=False, default=False)
    size = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=1_000_000
    )
    share = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=100
    )
    opens_next_at = serializers.IntegerField(
        required=False, default=100, min_value=0, max_value=100
    )
    soak_days = serializers.IntegerField(required=False, default=0, min_value=0, max_value=90)
    stops_at = serializers.IntegerField(required=False, default=10, min_value=0, max_value=100)


class RolloutBody(Body):
    name = serializers.CharField(max_length=120)
    release = serializers.UUIDField(help_text="The id of a product package.")
    audience = serializers.CharField(
        max_length=1000, required=False, default="", allow_blank=True,
        help_text="The filter language; empty: every site.",
    )  # fmt: skip
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    notices = serializers.CharField(max_length=2000, required=False, default="", allow_blank=True)
    waves = WaveBody(many=True, min_length=1, max_length=MOST_WAVES)


class EnrolmentAnswer(Answer):
    """A site's place. `last_possible_on`: no night of it is later."""

    id = serializers.UUIDField()
    customer = CustomerName()
    site = SiteName()
    rollout = serializers.CharField(source="rollout.name")
    rollout_id = serializers.UUIDField()
    release = serializers.CharField(source="rollout.release.version")
    state = serializers.ChoiceField(Enrolment.State.choices)
    job_id = serializers.UUIDField(allow_null=True)
    planned_on = serializers.DateField(allow_null=True)
    last_possible_on = serializers.DateField(allow_null=True)
    answer_by = Instant(allow_null=True)
    answered_at = Instant(allow_null=True)
    if_silent = serializers.CharField(
        source="customer.silent_rule", help_text="What was agreed for no answer: BOOK or LAPSE."
    )
    held = serializers.SerializerMethodField(help_text="The vendor has stopped the rollout.")
    code = serializers.CharField(help_text="Why it is left out, or what it waits for.")
    reason = serializers.CharField(source="why", help_text="In the language that is asked for.")

    @extend_schema_field(serializers.BooleanField())
    def get_held(self, row: Enrolment) -> bool:
        return row.held_at is not None


class EnrolmentQuery(OfSites):
    lookups = {"rollout": "rollout_id", "state": "state", "site": "site_id", "code": "code"}

    rollout = serializers.UUIDField(required=False)
    state = serializers.ChoiceField(Enrolment.State.choices, required=False)
    site = serializers.UUIDField(required=False)
    code = serializers.CharField(max_length=40, required=False)


class Slot(Body):
    starts_at = Instant(help_text="When the first window shall begin.")
    digest = serializers.CharField(
        max_length=64, help_text="Of the plan that was seen: `plan.digest` of the job."
    )
    word = serializers.BooleanField(
        required=False, default=False, help_text="Regions without an accepting node are agreed to."
    )


def figures_told(figures: Any, drawn: bool, named: int) -> dict[str, Any]:
    return {
        "drawn": drawn,
        "named": named,
        "waves": [
            {
                "number": row.wave.number, "sites": (row.now or NOBODY).by_state,
                "in_trouble": row.now.trouble, "stops_above": row.stops_above,
                "coverage": row.coverage,
            }
            for row in figures.waves
        ],
        "left_out": dict(figures.left_out),
    }  # fmt: skip
