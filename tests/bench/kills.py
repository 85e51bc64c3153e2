"""D8 and D9: a worker killed with SIGKILL every second, beside the same workers left alone.

What is lost is a step that was begun and never gets done; what is recorded twice has two events
that say so.
"""

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from statistics import median

from tests.bench import ground, rows, world
from tests.bench.figures import Figure, against, alone, in_turn

WORKERS = 4
SECONDS = 8
CUSTOMERS, SITES = 10, 80
ACT = "tests.bench.runner:nothing"
HELD_BY = """
SELECT id, token FROM upgrades_jobstep
WHERE lease_until IS NOT NULL AND lease_owner LIKE '%%:' || %s
"""
TAKEN = "SELECT token > %s FROM upgrades_jobstep WHERE id = %s"
UNDER_WAY = "state NOT IN ('PLANNED', 'READY', 'DONE')"
TWICE = """
SELECT count(*) FROM (SELECT FROM portal_auditevent WHERE name = 'step.done'
    GROUP BY subject_id HAVING count(*) > 1) AS repeated
"""


class Brood:
    """Workers that are replaced when they die; the ids of those that live."""

    def __init__(self, number: int, act: str) -> None:
        words = ("-m", "tests.bench.brood", str(number), act)
        self.process = ground.start_python(*words, said="brood")
        self.alive = [self._next() for _ in range(number)]

    def _next(self) -> int:
        return int(self.process.stdout.readline())

    def kill_one(self) -> int:
        """End one of them as a lost machine would; its id. Another one takes its place."""
        victim = self.alive.pop(random.randrange(len(self.alive)))
        os.kill(victim, signal.SIGKILL)
        self.alive.append(self._next())
        return victim


@contextmanager
def brood(number: int, act: str) -> Iterator[Brood]:
    workers = Brood(number, act)
    try:
        yield workers
    finally:
        workers.process.stdin.close()
        workers.process.wait(30)


def measure() -> list[Figure]:
    world.customers(CUSTOMERS, sites=SITES)
    waits: list[float] = []
    baseline, value = in_turn(
        lambda: _rate(lambda _workers: time.sleep(1)),
        lambda: _rate(lambda workers: _kill(workers, waits)),
        rounds=2,
    )
    return [
        against("D8 a worker killed every second", value, "steps/s", baseline, least=0.8),
        alone("D8 steps lost", rows.count("upgrades_jobstep", UNDER_WAY), "steps", exactly=0),
        alone("D8 steps recorded twice", rows.ask(TWICE)[0], "steps", exactly=0),
        alone(f"D9 kill to re-claim, median of {len(waits)}", median(waits), "s", most=0.25),
        alone("D9 kill to re-claim, longest", max(waits), "s"),
    ]


def _rate(each_second: Callable[[Brood], None]) -> float:
    """Steps done a second, from fresh jobs; afterwards everything that was begun is at its end."""
    world.jobs()
    with brood(WORKERS, ACT) as workers:
        began, done = time.monotonic(), _done()
        while time.monotonic() < began + SECONDS:
            each_second(workers)
        rate = (_done() - done) / (time.monotonic() - began)
        rows.do("UPDATE upgrades_upgradejob SET state = 'PAUSED' WHERE state = 'RUNNING'")
        ends = time.monotonic() + 20
        while rows.count("upgrades_jobstep", UNDER_WAY) and time.monotonic() < ends:
            time.sleep(0.1)
    return rate


def _done() -> int:
    return rows.count("upgrades_jobstep", "state = 'DONE'")


def _kill(workers: Brood, waits: list[float]) -> None:
    """One kill, and how long it takes until the step of the dead worker is taken by another."""
    victim, began = workers.kill_one(), time.monotonic()
    held = rows.ask(HELD_BY, [str(victim)])
    while held and time.monotonic() < began + 10:
        step, token = held
        if rows.ask(TAKEN, [token, step])[0]:
            waits.append(time.monotonic() - began)
            break
        time.sleep(0.002)
    time.sleep(max(0.0, began + 1 - time.monotonic()))
