"""Freezes, and the calendars that customers give."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from appliances.api.serializers.names import PackageName, SiteName
from portal.api.bases import Answer, Body, CustomerName, Pages
from portal.api.fields import Instant, LocalMoment
from upgrades.api.serializers.whatif import Displacing
from upgrades.models import Freeze, FreezeCalendar
from upgrades.planning import feeds, stored
from upgrades.services import calendars, freezes, freezing

CLOCK = "On the clock of each site, such as 2026-12-24T00:00; null if it is said as instants."


class FrozenAnswer(Answer):
    """A time when nothing may run. `starts_at` and `ends_at` hold it on the site's clock; without
    a site, for every zone of the world."""

    id = serializers.UUIDField()
    title = serializers.CharField()
    begin = serializers.SerializerMethodField(help_text=CLOCK)
    end = serializers.SerializerMethodField(help_text=CLOCK)
    starts_at = serializers.SerializerMethodField()
    ends_at = serializers.SerializerMethodField()
    source = serializers.ChoiceField(Freeze.Source.choices)
    made_at = Instant(help_text="Since when it stands.")

    def get_begin(self, row: Freeze) -> str | None:
        return row.local_begin or None

    def get_end(self, row: Freeze) -> str | None:
        return row.local_end or None

    @extend_schema_field(Instant())
    def get_starts_at(self, row: Freeze) -> Any:
        return Instant().to_representation(_span(row)[0])

    @extend_schema_field(Instant())
    def get_ends_at(self, row: Freeze) -> Any:
        return Instant().to_representation(_span(row)[1])


class FreezeAnswer(FrozenAnswer):
    customer = CustomerName()
    site = SiteName(allow_null=True, help_text="null: every site of the customer.")
    calendar = serializers.UUIDField(source="calendar_id", allow_null=True)


class PlatformFreezeAnswer(FrozenAnswer):
    release = PackageName(allow_null=True, help_text="null: every upgrade.")


class FreezeQuery(Pages):
    lookups = {
        "site": "site_id", "source": "source", "after": "span__endswith__gt",
        "before": "span__startswith__lt",
    }  # fmt: skip

    site = serializers.UUIDField(required=False)
    source = serializers.ChoiceField(Freeze.Source.choices, required=False)
    after = Instant(required=False, help_text="Those that end after it.")
    before = Instant(required=False, help_text="Those that begin before it.")


class FreezeBody(Displacing):
    title = serializers.CharField(max_length=freezing.TITLE)
    begin = LocalMoment(help_text="On the clock of each site, such as 2026-12-24T00:00.")
    end = LocalMoment(help_text="On the clock of each site; not included.")
    site = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="null: every site of the customer."
    )


class FreezeChange(Displacing):
    """Only what is given changes."""

    title = serializers.CharField(max_length=freezing.TITLE, required=False)
    begin = LocalMoment(required=False)
    end = LocalMoment(required=False)


class WaitingEvent(Answer):
    title = serializers.CharField()
    begin = serializers.SerializerMethodField(help_text="With an offset, or on the site's clock.")
    end = serializers.SerializerMethodField()

    def get_begin(self, one: Any) -> str:
        return str(one.begin.isoformat(timespec="minutes"))

    def get_end(self, one: Any) -> str:
        return str(one.end.isoformat(timespec="minutes"))


class FreezeCalendarAnswer(Answer):
    """Where freezes come from by themselves. Of an address only its host is told: it may hold a
    secret. `waiting` counts only once somebody has accepted what it displaces."""

    id = serializers.UUIDField()
    customer = CustomerName()
    site = SiteName(allow_null=True, help_text="null: every site of the customer.")
    name = serializers.CharField()
    host = serializers.SerializerMethodField()
    country = serializers.CharField(help_text="Of public holidays: DE, or DE-BY.")
    refreshed_at = Instant(allow_null=True)
    next_at = Instant(allow_null=True)
    failures = serializers.IntegerField(help_text="In a row.")
    problem = serializers.SerializerMethodField()
    waiting = serializers.SerializerMethodField()
    made_at = Instant()

    def get_host(self, row: FreezeCalendar) -> str:
        return calendars.host_of(row)

    def get_problem(self, row: FreezeCalendar) -> str:
        return stored.load(row.problem).told(_) if row.problem else ""

    @extend_schema_field(WaitingEvent(many=True))
    def get_waiting(self, row: FreezeCalendar) -> Any:
        return WaitingEvent(calendars.waiting(row), many=True).data


class FreezeCalendarBody(Body):
    """One source: an address, a file's text, or the holidays of a country."""

    name = serializers.CharField(max_length=80)
    site = serializers.UUIDField(required=False, allow_null=True, default=None)
    address = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=500,
        help_text="https or webcal; read every six hours.",
    )  # fmt: skip
    file = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=feeds.MOST_BYTES,
        trim_whitespace=False, help_text="The text of an iCalendar file.",
    )  # fmt: skip
    country = serializers.CharField(
        required=False, default="", allow_blank=True, max_length=10, help_text="DE, or DE-BY"
    )


def _span(row: Any) -> tuple[datetime, datetime]:
    if getattr(row, "site", None) is None:
        return row.span.lower, row.span.upper
    span = freezes.as_met(row, row.site).span
    return span.start, span.end
