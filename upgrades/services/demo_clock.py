"""The demo's clock: fast only while every open step waits for a time, real while anybody acts."""

import logging
from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction

from portal import clock
from portal.egress.simulator import NoSimulator, control
from upgrades.models.job import PREPARES
from upgrades.services import waking

log = logging.getLogger(__name__)


def next_event(at: datetime) -> tuple[bool, bool, datetime | None]:
    """Is anything claimed, watched, asked or held; is anything due now; when is the next thing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM door_next_event(%s, %s)", [at, PREPARES])
        return cursor.fetchone()


def steer(at: datetime, *, seen: datetime | None) -> datetime | None:
    """Set the speed for what is open now, and tell the simulator. Repeatable; does nothing where
    time is real.

    Returns what all wait for, None while anybody acts. `seen` is what the last turn returned: time
    runs only when two turns in a row wait for the same. Between them lies a whole turn, which
    begins the job that was approved after this one had looked for jobs to begin; else time would
    run past its first window.
    """
    if not settings.SCALED_CLOCK:
        return None
    busy, _due, upcoming = next_event(at)
    awaited = None if busy else upcoming
    fast = awaited is not None and awaited == seen
    rate, until = (float(settings.DEMO_SPEED), awaited) if fast else (1.0, None)
    dial = clock.read_dial()
    if dial is None or (dial.rate, dial.until) != (rate, until):
        _set(rate=rate, until=until)
    return awaited


def skip_to_next_event() -> datetime | None:
    """The demo's button: it is at once the time of the next event. None: nothing is coming, or
    something is due now, which comes first; a job that is due begins."""
    at = clock.now()
    waking.look_after_jobs(at)
    _busy, due, upcoming = next_event(at)
    if due or upcoming is None or not settings.SCALED_CLOCK:
        return None
    _set(rate=1.0, until=None, shown=upcoming)
    return upcoming


def _set(*, rate: float, until: datetime | None, shown: datetime | None = None) -> None:
    with transaction.atomic():
        real = datetime.now(UTC)
        dial = clock.Dial(real, shown or clock.now(), rate, until)
        clock.write_dial(dial)
    tell_simulator(dial)


def tell_simulator(dial: clock.Dial) -> None:
    """The simulator's clock is the demo's. Away, it is told at the next change."""
    try:
        control("PUT", "/_sim/clock", {
            "anchor_real": dial.began.timestamp(),
            "anchor_virtual": dial.shown.timestamp(),
            "rate": dial.rate,
            "until": dial.until.timestamp() if dial.until else None,
        })  # fmt: skip
    except NoSimulator as error:
        log.warning("the simulator was not told the time: %s", error)
