"""A deterministic runner in virtual minutes: claim, begin, watch, prove. It may be killed."""

import heapq
from dataclasses import dataclass, field

from appliances.actions import Effect, Failure
from tests.upgrades.planning.probing import Baseline, answer, baseline
from tests.upgrades.planning.world import World
from upgrades.planning.plan import Plan, PlannedStep

POINTS = ("before sending", "while it runs", "before recording")
Kill = tuple[int, str] | None


@dataclass
class Outcome:
    world: World
    kill: Kill = None
    done: list[int] = field(default_factory=list)
    begun_at: dict[int, int] = field(default_factory=dict)
    halted_at: int | None = None
    held: list[int] = field(default_factory=list)
    watching: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)
    finished_at: int = 0

    def dies(self, item: PlannedStep, point: str) -> bool:
        return self.kill == (item.seq, point)


def run(plan: Plan, *, kill: Kill = None, base_fails: int | None = None, hands: int = 4) -> Outcome:
    out = Outcome(World(plan.site), kill)
    now, going = 0, list[tuple[int, int, PlannedStep]]()
    waiting = list(plan.steps)
    while True:
        while out.halted_at is None and len(going) < hands and (item := ready(waiting, going)):
            waiting.remove(item)
            heapq.heappush(going, (now + perform(out, item, now), item.seq, item))
        if not going:
            out.finished_at = now
            return out
        now, _, item = heapq.heappop(going)
        if item.seq == base_fails:
            out.world.finish(item, now, fails=True)
            assert item.action.on_failure is Failure.HALT
            out.halted_at = now
        else:
            record(out, item, now)


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


def perform(out: Outcome, item: PlannedStep, now: int) -> int:
    """Minutes until it ends. A step that is true already is not done again (verify, or do)."""
    world = out.world
    out.begun_at[item.seq] = now
    world.pass_to(now)
    before = baseline(world, item)
    if answer(world, item, before) == "done" and item.action.effect is not Effect.READ:
        world.effects.setdefault(item.seq, 0)
        return 0
    if out.dies(item, "before sending"):
        recover(out, item, before, now)
    else:
        world.begin(item, now)
    if out.dies(item, "while it runs"):
        recover(out, item, before, now)
    return item.minutes[0]


def record(out: Outcome, item: PlannedStep, now: int) -> None:
    before = baseline(out.world, item)
    if out.world.effects[item.seq]:
        out.world.finish(item, now)
        if out.dies(item, "before recording"):
            recover(out, item, before, now)
    out.done.append(item.seq)


def recover(out: Outcome, item: PlannedStep, before: Baseline, now: int) -> None:
    """Another worker finds an open attempt. It asks; what may have been told is not told again."""
    world = out.world
    said = answer(world, item, before)
    if item.action.effect is Effect.READ and item.seq not in world.begun:
        world.begin(item, now)
        return
    if said == "ask":
        out.asked.append(item.seq)
        said = world.remembered(item)
    if said == "not done" and item.seq in world.begun:
        out.watching.append(item.seq)  # it may have been sent: watch until the deadline
        return
    if said == "not done":
        if item.action.effect is Effect.ONE_WAY:
            out.held.append(item.seq)  # a person looks, and says: not done, do it
        world.begin(item, now)
