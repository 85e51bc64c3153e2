"""The calendar as a list: bookings, freezes and times of windows."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from appliances.api.serializers.names import SiteName
from portal.api.bases import Answer, CustomerName, Pages
from portal.api.fields import Instant, words
from upgrades.models import Booking
from upgrades.services.agenda.listing import KINDS, Item

LONGEST = timedelta(days=180)


class CalendarAnswer(Answer):
    """An entry. What a kind does not have is null. A freeze that is said in times of each site's
    clock has them as `local_start` and `local_end`; its instants then hold it for every zone."""

    kind = serializers.ChoiceField(KINDS)
    id = serializers.UUIDField(source="row.pk")
    starts_at = Instant()
    ends_at = Instant()
    title = serializers.SerializerMethodField()
    zone = serializers.SerializerMethodField()
    customer = serializers.SerializerMethodField()
    site = serializers.SerializerMethodField()
    local_start = serializers.SerializerMethodField()
    local_end = serializers.SerializerMethodField()
    job = serializers.SerializerMethodField()
    window = serializers.SerializerMethodField()
    state = serializers.SerializerMethodField()
    last_safe_start = serializers.SerializerMethodField()

    def get_title(self, item: Item) -> str:
        return getattr(item.row, "title", "") or getattr(
            getattr(item.row, "job", None), "label", ""
        )

    def get_zone(self, item: Item) -> str | None:
        """Of the site."""
        return getattr(_site(item), "zone", None)

    def get_customer(self, item: Item) -> dict[str, Any] | None:
        return _named(CustomerName, getattr(item.row, "customer", None))

    def get_site(self, item: Item) -> dict[str, Any] | None:
        return _named(SiteName, _site(item))

    def get_local_start(self, item: Item) -> str | None:
        return getattr(item.row, "local_begin", "") or None

    def get_local_end(self, item: Item) -> str | None:
        return getattr(item.row, "local_end", "") or None

    def get_job(self, item: Item) -> str | None:
        job = getattr(item.row, "job_id", None)
        return str(job) if job else None

    def get_window(self, item: Item) -> int | None:
        """Of the job's plan."""
        return getattr(item.row, "window", None)

    def get_state(self, item: Item) -> str | None:
        return getattr(item.row, "state", None)

    def get_last_safe_start(self, item: Item) -> str | None:
        if not isinstance(item.row, Booking):
            return None
        last = item.ends_at - timedelta(minutes=item.row.worst_minutes)
        return str(Instant().to_representation(last))


class CalendarQuery(Pages):
    """Between two instants, at most 180 days apart."""

    start = Instant(help_text="From when on.")
    end = Instant(help_text="Until when.")
    kind = words([(kind, kind) for kind in KINDS])
    site = serializers.UUIDField(required=False)
    state = words(Booking.State.choices)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not timedelta() < attrs["end"] - attrs["start"] <= LONGEST:
            raise serializers.ValidationError({"end": [_("At most 180 days after the start.")]})
        return attrs


def _site(item: Item) -> Any:
    return getattr(item.row, "site", None)


def _named(kind: type[Answer], row: Any) -> dict[str, Any] | None:
    return None if row is None else dict(kind(row).data)
