"""10,000 waits that are over within one minute: all of them woken in it.

Woken by `waking.wake`, as each standing process does every two seconds: set by set, with an event
in its customer's chain for each. The baseline is one bare UPDATE of as many rows.
"""

import time
from datetime import timedelta

from tests.bench import rows, world
from tests.bench.figures import Figure, against, alone
from upgrades.services import waking

WAITS = 10_000
CUSTOMERS = 50
POLL = timedelta(seconds=2)
BARE_TABLE = """
DROP TABLE IF EXISTS bare_wait;
CREATE TABLE bare_wait (id bigserial PRIMARY KEY, state text, next_at timestamptz);
INSERT INTO bare_wait (state, next_at) SELECT 'WAITING', now() FROM generate_series(1, %s);
"""
BARE = "UPDATE bare_wait SET state = 'VERIFYING' WHERE state = 'WAITING' AND next_at <= now()"
OVER_IN_A_MINUTE = """
UPDATE upgrades_jobstep SET state = 'WAITING', next_at = now() + random() * interval '1 minute'
"""


def measure() -> list[Figure]:
    world.customers(CUSTOMERS, sites=WAITS // CUSTOMERS)
    world.jobs(steps=1)
    with rows.owner() as cursor:
        cursor.execute(OVER_IN_A_MINUTE)
        cursor.execute("ANALYZE upgrades_jobstep")
    woken, longest, busy = _minute()
    chained = rows.count("portal_auditevent", "name = 'step.woken'")
    return [
        alone(f"{WAITS:,} waits over in one minute: woken", woken, "steps", exactly=WAITS),
        alone("waits woken: events in the chain", chained, "events", exactly=WAITS),
        alone("waits woken: time it took of the minute", busy, "s", most=60),
        alone("waits woken: longest of the polls, one each two seconds", longest, "s", most=2),
        against("waits woken a second, beside one bare UPDATE", woken / busy, "steps/s", _bare()),
    ]


def _minute() -> tuple[int, float, float]:
    """The polls of a minute, one after another without the pauses between: how many were woken,
    the longest poll and all of them together."""
    at, woken, took = world.now(), 0, []
    for _ in range(31):
        at += POLL
        began = time.monotonic()
        woken += waking.wake(at)
        took.append(time.monotonic() - began)
    return woken, max(took), sum(took)


def _bare() -> float:
    with rows.owner() as cursor:
        cursor.execute(BARE_TABLE, [WAITS])
        began = time.monotonic()
        cursor.execute(BARE)
        return cursor.rowcount / (time.monotonic() - began)
