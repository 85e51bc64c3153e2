"""Maintenance windows: recurring times on the site's own clock."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from appliances.api.narrowed import OfSites
from appliances.api.serializers.names import SiteName
from portal.api.bases import Answer, Body, Query
from portal.api.fields import Instant, LocalTime
from upgrades.api.serializers.jobs import BookingAnswer
from upgrades.api.serializers.whatif import Displacing
from upgrades.models import MaintenanceWindow
from upgrades.services import wording

LONGEST = timedelta(days=180)


class WindowAnswer(Answer):
    """An RRULE (RFC 5545) from a day on, at a time of the site's clock, for so many minutes."""

    id = serializers.UUIDField()
    site = SiteName()
    rule = serializers.CharField()
    starts_on = serializers.DateField()
    at = LocalTime()
    minutes = serializers.IntegerField()
    title = serializers.CharField()
    in_words = serializers.SerializerMethodField()

    def get_in_words(self, window: MaintenanceWindow) -> str:
        return wording.describe(window)


class WindowQuery(OfSites):
    lookups = {"site": "site_id"}

    site = serializers.UUIDField(required=False)


class WindowBody(Body):
    rule = serializers.CharField(max_length=200, help_text="FREQ=WEEKLY;BYDAY=SA")
    starts_on = serializers.DateField()
    at = LocalTime(help_text="22:00, on the site's clock")
    minutes = serializers.IntegerField(min_value=15, max_value=1440)
    title = serializers.CharField(max_length=80, default="", allow_blank=True)


class WindowOfSite(WindowBody):
    site = serializers.UUIDField()


class Stranded(Answer):
    """The bookings that are outside the site's windows now. They keep their times."""

    outside = BookingAnswer(many=True)


class WindowChange(Displacing):
    """Only what is given changes. Upgrades that would lie outside are treated as `settle` says,
    or keep their times where `leave_outside` names them; without either, nothing is changed."""

    rule = serializers.CharField(max_length=200, required=False)
    starts_on = serializers.DateField(required=False)
    at = LocalTime(required=False)
    minutes = serializers.IntegerField(min_value=15, max_value=1440, required=False)
    title = serializers.CharField(max_length=80, allow_blank=True, required=False)
    leave_outside = serializers.ListField(
        child=serializers.UUIDField(), max_length=200, default=list,
        help_text="Ids of bookings that may lie outside the windows from now on.",
    )  # fmt: skip


class WindowForesight(Body):
    """Only what is given would change."""

    rule = serializers.CharField(max_length=200, required=False)
    starts_on = serializers.DateField(required=False)
    at = LocalTime(required=False)
    minutes = serializers.IntegerField(min_value=15, max_value=1440, required=False)
    title = serializers.CharField(max_length=80, allow_blank=True, required=False)


class AvailabilityQuery(Query):
    """Between two instants, at most 180 days apart."""

    start = Instant(help_text="From when on.")
    end = Instant(help_text="Until when.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not timedelta() < attrs["end"] - attrs["start"] <= LONGEST:
            raise serializers.ValidationError({"end": [_("At most 180 days after the start.")]})
        return attrs


class SiteAvailabilityQuery(AvailabilityQuery):
    minutes = serializers.IntegerField(
        min_value=1, max_value=4320, help_text="How long the work may take at worst."
    )


class ReasonAnswer(Answer):
    code = serializers.CharField(help_text="The rule that refuses, a stable word.")
    sentence = serializers.CharField()
    remedy = serializers.CharField(help_text="The smallest change that would allow it.")
    change_minutes = serializers.IntegerField(source="change")


class NightAnswer(Answer):
    """A stretch of the site's windows: free from `starts_at` on, or refused by every reason."""

    starts_at = Instant(source="start")
    ends_at = Instant(source="end")
    free = serializers.BooleanField()
    reasons = ReasonAnswer(many=True)


class AvailabilityAnswer(Answer):
    zone = serializers.CharField()
    nights = NightAnswer(many=True)
