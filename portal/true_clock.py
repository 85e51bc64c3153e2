"""Workers decide by their own clock what is due, so it must show what PostgreSQL's does, which all
of them share: one that does not refuses to work, and its heart is not heard."""

import time
from datetime import UTC, datetime, timedelta

from django.db import connection

MOST = timedelta(seconds=5)
NOTICED = timedelta(seconds=1)  # that much moved against the monotonic clock: it was set
ASKED_EVERY = 30.0  # seconds

_trusted: tuple[datetime, float] | None = None  # what both our clocks showed when it was true


class Astray(RuntimeError):
    """This machine's clock shows another time than PostgreSQL's."""


def demand() -> None:
    """Raises Astray where the clock is too far from PostgreSQL's. That is asked now and then, and
    at once when ours was set."""
    global _trusted
    real, ran = datetime.now(UTC), time.monotonic()
    if _trusted is not None:
        then, at = _trusted
        if ran - at < ASKED_EVERY and abs(real - then - timedelta(seconds=ran - at)) < NOTICED:
            return
    if (off := astray()) > MOST:
        _trusted = None
        raise Astray(f"The clock of this machine is {off.total_seconds():.0f} s off: set it.")
    _trusted = real, ran


def astray() -> timedelta:
    """How far from PostgreSQL's clock ours is at least, however long the answer took."""
    before = datetime.now(UTC)
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        theirs: datetime = cursor.fetchone()[0]
    return max(before - theirs, theirs - datetime.now(UTC), timedelta())
