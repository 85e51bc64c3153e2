"""Signs of life of the parts of an installation, and what health pages say of them."""

from dataclasses import dataclass

from django.db import connection

STEPS, WORKER, BEAT = "steps", "worker", "beat"
# Seconds without a sign after which a part counts as down: a step runner may be within one call.
PATIENCE = {STEPS: 60.0, WORKER: 60.0, BEAT: 60.0}

NOTE = (
    "INSERT INTO portal_heartbeat (part, at, detail) VALUES (%s, clock_timestamp(), %s)"
    " ON CONFLICT (part) DO UPDATE SET at = excluded.at, detail = excluded.detail"
)
# Beat may be begun anew at any time, and then counts from there: what is due once a day is rung for
# every hour, and whoever finds that a day has passed does it.
ONCE = (
    "INSERT INTO portal_heartbeat AS known (part, at, detail) VALUES (%s, clock_timestamp(), '')"
    " ON CONFLICT (part) DO UPDATE SET at = excluded.at"
    " WHERE known.at < clock_timestamp() - make_interval(mins => %s)"
)
READ = (
    "SELECT part, extract(epoch FROM clock_timestamp() - at)::float, detail FROM portal_heartbeat"
)


@dataclass(frozen=True)
class Sign:
    """When a part was last heard of (seconds ago), and what it said of itself."""

    seconds: float
    detail: str


def beat(part: str, detail: str = "") -> None:
    """Say that a part is alive. Call it outside of transactions."""
    with connection.cursor() as cursor:
        cursor.execute(NOTE, [part, detail[:200]])


def is_due(what: str, *, minutes: int = 24 * 60 - 30) -> bool:
    """Whether this was not done for so long; then it is the caller's to do, and nobody else's. A
    little less than a day, so that it is the same hour's bell each day."""
    with connection.cursor() as cursor:
        cursor.execute(ONCE, [what, minutes])
        return cursor.rowcount == 1


def parts() -> dict[str, Sign]:
    """The last sign of every part that ever gave one."""
    with connection.cursor() as cursor:
        cursor.execute(READ)
        return {part: Sign(seconds, detail) for part, seconds, detail in cursor.fetchall()}
