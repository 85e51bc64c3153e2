"""Interval algebra, held against counting the minutes one by one."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from upgrades.planning.spans import first_fit, in_order, joined, minus, overfull
from upgrades.planning.windows import Slot

ZERO = datetime(2026, 11, 23, tzinfo=UTC)


def at(minute: int) -> datetime:
    return ZERO + timedelta(minutes=minute)


def slot(begin: int, end: int) -> Slot:
    return Slot(at(begin), at(end))


@st.composite
def spans(draw: st.DrawFn) -> list[Slot]:
    starts = draw(st.lists(st.integers(0, 60), max_size=8))
    return sorted(
        (slot(start, start + draw(st.integers(1, 15))) for start in starts), key=lambda s: s.start
    )


def minutes(found) -> set[int]:
    return {
        minute
        for one in found
        for minute in range(
            int((one.start - ZERO).total_seconds() // 60),
            int((one.end - ZERO).total_seconds() // 60),
        )
    }


@given(spans())
def test_joined_spans_hold_the_same_minutes_and_never_touch(some):
    found = list(joined(some))

    assert minutes(found) == minutes(some)
    assert all(one.end < other.start for one, other in zip(found, found[1:], strict=False))


@given(spans(), spans())
def test_what_is_taken_out_is_gone_and_nothing_else_is(free, busy):
    found = list(minus(joined(free), busy))

    assert minutes(found) == minutes(free) - minutes(busy)
    assert all(one.start < one.end for one in found)
    assert all(one.end <= other.start for one, other in zip(found, found[1:], strict=False))


@given(spans(), spans())
def test_several_lists_come_as_one_in_order(some, more):
    found = list(in_order(some, more))

    assert found == sorted(found, key=lambda one: one.start)
    assert sorted(map(hash, found)) == sorted(map(hash, some + more))


@given(spans(), spans(), st.integers(1, 20), st.integers(0, 70))
def test_the_first_fit_is_the_first_minute_from_which_all_are_free(free, busy, needs, ready):
    left = minutes(free) - minutes(busy)
    expected = next((m for m in range(ready, 90) if all(m + n in left for n in range(needs))), None)

    found = first_fit(minus(joined(free), busy), needs=timedelta(minutes=needs), ready=at(ready))

    assert (found.start if found else None) == (at(expected) if expected is not None else None)


def test_a_fit_is_looked_for_no_further_than_it_lies():
    def nights():
        yield slot(0, 60)
        raise AssertionError("the rest of the horizon was read")

    assert first_fit(nights(), needs=timedelta(minutes=60), ready=at(0)) == slot(0, 60)


@given(spans(), spans(), st.integers(1, 3))
def test_where_too_many_lie_over_one_another_is_found_minute_by_minute(one, other, most):
    every = [*one, *other]
    counted = {m for m in range(200) if sum(s.start <= at(m) < s.end for s in every) > most}

    assert minutes(list(overfull(every, most))) == counted
