"""Maintenance windows: recurring times on the site's own clock."""

from rest_framework import serializers

from appliances.api.serializers.names import SiteName
from portal.api.bases import Answer, Body, Pages
from upgrades.api.serializers.jobs import BookingAnswer
from upgrades.models import MaintenanceWindow
from upgrades.services import wording


class WindowAnswer(Answer):
    """An RRULE (RFC 5545) from a day on, at a time of the site's clock, for so many minutes."""

    id = serializers.UUIDField()
    site = SiteName()
    rule = serializers.CharField()
    starts_on = serializers.DateField()
    at = serializers.TimeField(format="%H:%M")
    minutes = serializers.IntegerField()
    title = serializers.CharField()
    in_words = serializers.SerializerMethodField()

    def get_in_words(self, window: MaintenanceWindow) -> str:
        return wording.describe(window)


class WindowQuery(Pages):
    lookups = {"site": "site_id"}

    site = serializers.UUIDField(required=False)


class WindowBody(Body):
    rule = serializers.CharField(max_length=200, help_text="FREQ=WEEKLY;BYDAY=SA")
    starts_on = serializers.DateField()
    at = serializers.TimeField(help_text="22:00, on the site's clock")
    minutes = serializers.IntegerField(min_value=15, max_value=1440)
    title = serializers.CharField(max_length=80, default="", allow_blank=True)


class Stranded(Answer):
    """The bookings that are outside the site's windows now. They keep their times."""

    outside = BookingAnswer(many=True)


class WindowChange(Body):
    """Only what is given changes."""

    rule = serializers.CharField(max_length=200, required=False)
    starts_on = serializers.DateField(required=False)
    at = serializers.TimeField(required=False)
    minutes = serializers.IntegerField(min_value=15, max_value=1440, required=False)
    title = serializers.CharField(max_length=80, allow_blank=True, required=False)
    leave_outside = serializers.ListField(
        child=serializers.UUIDField(), max_length=200, default=list,
        help_text="Ids of bookings that may lie outside the windows from now on.",
    )  # fmt: skip
