"""The calendar as one list of entries in order of time, a page at a time, for programs.

Each kind is read from where the last page ended and no further than this page needs: windows are
worked out as they are taken.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from heapq import merge
from itertools import islice
from typing import Any, NamedTuple

from django.db.models import F, Q, QuerySet

from upgrades.models import Freeze, MaintenanceWindow, PlatformFreeze
from upgrades.planning.recurrence import occurrences
from upgrades.services import windows
from upgrades.services.agenda import frozen
from upgrades.services.agenda.entries import Scope

BOOKING, FREEZE, WINDOW = KINDS = ("booking", "freeze", "window")


class Key(NamedTuple):
    """Where an entry stands in the order."""

    at: datetime
    kind: str
    id: uuid.UUID


@dataclass(frozen=True)
class Item:
    """One entry; `row` is the booking, the freeze, or the window that it is a time of."""

    kind: str
    row: Any
    starts_at: datetime
    ends_at: datetime

    @property
    def key(self) -> Key:
        return Key(self.starts_at, self.kind, self.row.pk)


def page(
    scope: Scope, begin: datetime, end: datetime, *, kinds: Iterable[str], after: Key | None,
    limit: int,
) -> tuple[list[Item], Key | None]:  # fmt: skip
    """Entries that touch the time, from an entry on (None: the first), and where the next page
    goes on from (None: nowhere)."""
    sources = [READS[kind](scope, begin, end, after, limit + 1) for kind in kinds]
    found = list(islice(merge(*sources, key=lambda item: item.key), limit + 1))
    if len(found) <= limit:
        return found, None
    return found[:limit], found[limit - 1].key


def _bookings(
    scope: Scope, begin: datetime, end: datetime, after: Key | None, most: int
) -> Iterator[Item]:  # fmt: skip
    rows = scope.between(begin, end).select_related("customer", "site", "job")
    rows = rows.annotate(begins=F("slot__startswith"))
    for row in _beyond(rows, BOOKING, after)[:most]:
        yield Item(BOOKING, row, row.starts_at, row.ends_at)


def _freezes(
    scope: Scope, begin: datetime, end: datetime, after: Key | None, most: int
) -> Iterator[Item]:  # fmt: skip
    span = (begin, end)
    own = (Freeze.across if scope.whose.across else Freeze.objects).filter(span__overlap=span)
    own = frozen.of(own, scope).select_related("customer", "site")
    every = PlatformFreeze.objects.filter(span__overlap=span).select_related("release")
    found = [
        Item(FREEZE, row, row.span.lower, row.span.upper)
        for rows in (own, every)
        for row in _beyond(rows.annotate(begins=F("span__startswith")), FREEZE, after)[:most]
    ]
    yield from sorted(found, key=lambda item: item.key)


def _windows(
    scope: Scope, begin: datetime, end: datetime, after: Key | None, most: int
) -> Iterator[Item]:  # fmt: skip
    rows = scope.rows(MaintenanceWindow).filter(site__closed_at=None).select_related("site")
    since = max(begin, after.at) if after else begin
    every = [_times(row, since, begin, end) for row in rows]
    items = merge(*every, key=lambda item: item.key)
    return islice((item for item in items if after is None or item.key > after), most)


def _times(
    row: MaintenanceWindow, since: datetime, begin: datetime, end: datetime
) -> Iterator[Item]:  # fmt: skip
    rule = row.rule, row.starts_on, row.at, row.minutes, row.site.zone
    for slot in windows.certain(occurrences(*rule, since, end)):
        if slot.start < end and slot.end > begin:
            yield Item(WINDOW, row, slot.start, slot.end)


def _beyond(rows: "QuerySet[Any]", kind: str, after: Key | None) -> "QuerySet[Any]":
    if after is not None:
        later = Q(begins__gt=after.at)
        if kind > after.kind:
            later |= Q(begins=after.at)
        elif kind == after.kind:
            later |= Q(begins=after.at, pk__gt=after.id)
        rows = rows.filter(later)
    return rows.order_by("begins", "pk")


Reads = Callable[[Scope, datetime, datetime, Key | None, int], Iterator[Item]]
READS: dict[str, Reads] = {BOOKING: _bookings, FREEZE: _freezes, WINDOW: _windows}
