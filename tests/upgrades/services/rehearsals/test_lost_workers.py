"""A worker is lost at every step of every procedure, at each moment of its turn, by SIGKILL.

207 plays, most of them by `pytest -m soak`: none ends with a broken rule, a lost step or a repeated
effect. What was done is counted by the appliances themselves. `make soak` plays 5,000.
"""

from collections import Counter

import pytest

from tests.upgrades.services.rehearsals import losses
from upgrades.services.rehearsals import judging

# One play a procedure in every run; the other seeds take many minutes of two cores (`-m soak`).
NUMBERS = [0, *(pytest.param(n, marks=pytest.mark.soak) for n in range(1, losses.RUNS))]


@pytest.mark.slow
@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("procedure", losses.PAGES, ids=lambda found: found.name)
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
