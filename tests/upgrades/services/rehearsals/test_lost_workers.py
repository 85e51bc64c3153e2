"""A worker is lost at every step of every procedure, at each moment of its turn, by SIGKILL.

Two hundred plays: none ends with a broken rule, a lost step or a repeated effect. What was done is
counted by the appliances themselves. `make soak` plays 5,000.
"""

from collections import Counter

import pytest

from tests.upgrades.services.rehearsals import losses
from upgrades.services.rehearsals import judging

PLAYS = [
    pytest.param(page, number, id=f"{page.name}-{number}")
    for page in losses.PAGES
    for number in range(losses.RUNS[page.shape])
]


def test_there_are_two_hundred():
    assert len(PLAYS) >= 200


@pytest.mark.slow
@pytest.mark.parametrize(("procedure", "number"), PLAYS)
def test_nothing_is_lost_and_nothing_done_twice(catalogue, scene, procedure, number):
    world = losses.site_for(catalogue, procedure, number)
    original = losses.read(world, procedure)

    run = losses.lose(world, original, scene, number=number, seed=number)

    assert run.wrong == []
    assert run.killed >= 1


def test_the_count_can_fail(catalogue):
    """An effect that nobody pressed for is found."""
    world = losses.site_for(catalogue, losses.PAGES[0], 0)
    plan = losses.read(world, losses.PAGES[0]).drawn.plan
    truth = {"effect_counts": {"install_product": 2, "create_installer": 9}}

    pressed = Counter({(10, "install_product"): 1})
    assert judging.repeated_effects(plan, [truth], pressed) == [
        "create_installer", "install_product",
    ]  # fmt: skip
