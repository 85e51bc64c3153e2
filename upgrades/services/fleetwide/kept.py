"""The count of the whole fleet that is kept where counting takes long; shown with its time.

A fleet that is counted quickly is counted at each look and nothing is kept. There is one audience:
everybody of staff sees all customers, without sandboxes; what a filter names is counted at each
look. Ages are by PostgreSQL's clock, in real time.

A count is shown for a minute. In the next one it is shown too, and a worker is asked for a new one;
after that whoever looks waits for it. So nothing is counted while nobody looks, nothing older is
shown though no worker runs, and no transaction of a customer writes, waits or counts for it.
"""

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

from django.db import transaction
from django.db.models import DurationField, ExpressionWrapper, F
from django.db.models.functions import Now

from appliances.models import Site
from portal import prepared
from portal.background import enqueue
from upgrades.models import FleetCount
from upgrades.services.fleetwide import counting
from upgrades.services.fleetwide.counting import CUSTOMER, Counted

FEW = 5_000  # sites; so many are counted at each look, however busy the machine is
QUICK = 50  # milliseconds; what takes no longer is counted at each look
FRESH, OLDEST = timedelta(minutes=1), timedelta(minutes=2)
GONE = timedelta(minutes=10)
RUNG_EVERY = 5  # seconds; a process asks for a new count no oftener
PAGE = 50  # customers
READ = (
    "SELECT counts::text, counted_at, now() - counted_at FROM upgrades_fleetcount"
    " WHERE what = %(what)s"
)


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
    """Of a customer that is erased nothing stays in what was counted."""
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


def _count(by: str, after: int, *, was_kept: bool = True) -> Counted:
    """By shape and by region are counted together, and kept together."""
    began = time.perf_counter()
    with transaction.atomic(using="staff"):
        at = counting.begin()
        chosen = Site.across.filter(closed_at=None).order_by()
        found = (
            {by: counting.by_customer(chosen, after, PAGE)}
            if by == CUSTOMER
            else counting.both(chosen)
        )
    took = round((time.perf_counter() - began) * 1000)
    if found[by].sites <= FEW or took <= QUICK:
        if was_kept:
            FleetCount.objects.filter(pk__in=[_key(axis, after) for axis in found]).delete()
    else:
        rows = [
            FleetCount(what=_key(axis, after), counts=counted.kept(), counted_at=at,
                       milliseconds=took)
            for axis, counted in found.items()
        ]  # fmt: skip
        FleetCount.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["what"],
            update_fields=["counts", "counted_at", "milliseconds"],
        )  # fmt: skip
    return found[by]
