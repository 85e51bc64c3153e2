"""Bookings that no longer fit what stands, each with every rule that refuses it.

What was overridden, or was agreed when the slot was taken (a shorter notice), is no conflict.
"""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max, QuerySet

from portal import times
from upgrades.models import Booking, FreezeOverride
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.planning.whynot import Bound, Hindrance, Reason, Rule, why_not
from upgrades.services import openings, windows
from upgrades.services.agenda import bounds, seats
from upgrades.services.agenda.entries import Entry, Scope
from upgrades.services.agenda.ground import Contracts, Freezes, Windows
from upgrades.services.freezes import FrozenTime

Found = dict[uuid.UUID, tuple[Reason, ...]]
OPEN_JOBS = frozenset({*BEFORE_RUNNING, *UNDER_WAY})
MINUTE = timedelta(minutes=1)


def of(entries: Iterable[Entry], scope: Scope, *, at: datetime) -> Found:
    """By booking, why it may not begin when it is booked. Only of bookings that are still to come,
    of jobs that are still to be done. A few statements, however many they are."""
    ahead = [
        entry
        for entry in entries
        if entry.state in windows.TO_COME and entry.job_state in OPEN_JOBS and entry.end > at
    ]
    return _Sweep(ahead, scope, at).found() if ahead else {}


class _Sweep:
    def __init__(self, ahead: Sequence[Entry], scope: Scope, at: datetime) -> None:
        self.ahead, self.scope = ahead, scope
        begin, end = min(each.begin for each in ahead), max(each.end for each in ahead)
        rows = _ahead(scope, begin, end)
        customers = rows.values("customer_id")
        self.windows = Windows(scope, self._sites(rows), begin, end)
        self.freezes = Freezes(scope.whose, customers, begin, end)
        self.contracts = Contracts(scope.whose, customers, at)
        self.bounds = bounds.read(scope, rows)
        self.seats = seats.read(scope, begin, end)

    def found(self) -> Found:
        looked = self.ahead if self.freezes else ()
        met = {entry.id: found for entry in looked if (found := self._frozen(entry))}
        answered = _answered(self.scope, list(met))
        found = {}
        for entry in self.ahead:
            frozen = met.get(entry.id, ()) if met else ()
            if frozen and (since := answered.get(entry.id)):
                frozen = [one for one in frozen if one.made_at > since]
            if why := self._against(entry, frozen):
                found[entry.id] = why
        return found

    def _sites(self, rows: "QuerySet[Booking]") -> Any:
        """Of a single booking its own site, which the page that shows it has asked already."""
        if len(self.ahead) == 1 and not self.scope.whose.across:
            return self.ahead[0].site_id
        return rows.values("site_id")

    def _frozen(self, entry: Entry) -> list[FrozenTime]:
        stand = self.freezes.of(entry.customer_id, entry.site_id, entry.zone, entry.target_id)
        return [one for one in stand if one.meets(entry.begin, entry.over_at)]

    def _against(self, entry: Entry, frozen: Sequence[FrozenTime]) -> tuple[Reason, ...]:
        slot = self.windows.around(entry.site_id, entry.zone, entry.begin)
        missing, bounds = self.seats.missing(entry), self._bounds(entry)
        over = entry.over_at
        inside = slot is not None and slot.start <= entry.begin and over <= slot.end
        if inside and not frozen and not missing and not bounds:
            return ()  # as nearly all do
        hindrances = [Hindrance(Rule.FREEZE, one.span, one.title) for one in frozen]
        hindrances += [Hindrance(Rule.CAPACITY, span) for span in missing]
        return why_not(
            entry.begin, entry.worst_minutes * MINUTE, granted=[slot] if slot else [],
            hindrances=hindrances, bounds=bounds,
        )  # fmt: skip

    def _bounds(self, entry: Entry) -> list[Bound]:
        found = self.bounds.of(entry)
        if not entry.covered:
            return found
        day = times.in_zone(entry.begin, entry.zone).date()
        if not self.contracts.cover(entry.customer_id, day):
            until = self.contracts.until(entry.customer_id, entry.zone)
            last = openings.day_ends(until, entry.zone)
            found.append(Bound(Rule.CONTRACT, not_after=last))
        return found


def _ahead(scope: Scope, begin: datetime, end: datetime) -> "QuerySet[Booking]":
    return scope.between(begin, end).filter(state__in=windows.TO_COME)


def _answered(scope: Scope, met: list[uuid.UUID]) -> dict[uuid.UUID, datetime]:
    """When somebody last answered for a booking where it lies now: later freezes ask again."""
    if not met:
        return {}
    rows = scope.whose.rows(FreezeOverride, "booking__site_id")
    given = rows.filter(booking__in=met, revision=F("booking__revision"))
    return dict(given.values_list("booking_id").annotate(at=Max("at")))
