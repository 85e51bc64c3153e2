"""What would become of the upgrades that a change hits, and what was chosen for them."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from portal.api.bases import Answer, Body
from portal.api.fields import Instant
from upgrades.models import UpgradeJob
from upgrades.services.whatif import Strategy

STRATEGIES = [(each.value, each.value) for each in Strategy]
MOST_CHOICES = 1000


class HitWindow(Answer):
    window = serializers.IntegerField(help_text="Of the job's plan.")
    starts_at = Instant()
    ends_at = Instant()


class NewTime(Answer):
    window = serializers.IntegerField()
    was = Instant()
    now = Instant()


class Letter(Answer):
    kind = serializers.CharField()
    to = serializers.CharField()


class OutcomeAnswer(Answer):
    """What one strategy makes of one upgrade. `refusal`: why it cannot be treated so."""

    strategy = serializers.ChoiceField(STRATEGIES)
    possible = serializers.BooleanField()
    refusal = serializers.CharField()
    state = serializers.CharField(help_text="Of the job afterwards; empty if not possible.")
    moves = NewTime(many=True)
    messages = Letter(many=True, source="told", help_text="Those that would go.")
    broken = serializers.ListField(
        child=serializers.CharField(), help_text="Promises that it would break."
    )


class HitAnswer(Answer):
    """An upgrade that would no longer fit."""

    job = serializers.UUIDField(source="job_id")
    label = serializers.CharField()
    site = serializers.CharField()
    zone = serializers.CharField(help_text="Of the site.")
    state = serializers.ChoiceField(UpgradeJob.State.choices)
    target = serializers.CharField()
    windows = HitWindow(many=True)
    why = serializers.ListField(child=serializers.CharField())
    outcomes = OutcomeAnswer(many=True)


class WhatIfAnswer(Answer):
    """Nothing was changed. Send `digest` back in `settle` to have exactly this done."""

    digest = serializers.CharField()
    upgrades = HitAnswer(many=True)


class JobChoice(Body):
    job = serializers.UUIDField()
    strategy = serializers.ChoiceField(STRATEGIES)


class Settle(Body):
    """What shall become of the upgrades that the preview named: all of it happens, or nothing."""

    digest = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=64, help_text="Of the preview."
    )
    strategy = serializers.ChoiceField(STRATEGIES, default=Strategy.NEXT.value)
    jobs = JobChoice(
        many=True, required=False, default=list, max_length=MOST_CHOICES,
        help_text="Upgrades to be treated otherwise.",
    )  # fmt: skip

    def validate_jobs(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        if len({each["job"] for each in value}) < len(value):
            raise serializers.ValidationError(_("Name each upgrade once."))
        return value


class Displacing(Body):
    """A change that may displace upgrades. Without `settle` it is done only if it hits none."""

    settle = Settle(required=False)
