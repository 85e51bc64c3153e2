from datetime import UTC, datetime, timedelta

from upgrades.planning.stretches import DWELL, JOINS, PARTS, PRODUCT, Line, dwells, interims
from upgrades.planning.windows import Slot

START = datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def after(hours):
    return START + timedelta(hours=hours)


BOOKED = {1: Slot(START, after(3)), 2: Slot(after(48), after(51))}
DAY = 24 * 60


def test_a_dwell_is_counted_from_the_worst_end_of_its_product_until_it_is_known():
    planned = [Line(PRODUCT, 1, 60), Line(DWELL, 0, DAY), Line(PRODUCT, 2, 60)]
    installed = [Line(PRODUCT, 1, 60, ended_at=after(2)), *planned[1:]]
    longer = [installed[0], Line(DWELL, 0, DAY, until=after(40)), planned[2]]
    over = [installed[0], Line(DWELL, 0, DAY, ended_at=after(27)), planned[2]]

    assert [list(dwells(each, BOOKED)) for each in (planned, installed, longer, over)] == [
        [Slot(after(3), after(27))], [Slot(after(2), after(26))],
        [Slot(after(2), after(40))], [Slot(after(2), after(27))],
    ]  # fmt: skip


def test_a_dwell_whose_product_has_no_time_is_not_drawn():
    assert list(dwells([Line(PRODUCT, 7, 60), Line(DWELL, 0, DAY)], BOOKED)) == []
    assert list(dwells([Line(DWELL, 0, DAY)], BOOKED)) == []


def test_failover_is_away_from_its_breaking_until_it_is_restored():
    planned = [Line(PARTS, 1, 5), Line(PRODUCT, 1, 60), Line(JOINS, 2, 10)]
    broken = [Line(PARTS, 1, 5, ended_at=after(1)), *planned[1:]]
    outside = [*planned[:1], Line(PRODUCT, 2, 60), Line(JOINS, 0, 10)]
    twice = [*planned, Line(PARTS, 2, 5), Line(JOINS, 9, 10)]

    assert list(interims(planned, BOOKED)) == [Slot(START, after(51))]
    assert list(interims(broken, BOOKED)) == [Slot(after(1), after(51))]
    assert list(interims(outside, BOOKED)) == [Slot(START, after(51))]
    assert list(interims(twice, BOOKED)) == [Slot(START, after(51))]


def test_what_is_broken_twice_counts_from_the_first_time_and_what_took_no_time_is_not_drawn():
    again = [Line(PARTS, 1, 5), Line(PARTS, 2, 5), Line(JOINS, 2, 10)]
    at_once = [Line(PARTS, 1, 5, ended_at=after(1)), Line(JOINS, 1, 10, ended_at=after(1))]

    assert list(interims(again, BOOKED)) == [Slot(START, after(51))]
    assert list(interims(at_once, BOOKED)) == []
