"""Leave out each step of each example, and exchange each two neighbours: who notices?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import pytest

from tests.upgrades.planning.examples import example
from upgrades.planning.plan import Plan
from upgrades.planning.rules import breaches
from upgrades.procedures import PROCEDURES


def omissions(plan: Plan) -> Iterator[tuple[str, Plan]]:
    for n, item in enumerate(plan.steps):
        steps = (*plan.steps[:n], *plan.steps[n + 1 :])
        yield f"{item.action.name} of hop {item.hop}", replace(plan, steps=steps)


def exchanges(plan: Plan) -> Iterator[tuple[str, Plan]]:
    steps = plan.steps
    for n, (one, other) in enumerate(zip(steps, steps[1:], strict=False)):
        if one.rank == other.rank and one.lane != other.lane:
            continue  # they run side by side
        first = replace(other, rank=one.rank, window=one.window)
        second = replace(one, rank=other.rank, window=other.window)
        exchanged = (*steps[:n], first, second, *steps[n + 2 :])
        yield f"{other.action.name} before {one.action.name}", replace(plan, steps=exchanged)


def unnoticed(kinds) -> tuple[int, Counter[str]]:
    tried, missed = 0, Counter[str]()
    for name in PROCEDURES:
        for what, spoilt in kinds(example(name)):
            tried += 1
            if not breaches(spoilt):
                missed[what] += 1
    return tried, missed


@pytest.mark.slow
def test_no_step_can_be_left_out_unnoticed():
    tried, missed = unnoticed(omissions)

    assert tried > 600
    assert missed == {}


@pytest.mark.slow
def test_most_exchanges_of_neighbours_are_noticed():
    tried, missed = unnoticed(exchanges)

    assert missed.total() < tried / 5, missed.most_common()
