"""A story driven by hand: as far as something is so, then whatever the test does next."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from appliances.simulator.process import Simulator
from portal import clock, tenancy
from tests.upgrades import operator
from tests.upgrades.conftest import World
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import demo_clock, waking
from upgrades.services.ticks import loop


def turn(simulator: Simulator, at: datetime) -> None:
    """What time brings, and whatever is due; the simulator's clock shows the same."""
    simulator.clock(anchor_virtual=at.timestamp())
    with clock.at(at):
        waking.wake(at)
        waking.look_after_jobs(at)
        loop.run(20)


def drive(
    world: World, job: UpgradeJob, simulator: Simulator, *, at: datetime,
    until: Callable[[], Any], leave: Callable[[JobStep], bool] = lambda step: False,
    turns: int = 400,
) -> datetime:  # fmt: skip
    """Turn, act and let time pass until something is so; steps that are left nobody touches."""
    for _ in range(turns):
        turn(simulator, at)
        if until():
            return at
        with clock.at(at):
            waiting = [step for step in operator.asking(world, job) if not leave(step)]
            for step in waiting:
                operator.act(world, step, simulator)
            busy, _due, upcoming = demo_clock.next_event(at)
        soon = waiting or busy or upcoming is None
        at = at + timedelta(seconds=5) if soon else max(at + timedelta(seconds=1), upcoming)
    raise AssertionError(f"never so: {stuck(world, job)}")


def stuck(world: World, job: UpgradeJob) -> list[Any]:
    with tenancy.transaction(world.customer):
        rows = JobStep.objects.filter(job=job).exclude(state__in=["DONE", "PLANNED"]).in_order()
        return [(s.seq, s.lane, s.action, s.state, s.reason, s.observed) for s in rows]


def step_of(world: World, job: UpgradeJob, action: str, letter: str = "", **more: Any) -> JobStep:
    """The first step of this action, on the appliance with this letter."""
    with tenancy.transaction(world.customer):
        found = JobStep.objects.select_related("job__site", "appliance", "package")
        found = found.filter(job=job, action=action, **more)
        if letter:
            found = found.filter(appliance__letter=letter)
        step = found.in_order().first()
        assert step is not None, (action, letter)
        return step


def installers_made(simulator: Any) -> int:
    """How often the world's appliance was told to make an installer, as it counts itself."""
    effects = simulator.truth("a.meridian.sim")["effects"]
    return [effect.get("name", effect) for effect in effects].count("create_installer")
