"""Steps whose effects are counted by the appliance itself, while workers die."""

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from portal import clock, tenancy
from portal.models import User
from tests.bench import ground, rows, world
from tests.bench.effects import PORT, ask
from tests.bench.kills import TWICE, Brood, brood
from upgrades.models import JobStep
from upgrades.services import steps

ACT = "tests.bench.telling:act"
CUSTOMERS = 10
PATIENCE = 60.0  # seconds without a step done, after which what is left counts as lost
HELD = "SELECT id, customer_id FROM upgrades_jobstep WHERE state = 'HELD' LIMIT 1"
NONE_OF_THESE = (
    "effects lost", "effects repeated", "steps not done", "steps recorded twice",
    "attempts left open",
)  # fmt: skip


def run(number: int, kills: int, workers: int) -> dict[str, int]:
    """The counts after everything is done, or nothing more is."""
    world.customers(CUSTOMERS, sites=max(1, number // CUSTOMERS // world.STEPS_A_JOB))
    made = world.jobs()
    began = time.monotonic()
    with appliance(), brood(workers, ACT) as alive:
        killed, retried = _until_done(made, kills, alive)
        seconds = time.monotonic() - began
        effects = json.loads(ask("COUNTS"))
    not_done = rows.count("upgrades_jobstep", "state <> 'DONE'")
    return {
        "steps": made,
        "workers": workers,
        "SIGKILLs": killed,
        "seconds": round(seconds),
        "held, and tried again by a person": retried,
        "effects lost": made - not_done - len(effects),
        "effects repeated": sum(count - 1 for count in effects.values()),
        "steps not done": not_done,
        "steps recorded twice": rows.ask(TWICE)[0],
        "attempts left open": rows.count("upgrades_attempt", "closed_at IS NULL"),
    }


@contextmanager
def appliance() -> Iterator[None]:
    process = ground.start_python("-m", "tests.bench.effects", said="effects")
    os.environ[PORT] = process.stdout.readline().strip()
    try:
        yield
    finally:
        process.stdin.close()
        process.wait(10)


def _until_done(made: int, kills: int, alive: Brood) -> tuple[int, int]:
    """Kill as the work goes on, evenly; play the person who tries again what is held."""
    killed = retried = done = 0
    moved = time.monotonic()
    while done < made and time.monotonic() - moved < PATIENCE:
        now = rows.count("upgrades_jobstep", "state = 'DONE'")
        if now > done:
            done, moved = now, time.monotonic()
        while killed < kills * (done + 1) / made and killed < kills:
            alive.kill_one()
            killed += 1
        retried += _try_again()
        time.sleep(0.02)
    return killed, retried


def _try_again() -> int:
    tried = 0
    while found := rows.ask(HELD):
        step, customer = found
        agent = User.objects.get(email="agent@example.com")
        with tenancy.transaction(customer):
            held = JobStep.objects.select_related("job__site").get(pk=step)
            steps.retry(held, by=agent, at=clock.now())
        tried += 1
    return tried
