"""Checks of a site, who answers for them, what drifted, what windows changed, what is good."""

from typing import Any

from django.utils.translation import gettext
from rest_framework import serializers

from appliances.api.serializers.names import ApplianceName, SiteName
from appliances.models import Drift, ReadinessCheck, Waiver
from portal import clock
from portal.api.bases import Answer, Body, Pages, PersonName
from portal.api.fields import Instant

NAMES = ReadinessCheck.Name.choices


class WaiverName(Answer):
    """Who answers for a check, why, and until when."""

    id = serializers.UUIDField()
    reason = serializers.CharField()
    given_by = PersonName()
    expires_at = Instant()


class WaiverAnswer(WaiverName):
    site = SiteName()
    appliance = ApplianceName(allow_null=True)
    job_id = serializers.UUIDField(allow_null=True)
    check = serializers.ChoiceField(NAMES, source="check_name")
    given_at = Instant()
    withdrawn_at = Instant(allow_null=True)
    withdrawn_by = PersonName(allow_null=True)
    counts = serializers.SerializerMethodField()

    def get_counts(self, waiver: Waiver) -> bool:
        return waiver.counts_at(clock.now())


class WaiverQuery(Pages):
    lookups = {"site": "site_id", "check": "check_name", "withdrawn": "withdrawn_at__isnull"}

    site = serializers.UUIDField(required=False)
    check = serializers.ChoiceField(NAMES, required=False)
    withdrawn = serializers.BooleanField(required=False, allow_null=True, default=None)

    def validate_withdrawn(self, value: bool | None) -> bool | None:
        return None if value is None else not value


class WaiverBody(Body):
    """Answer for one check of a site, or of one appliance of it, for a time."""

    check = serializers.ChoiceField(NAMES)
    appliance = serializers.UUIDField(required=False, help_text="If not the whole site.")
    reason = serializers.CharField(max_length=400)
    expires_at = Instant()


class CheckAnswer(Answer):
    """The last answer to one question, and until when it counts."""

    id = serializers.UUIDField()
    name = serializers.ChoiceField(NAMES)
    appliance = ApplianceName(allow_null=True)
    status = serializers.ChoiceField(ReadinessCheck.Status.choices)
    severity = serializers.SerializerMethodField(help_text="Whether a bad answer blocks or warns.")
    blocks = serializers.BooleanField(help_text="Bad: a job may not start, unless it is waived.")
    stops = serializers.BooleanField(help_text="Nothing may start because of it now.")
    parameters = serializers.DictField(
        child=serializers.IntegerField(), help_text="What counts as good now, for this customer."
    )
    observed = serializers.CharField()
    reason = serializers.SerializerMethodField()
    taken_at = Instant()
    valid_until = Instant()
    waiver = WaiverName(allow_null=True)

    def get_severity(self, check: ReadinessCheck) -> str:
        return "blocks" if check.blocks else "warns"

    def get_reason(self, check: ReadinessCheck) -> str:
        return gettext(check.reason) if check.reason else ""


class ReadinessAnswer(Answer):
    checks = CheckAnswer(many=True)


class AskedAnswer(Answer):
    """The appliances are being asked. Answers taken at or after `asked_at` are to this."""

    asked_at = Instant()


class DriftAnswer(Answer):
    """Something read from an appliance that is not what was recorded."""

    id = serializers.UUIDField()
    site = SiteName()
    appliance = ApplianceName()
    fact = serializers.ChoiceField(Drift.Fact.choices)
    expected = serializers.CharField()
    found = serializers.CharField()
    first_seen_at = Instant()
    last_seen_at = Instant()
    ended = serializers.ChoiceField(Drift.End.choices, allow_blank=True)
    ended_at = Instant(allow_null=True)
    ended_by = PersonName(allow_null=True)
    remark = serializers.CharField()


class DriftQuery(Pages):
    lookups = {"site": "site_id", "fact": "fact", "open": "ended_at__isnull"}

    site = serializers.UUIDField(required=False)
    fact = serializers.ChoiceField(Drift.Fact.choices, required=False)
    open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="true: those that hold a site."
    )


class Remark(Body):
    remark = serializers.CharField(max_length=400, required=False, default="", allow_blank=True)


class Accepted(Remark):
    """`found` as you read it: another value that was read meanwhile is not accepted unseen."""

    found = serializers.CharField(max_length=200)


class DifferenceAnswer(Answer):
    """A value that a window changed. `beyond`: a person must look at it."""

    id = serializers.UUIDField()
    appliance = ApplianceName()
    job_id = serializers.UUIDField()
    window = serializers.IntegerField()
    key = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)
    expected = serializers.BooleanField()
    tolerance = serializers.IntegerField(allow_null=True, help_text="Per cent; null: none.")
    beyond = serializers.BooleanField()
    found_at = Instant()
    acknowledged_at = Instant(allow_null=True)
    acknowledged_by = PersonName(allow_null=True)
    remark = serializers.CharField()


class DifferenceQuery(Pages):
    lookups = {
        "job": "job_id", "site": "appliance__site_id", "beyond": "beyond",
        "open": "acknowledged_at__isnull",
    }  # fmt: skip

    job = serializers.UUIDField(required=False)
    site = serializers.UUIDField(required=False)
    beyond = serializers.BooleanField(required=False, allow_null=True, default=None)
    open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="false: those looked at."
    )


class ThresholdAnswer(Answer):
    """One value: what counts, what this customer set itself, and what would count without."""

    key = serializers.CharField()
    label = serializers.SerializerMethodField()
    value = serializers.IntegerField()
    own = serializers.IntegerField(allow_null=True)
    given = serializers.IntegerField()
    low = serializers.IntegerField()
    high = serializers.IntegerField()

    def get_label(self, row: Any) -> str:
        return gettext(row["label"])


class ThresholdsAnswer(Answer):
    thresholds = ThresholdAnswer(many=True)


class InstallationAnswer(Answer):
    """`own`: as this installation set it; `given`: as built in."""

    thresholds = ThresholdAnswer(many=True)


class ThresholdsBody(Body):
    """Only what is to change. null: as given by the installation (there: as built in) again."""

    values = serializers.DictField(child=serializers.IntegerField(allow_null=True))
