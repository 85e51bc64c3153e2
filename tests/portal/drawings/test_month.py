from datetime import date

import pytest

from portal.drawings import month
from portal.drawings.month import weeks

NOVEMBER = date(2026, 11, 1)


def laid(placed=(), *, first=NOVEMBER, zone="Europe/Paris", pressing=lambda _: 0, most=4):
    return weeks(first, placed, zone=zone, today=date(2026, 11, 23), pressing=pressing, most=most)


def day(found, wanted):
    return next(one for week in found for one in week.days if one.date == wanted)


def test_a_month_is_drawn_in_whole_weeks():
    found = laid()

    assert [week.number for week in found] == [44, 45, 46, 47, 48, 49]
    assert found[0].days[0].date == date(2026, 10, 26)
    assert found[-1].days[-1].date == date(2026, 12, 6)
    assert sum(one.inside for week in found for one in week.days) == 30
    assert day(found, date(2026, 11, 23)).today


@pytest.mark.parametrize(
    ("first", "number"),
    [(date(2027, 2, 1), 4), (date(2026, 12, 31), 5), (date(2026, 8, 15), 6)],
)
def test_any_day_names_its_month(first, number):
    assert len(laid(first=first)) == number


@pytest.mark.parametrize(
    ("zone", "changes", "hours"),
    [
        ("Europe/Paris", date(2026, 3, 29), 23),
        ("Europe/Paris", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),  # half an hour
        ("America/Havana", date(2026, 3, 8), 23),  # its midnight does not exist
        ("Pacific/Apia", date(2011, 12, 30), 0),  # a day that never was
        ("Europe/Paris", date(2026, 11, 23), 24),
    ],
)
def test_a_day_has_the_hours_that_the_clocks_give_it(zone, changes, hours):
    one = day(laid(first=changes, zone=zone), changes)

    assert (one.hours, one.odd) == (hours, hours != 24)


def test_a_dense_day_shows_what_presses_in_order_of_time_and_counts_the_rest():
    here = date(2026, 11, 24)
    found = laid(
        [(here, number) for number in range(10)], pressing=lambda number: number < 8, most=4
    )

    assert (day(found, here).shown, day(found, here).more) == ([0, 1, 8, 9], 6)
    assert day(found, date(2026, 11, 25)).shown == []


def test_a_day_is_not_folded_for_one_line():
    assert month.folded([1, 2, 3, 4, 5], lambda _: 0, 4) == ([1, 2, 3, 4, 5], 0)
    assert month.folded([1, 2, 3, 4, 5, 6], lambda _: 0, 4) == ([1, 2, 3, 4], 2)
