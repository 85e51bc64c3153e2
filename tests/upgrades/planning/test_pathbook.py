"""The path booked as one: the earliest way that keeps every rule, the interim's bound too."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from tests.upgrades.planning.examples import example
from tests.upgrades.planning.test_windows import MONDAY, nights
from upgrades.planning.downtime import interim
from upgrades.planning.pathbook import InterimTooLong, book_path, interims
from upgrades.planning.rules import breaches
from upgrades.planning.windows import Slot, TooShort, schedule

DAY = timedelta(days=1)
PAIRED = ["pair-synchronous", "pair-asynchronous", "atlas-failover"]


def at(day: int, hours: int = 12) -> Slot:
    start = datetime(2026, 11, 23, 20, tzinfo=UTC) + day * DAY
    return Slot(start, start + timedelta(hours=hours))


@pytest.mark.parametrize("name", ["single", *PAIRED])
def test_without_a_bound_it_is_the_first_fit_of_every_window(name):
    plan = example(name, hops=2)

    assert book_path(plan, nights(14), MONDAY) == schedule(plan, nights(14), MONDAY)


@pytest.mark.parametrize("name", PAIRED)
def test_each_hop_has_its_own_time_without_failover(name):
    assert len(interims(example(name, hops=2))) == 2
    assert interims(example("single", hops=2)) == []


@pytest.mark.parametrize("name", PAIRED)
def test_what_breaks_failover_waits_until_what_restores_it_lies_near(name):
    """One night alone, then a gap of three weeks, then night after night."""
    slots = [at(1), *(at(day) for day in range(22, 40))]
    plan = example(name, hops=1)
    assert interim(schedule(plan, slots, MONDAY)) > 7 * DAY

    timed = book_path(plan, slots, MONDAY, limit=7 * DAY)

    assert interim(timed) <= 7 * DAY
    assert slots[0] not in timed.booked.values() or name == "atlas-failover"
    assert breaches(timed.plan) == {}


@pytest.mark.parametrize("name", PAIRED)
def test_windows_that_lie_too_far_apart_are_refused_with_both_numbers(name):
    slots = [at(day) for day in range(1, 400, 20)]

    with pytest.raises(InterimTooLong) as refusal:
        book_path(example(name, hops=1), slots, MONDAY, limit=7 * DAY)

    assert refusal.value.limit == 7 * DAY
    assert refusal.value.shortest > 7 * DAY
    assert "168 are the most" in str(refusal.value)


def test_too_short_is_said_as_that_and_not_as_an_interim():
    with pytest.raises(TooShort):
        book_path(example("pair-asynchronous"), nights(1), MONDAY, limit=7 * DAY)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(PAIRED),
    st.lists(st.integers(1, 90), min_size=2, max_size=30, unique=True),
    st.integers(1, 10),
)
def test_it_is_the_earliest_way_that_keeps_the_bound(name, days, limit):
    """No set of nights chosen by trying every later beginning ends sooner."""
    plan, slots = example(name, hops=1), [at(day) for day in sorted(days)]
    tried = []
    for skipped in range(len(slots)):
        try:
            timed = schedule(plan, slots[skipped:], MONDAY)
        except TooShort:
            break
        if interim(timed) <= limit * DAY:
            tried.append(timed.finish)

    try:
        found = book_path(plan, slots, MONDAY, limit=limit * DAY)
    except (InterimTooLong, TooShort):
        assert tried == []
        return
    assert interim(found) <= limit * DAY
    assert not tried or found.finish <= min(tried)
