"""The only place that reads the clock. Time can be driven (tests) and scaled (the demo).

Leases, time-outs, token lives and rate limits are always real time: they do not come here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection

from portal import own_clock

_driven: ContextVar[datetime | None] = ContextVar("driven", default=None)


@dataclass(frozen=True)
class Dial:
    """A scaled clock: runs `rate` times as fast from `began` (real) until it shows `until`."""

    began: datetime
    shown: datetime
    rate: float
    until: datetime | None

    def at(self, real: datetime) -> datetime:
        """What the clock shows at a real instant. Past `until` it goes at real speed."""
        elapsed = real - self.began
        fast = self.shown + elapsed * self.rate
        if self.until is None or fast <= self.until or self.rate <= 0:
            return fast
        left = elapsed - max(self.until - self.shown, timedelta()) / self.rate
        return max(self.until, self.shown) + left


def now() -> datetime:
    """The time of whom this code acts for, aware, in UTC: the installation's, but for a sandbox
    whose own clock is ahead."""
    return common() + own_clock.ahead()


def common() -> datetime:
    """The installation's time."""
    if (driven := _driven.get()) is not None:
        return driven
    real = datetime.now(UTC)
    if not settings.SCALED_CLOCK:
        return real
    dial = read_dial()
    return dial.at(real) if dial else real


def read_dial() -> Dial | None:
    """The demo clock's row, or None where time is real. One short query each time: a kept
    value would let one process run ahead of another when the clock slows down."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT began, shown, rate, until FROM portal_clock")
        row = cursor.fetchone()
    return Dial(*row) if row else None


def write_dial(dial: Dial) -> None:
    """Set the demo clock for every process."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO portal_clock (id, began, shown, rate, until) VALUES (1, %s, %s, %s, %s)"
            " ON CONFLICT (id) DO UPDATE SET began = excluded.began, shown = excluded.shown,"
            " rate = excluded.rate, until = excluded.until",
            [dial.began, dial.shown, dial.rate, dial.until],
        )


@contextmanager
def at(instant: datetime) -> Iterator[datetime]:
    """Drive the clock: inside, it is `instant` (tests and rehearsals)."""
    token = _driven.set(instant)
    try:
        yield instant
    finally:
        _driven.reset(token)
