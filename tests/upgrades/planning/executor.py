"""A deterministic runner in virtual minutes: claim, begin, watch, prove. It may be killed."""

import heapq
from dataclasses import dataclass, field

from appliances.actions import Effect, Failure
from tests.upgrades.planning.world import World
from upgrades.planning.plan import Plan, PlannedStep

POINTS = ("before sending", "while it runs", "before recording")


@dataclass
class Outcome:
    world: World
    done: list[int] = field(default_factory=list)
    begun_at: dict[int, int] = field(default_factory=dict)
    halted_at: int | None = None
    held: list[int] = field(default_factory=list)
    watching: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    finished_at: int = 0


def run(
    plan: Plan,
    *,
    kill: tuple[int, str] | None = None,
    base_fails: int | None = None,
    hands: int = 4,
) -> Outcome:
    world = World(plan.site)
    out = Outcome(world)
    now, going = 0, list[tuple[int, int, PlannedStep]]()
    waiting = list(plan.steps)
    while True:
        while out.halted_at is None and len(going) < hands and (item := ready(waiting, going)):
            waiting.remove(item)
            lasts = perform(plan, world, out, item, now, kill)
            heapq.heappush(going, (now + lasts, item.seq, item))
        if not going:
            out.finished_at = now
            return out
        now, _, item = heapq.heappop(going)
        if item.seq == base_fails:
            world.finish(item, now, fails=True)
            assert item.action.on_failure is Failure.HALT
            out.halted_at = now
            continue
        record(world, out, item, now, kill)


def ready(
    waiting: list[PlannedStep], going: list[tuple[int, int, PlannedStep]]
) -> PlannedStep | None:
    """The first step whose lower ranks, and whose lane up to it, are finished."""
    busy = [item for *_, item in going]
    lowest = min((x.rank for x in [*waiting, *busy]), default=0)
    lanes = {x.lane for x in busy}
    for item in waiting:
        if item.rank == lowest and item.lane not in lanes:
            return item
        if item.rank > lowest:
            return None
        lanes.add(item.lane)
    return None


def perform(
    plan: Plan,
    world: World,
    out: Outcome,
    item: PlannedStep,
    now: int,
    kill: tuple[int, str] | None,
) -> int:
    """Minutes until it ends. A step that is true already is not done again (verify, or do)."""
    out.begun_at[item.seq] = now
    world.pass_to(now)
    baseline = world.baseline(item)
    if world.answer(item, baseline) == "done" and item.action.effect is not Effect.READ:
        world.effects.setdefault(item.seq, 0)
        return 0
    killed = kill[1] if kill and kill[0] == item.seq else ""
    if killed == "before sending":
        recover(world, out, item, baseline, now)
    else:
        world.begin(item, now)
    if killed == "while it runs":
        recover(world, out, item, baseline, now)
    return item.minutes[0]


def record(
    world: World, out: Outcome, item: PlannedStep, now: int, kill: tuple[int, str] | None
) -> None:
    baseline = world.baseline(item)
    if world.effects[item.seq]:
        world.finish(item, now)
    if kill == (item.seq, "before recording") and world.effects[item.seq]:
        recover(world, out, item, baseline, now)
    out.done.append(item.seq)


def recover(
    world: World, out: Outcome, item: PlannedStep, baseline: tuple[int, ...], now: int
) -> None:
    """Another worker finds an open attempt. It asks; it never tells again what may have been told."""
    said = world.answer(item, baseline)
    if item.action.effect is Effect.READ and item.seq not in world.begun:
        world.begin(item, now)
        return
    if said == "ask":
        out.asked.append(item.seq)
        said = (
            "done"
            if item.seq in world.known
            else "under way"
            if item.seq in world.begun
            else "not done"
        )
    if said == "not done" and item.seq in world.begun:
        out.watching.append(item.seq)  # it may have been sent: watch until the deadline, never send
        return
    if said == "not done":
        if item.action.effect is Effect.ONE_WAY:
            out.held.append(item.seq)  # a person looks, and says: not done, do it
        world.begin(item, now)
