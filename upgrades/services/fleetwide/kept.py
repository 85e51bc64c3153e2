"""The count of the whole fleet that is kept where counting takes long; shown with its time.

A fleet that is counted quickly is counted at each look and nothing is kept. There is one audience:
everybody of staff sees all customers, without sandboxes; what a filter names is counted at each
look. Ages are by PostgreSQL's clock, in real time.

A count is shown for a minute. In the next one it is shown too, and a worker is asked for a new one;
after that whoever looks waits for it. So nothing is counted while nobody looks, nothing older is
shown though no worker runs, and no transaction of a customer writes, waits or counts for it.

Of a customer who is erased nothing may stay: what is kept goes with every piece of the erasure's
rows, and a count that began before those were gone is shown to whoever asked, and not kept.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.db import connection, transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from appliances.models import Site
from portal import prepared
from portal.background import enqueue
from portal.models import Erasure
from upgrades.models import FleetCount
from upgrades.services.fleetwide import counting
from upgrades.services.fleetwide.counting import CUSTOMER, Counted

FEW = 5_000  # sites; so many are counted at each look, however busy the machine is
QUICK = 50  # milliseconds; what takes no longer is counted at each look
FRESH, OLDEST = timedelta(minutes=1), timedelta(minutes=2)
GONE = timedelta(minutes=10)
RUNG_EVERY = 5  # seconds; a process asks for a new count no oftener
PAGE = 50  # customers
LOCK = "SELECT pg_advisory_xact_lock(20261130, 1)"  # whoever keeps a count, or has all forgotten
READ = (
    "SELECT counts::text, counted_at, now() - counted_at FROM upgrades_fleetcount"
    " WHERE what = %(what)s"
)


ROWS = Erasure.Stage.ROWS

_rung: dict[str, float] = {}  # when this process last asked for each


@dataclass(frozen=True)
class _Kept:
    text: str
    counted_at: datetime
    age: timedelta

    @property
    def counted(self) -> Counted:
        return _read_in(self.text)


def look(by: str, after: int = 0) -> tuple[Counted, datetime | None]:
    """The fleet by an axis (by customer a page of them), and when it was counted; None: now."""
    found = _read(_key(by, after))
    if found is None or found.age >= OLDEST:
        return _count(by, after, was_kept=found is not None), None
    if found.age >= FRESH:
        _ring(by, after)
    return found.counted, found.counted_at


def renew(by: str, after: int = 0) -> None:
    """Count anew, if the kept count is not fresh any more: for the worker."""
    found = _read(_key(by, after))
    if found is None or found.age >= FRESH:
        _count(by, after)


def count_now(by: str, after: int = 0) -> None:
    """Count anew, since somebody asks for it."""
    _count(by, after)


def forget() -> None:
    """Of a customer that is erased nothing stays in what was counted. In its transaction, which
    whoever would keep a count meanwhile waits for."""
    _take_lock()
    FleetCount.objects.all().delete()


def forget_old() -> None:
    """What nobody looked at for some minutes."""
    age = ExpressionWrapper(Now() - F("counted_at"), output_field=DurationField())
    FleetCount.objects.annotate(age=age).filter(age__gte=GONE).delete()


def _key(by: str, after: int) -> str:
    return f"{by}:{after}" if by == CUSTOMER else by


def _read(what: str) -> _Kept | None:
    row = prepared.run(READ, {"what": what}).fetchone()
    return _Kept(*row) if row else None


@lru_cache(maxsize=16)
def _read_in(text: str) -> Counted:
    return Counted.read(json.loads(text))


def _ring(by: str, after: int) -> None:
    what, now = _key(by, after), time.monotonic()
    if now - _rung.get(what, -RUNG_EVERY) >= RUNG_EVERY:
        _rung[what] = now
        enqueue("upgrades.count_fleet", by=by, after=after)


@dataclass(frozen=True)
class _Fresh:
    """What was counted, when that began, how long it took, and which erasures there were before."""

    found: Mapping[str, Counted]
    at: datetime
    took: int
    erasures: frozenset[Any]


def _count(by: str, after: int, *, was_kept: bool = True) -> Counted:
    """By shape and by region are counted together, and kept together."""
    fresh = _counted(by, after)
    counted = fresh.found[by]
    if counted.sites > FEW and fresh.took > QUICK:
        _keep(fresh, after)
    elif was_kept:
        FleetCount.objects.filter(pk__in=[_key(axis, after) for axis in fresh.found]).delete()
    return counted


def _counted(by: str, after: int) -> _Fresh:
    began = time.perf_counter()
    with transaction.atomic(using="staff"):
        at, erasures = counting.begin(), _erasures()
        chosen = Site.across.filter(closed_at=None).order_by()
        found = (
            {by: counting.by_customer(chosen, after, PAGE)}
            if by == CUSTOMER
            else counting.both(chosen)
        )
    return _Fresh(found, at, round((time.perf_counter() - began) * 1000), erasures)


def _keep(fresh: _Fresh, after: int) -> None:
    """Unless an erasure had its rows meanwhile: one that begins later has this forgotten."""
    rows = [
        FleetCount(what=_key(axis, after), counts=counted.kept(), counted_at=fresh.at,
                   milliseconds=fresh.took)
        for axis, counted in fresh.found.items()
    ]  # fmt: skip
    with transaction.atomic():
        _take_lock()
        erasures = _erasures()
        if erasures != fresh.erasures or any(stage == ROWS for _pk, _state, stage in erasures):
            return
        FleetCount.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["what"],
            update_fields=["counts", "counted_at", "milliseconds"],
        )  # fmt: skip


def _erasures() -> frozenset[Any]:
    """Those that have begun, with what they are at; of real customers, who alone are counted."""
    begun = Erasure.across.filter(state__in=[Erasure.State.ERASING, Erasure.State.ERASED])
    return frozenset(begun.values_list("pk", "state", "stage"))


def _take_lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
