"""Rehearsals in which workers are killed with SIGKILL, by a seed: shared by the tests and the soak.

A procedure of so many runs loses a worker at every so many-th step in each of them, so that its
runs together lose one at each of its steps, at moments of the turn that the seed draws.
"""

from dataclasses import dataclass
from random import Random
from typing import Any

from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.conftest import World
from tests.upgrades.services.rehearsals.sites import PAGES, SWINGS, world_of
from upgrades.models import Rehearsal
from upgrades.planning.vocabulary import Procedure, Shape
from upgrades.services.rehearsals import originals, performing, reporting
from upgrades.services.rehearsals.faults import Chosen
from upgrades.services.rehearsals.losing import Moment
from upgrades.services.rehearsals.originals import Original
from upgrades.services.rehearsals.stage import Stage

# Of each procedure; 200 together. A run of a big shape costs more, and loses more workers.
RUNS = {
    Shape.SINGLE: 80, Shape.PAIR: 7, Shape.CLUSTER: 6, Shape.CLUSTER_WITH_FAILOVER: 4,
}  # fmt: skip


@dataclass(frozen=True)
class Run:
    """What came of one run: how it ended, how many workers died, and all that must not be."""

    outcome: str
    killed: int
    wrong: list[str]
    report: dict[str, Any]


def site_for(catalogue: dict[str, Any], page: Procedure, number: int) -> World:
    """A site that fits the page; the ways in which production moves take turns."""
    return world_of(catalogue, page.shape.name, SWINGS[number % len(SWINGS)], small=True)


def read(world: World, page: Procedure, target: str = "12.2.0") -> Original:
    with clock.at(NOON), tenancy.transaction(world.customer):
        return originals.read(
            world.site, world.packages[target], procedure=page.name, method="automatic", at=NOON
        )


def lose(world: World, original: Original, scene: Stage, *, number: int, seed: int) -> Run:
    """One run: it arrives, with every step proven once, and nothing done twice."""
    dice = Random(seed)
    steps = [item.seq for item in original.drawn.plan.steps]
    turns = min(RUNS[original.drawn.plan.site.shape], len(steps))
    chosen = [
        Chosen("worker-lost", seq, str(dice.choice(list(Moment))))
        for place, seq in enumerate(steps)
        if place % turns == number % turns
    ]
    for turn in range(5):
        outcome, told = _played(world, original, scene, chosen, seed + 1000 * turn)
        if outcome != Rehearsal.Outcome.MISSES:  # else its people were so slow that a night went by
            break
    return Run(outcome, len(told["lost"]), _wrong(outcome, told, chosen), told)


def _played(
    world: World, original: Original, scene: Stage, chosen: list[Chosen], seed: int
) -> tuple[str, dict[str, Any]]:
    with clock.at(NOON):
        return performing.play(original, scene, chosen, seed=seed, by=world.agent, at=NOON)


def _wrong(outcome: str, told: dict[str, Any], chosen: list[Chosen]) -> list[str]:
    wrong = reporting.broken(told)
    if outcome != Rehearsal.Outcome.ARRIVES:
        wrong.append(f"{outcome}: {told['stopped']}")
    wrong += [f"step {step['seq']} is {step['state']}" for step in told["steps"]
              if step["state"] != "DONE"]  # fmt: skip
    wrong += [f"step {seq} was asked for twice" for seq in told["asked_again"]]
    if len(told["lost"]) != len(chosen):
        wrong.append(f"only {len(told['lost'])} of {len(chosen)} workers died")
    return wrong


__all__ = ["PAGES", "RUNS", "Run", "lose", "read", "site_for"]
