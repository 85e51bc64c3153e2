"""A course, worked out once, books as the plan itself does."""

from datetime import timedelta

import pytest

from tests.upgrades.planning.examples import example
from tests.upgrades.planning.test_windows import MONDAY, nights
from upgrades.planning.course import NoFit, course
from upgrades.planning.pathbook import book_path
from upgrades.planning.windows import Pace, book, length, windows

EVERY = ["single", "pair-synchronous", "pair-asynchronous", "atlas", "atlas-failover"]


def long_nights(count):
    return nights(12, number=count)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("hops", [1, 2])
def test_it_books_every_window_where_the_plan_does(name, hops):
    plan = example(name, hops=hops)

    found = course(plan).book(long_nights(60), MONDAY)

    assert found.booked == book(plan, long_nights(60), MONDAY)
    assert found.finish == book_path(plan, long_nights(60), MONDAY).finish


@pytest.mark.parametrize("name", EVERY)
def test_it_knows_how_long_each_window_is(name):
    plan = example(name, hops=2)

    assert course(plan).needs == {
        window: timedelta(minutes=length(plan, window, Pace.WORST)) for window in windows(plan)
    }


@pytest.mark.parametrize("name", ["pair-asynchronous", "atlas-failover"])
def test_a_bound_that_no_way_keeps_is_told_with_the_nearest(name):
    far = [slot for place, slot in enumerate(long_nights(200)) if place % 20 == 0]

    found = course(example(name, hops=1)).book(far, MONDAY, limit=timedelta(days=7))

    assert found.over is not None
    assert found.over[1] > timedelta(days=7)


def test_without_a_slot_that_holds_it_the_window_is_named():
    with pytest.raises(NoFit) as refusal:
        course(example("single", hops=1)).book([], MONDAY)

    assert refusal.value.window == 1
