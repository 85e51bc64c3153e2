"""Freezes as days of a calendar: what stands on which days, and for how many customers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from appliances.models import Site
from portal import times
from upgrades.models import Freeze
from upgrades.services.agenda.entries import Scope
from upgrades.services.freezes import everywhere

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
MOST = 500
COLUMNS = ("title", "span", "local_begin", "local_end")


@dataclass(frozen=True)
class FrozenDays:
    """From the first to the last day. `customers` 0: it is everybody's (`release`: of those who go
    to it)."""

    title: str
    first: date
    last: date
    customers: int = 0
    release: str = ""
    by_site_clock: bool = False

    @property
    def days(self) -> list[date]:
        return [self.first + DAY * number for number in range((self.last - self.first).days + 1)]


def between(scope: Scope, begin: datetime, end: datetime, zone: str) -> list[FrozenDays]:
    """What stands between two instants, on the days of a zone; what is said in times of each
    site's clock, on those days. The same freeze of several customers is one."""
    span = (begin, end)
    found = [
        _days(row, zone, release=row.release.name if row.release else "")
        for row in everywhere(begin, end)
    ]
    rows = (Freeze.across if scope.whose.across else Freeze.objects).filter(span__overlap=span)
    grouped = of(rows, scope).values(*COLUMNS).annotate(number=Count("customer", distinct=True))
    for values in grouped.order_by("span", "title")[:MOST]:
        number = values.pop("number")
        found.append(_days(Freeze(**values), zone, customers=number))
    return sorted(found, key=lambda one: (one.first, one.last, one.title))


def by_day(found: list[FrozenDays]) -> dict[date, list[FrozenDays]]:
    days: dict[date, list[FrozenDays]] = defaultdict(list)
    for one in found:
        for day in one.days:
            days[day].append(one)
    return days


def of(rows: Any, scope: Scope) -> Any:
    """Of the sites that may be seen, and of the customers of those that were asked for."""
    if scope.whose.sites is not None:
        rows = rows.filter(Q(site=None) | Q(site__in=list(scope.whose.sites)))
    if scope.sites is None:
        return rows
    sites = Site.across if scope.whose.across else Site.objects
    owners = sites.filter(pk__in=scope.sites).values("customer_id")
    return rows.filter(Q(site=None, customer_id__in=owners) | Q(site__in=scope.sites))


def _days(row: Any, zone: str, **more: Any) -> FrozenDays:
    if row.floats:
        begin, end = row.local
    else:
        begin, end = (times.in_zone(each, zone) for each in (row.span.lower, row.span.upper))
    last = max(begin, end - MINUTE)
    return FrozenDays(row.title, begin.date(), last.date(), by_site_clock=row.floats, **more)
