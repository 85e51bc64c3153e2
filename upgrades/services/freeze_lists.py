"""Lists of freezes and of the calendars they come from: reads, as wide as the reader sees."""

import uuid
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from upgrades.models import Freeze, FreezeCalendar, PlatformFreeze

MOST = 300


def own(sites: Sequence[uuid.UUID] | None, *, ahead_of: datetime | None = None) -> Any:
    """A customer's freezes, earliest first: those of every site, and of the visible ones."""
    rows = Freeze.objects.select_related("site", "calendar", "made_by").order_by("span", "pk")
    if sites is not None:
        rows = rows.filter(Q(site=None) | Q(site__in=list(sites)))
    return rows if ahead_of is None else rows.filter(span__endswith__gt=ahead_of)


def for_all(*, ahead_of: datetime) -> QuerySet[PlatformFreeze]:
    rows = PlatformFreeze.objects.select_related("release", "made_by")
    return rows.filter(span__endswith__gt=ahead_of).order_by("span", "pk")


def calendars(sites: Sequence[uuid.UUID] | None) -> QuerySet[FreezeCalendar]:
    rows = FreezeCalendar.objects.select_related("site").order_by("name", "pk")
    return rows if sites is None else rows.filter(Q(site=None) | Q(site__in=list(sites)))
