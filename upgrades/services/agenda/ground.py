"""What bears on the times of many sites, read at once: windows, freezes and contracts.

The same rules as `openings`, which one site is asked by; a test holds them to each other.
"""

import uuid
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any

from django.contrib.postgres.aggregates import ArrayAgg

from portal import once, times
from portal.models import Contract
from portal.services.customers import contracts_from
from upgrades.models import Freeze, MaintenanceWindow
from upgrades.planning.recurrence import occurrences
from upgrades.planning.spans import BEGIN
from upgrades.planning.windows import Slot
from upgrades.queries import Whose
from upgrades.services import freezes, windows
from upgrades.services.agenda.entries import Scope
from upgrades.services.coverage import unbroken
from upgrades.services.freezes import FrozenTime

Rule = tuple[str, date, time, int]


class Windows:
    """Maintenance windows of sites as instants. Sites of one zone with the same rules share them:
    they are worked out once."""

    def __init__(self, scope: Scope, sites: Any, begin: datetime, end: datetime) -> None:
        self.begin, self.end = begin, end
        self.numbers: dict[Rule, int] = {}
        self.rules: dict[uuid.UUID, tuple[int, ...]] = {}
        self.found: dict[tuple[str, tuple[int, ...]], list[Slot]] = {}
        self.held: dict[tuple[str, tuple[int, ...], datetime], Slot | None] = {}
        for *rule, owners in _rules(scope, sites):
            number = self.numbers.setdefault(tuple(rule), len(self.numbers))
            for site in owners:
                self.rules[site] = (*self.rules.get(site, ()), number)

    def of(self, site: uuid.UUID, zone: str) -> list[Slot]:
        """Joined and in order. Of a time that exists twice both readings: a person chose one."""
        key = zone, self.rules.get(site, ())
        if key not in self.found:
            every = list(self.numbers)
            self.found[key] = windows.merged(
                Slot(one.start, one.end)
                for number in key[1]
                for one in occurrences(*every[number], zone, self.begin, self.end)
                if one.bookable
            )
        return self.found[key]

    def around(self, site: uuid.UUID, zone: str, instant: datetime) -> Slot | None:
        """The stretch that holds an instant, or the next one. Nights are shared: of many bookings
        it is looked for once."""
        key = zone, self.rules.get(site, ()), instant
        if key not in self.held:
            self.held[key] = self._around(site, zone, instant)
        return self.held[key]

    def _around(self, site: uuid.UUID, zone: str, instant: datetime) -> Slot | None:
        every = self.of(site, zone)
        place = bisect_right(every, instant, key=BEGIN)
        if place and every[place - 1].end > instant:
            return every[place - 1]
        return every[place] if place < len(every) else None


class Freezes:
    """Freezes that touch a span, as they bear on each site."""

    def __init__(
        self, whose: Whose, customers: Any, begin: datetime, end: datetime
    ) -> None:  # fmt: skip
        span = (begin, end)
        self.own: dict[uuid.UUID, list[Freeze]] = defaultdict(list)
        rows = Freeze.across if whose.across else Freeze.objects
        for row in rows.filter(customer_id__in=customers, span__overlap=span):
            if whose.sites is None or row.site_id is None or row.site_id in whose.sites:
                self.own[row.customer_id].append(row)
        self.everywhere = freezes.everywhere(begin, end)
        self.met: dict[tuple[Any, str], FrozenTime] = {}

    def __bool__(self) -> bool:
        return bool(self.own or self.everywhere)

    def of(
        self, customer: uuid.UUID, site: uuid.UUID, zone: str, target: Any = None
    ) -> list[FrozenTime]:  # fmt: skip
        """Those of a site, on its clocks; for an upgrade to a release those of it too."""
        if not self:
            return []
        own = [row for row in self.own.get(customer, ()) if row.site_id in (None, site)]
        every = [row for row in self.everywhere if row.release_id in (None, target)]
        return [self._met(row, zone) for row in (*own, *every)]

    def _met(self, row: Any, zone: str) -> FrozenTime:
        key = row.pk, zone
        if key not in self.met:
            self.met[key] = freezes.on_clocks(row, zone)
        return self.met[key]


class Contracts:
    """Until when customers are covered, from a day on."""

    def __init__(self, whose: Whose, customers: Any, at: datetime) -> None:
        self.at = at
        self.rows: dict[uuid.UUID, list[Contract]] = defaultdict(list)
        for row in _contracts(whose, customers, at.date()):
            self.rows[row.customer_id].append(row)

    def until(self, customer: uuid.UUID, zone: str) -> date:
        return unbroken(times.in_zone(self.at, zone).date(), self.rows.get(customer, ()))

    def cover(self, customer: uuid.UUID, day: date) -> bool:
        return any(row.starts_on <= day <= row.ends_on for row in self.rows.get(customer, ()))


def _contracts(whose: Whose, customers: Any, day: date) -> Iterable[Contract]:
    """Those that are not over by a day, in order of their first days."""
    if not whose.across:
        return contracts_from(day)
    rows = Contract.across.filter(customer_id__in=customers, ends_on__gte=day)
    return rows.order_by("starts_on")


def _rules(scope: Scope, sites: Any) -> Iterable[Any]:
    """Rules of windows, each with the sites that have it. Of a single site they are there already
    where somebody asked for its windows."""
    if isinstance(sites, uuid.UUID):
        known = MaintenanceWindow.objects.filter(site=sites).select_related("site")
        rows = once.read(("windows", sites), lambda: list(known.order_by("starts_on", "at", "pk")))
        return [(row.rule, row.starts_on, row.at, row.minutes, [sites]) for row in rows]
    found = scope.rows(MaintenanceWindow).filter(site_id__in=sites)
    rules = found.order_by().values_list("rule", "starts_on", "at", "minutes")
    return rules.annotate(owners=ArrayAgg("site_id"))
