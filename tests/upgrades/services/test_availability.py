"""Refused nights stand together where the very same stands against them."""

from datetime import timedelta

from tests.conftest import NOON
from upgrades.planning.whynot import Reason, Rule
from upgrades.services.availability import Night, alike

DAY = timedelta(days=1)


def night(days, *why):
    start = NOON + days * DAY
    return Night(start, start + timedelta(hours=4), why)


def freeze(title, remedy="Wait."):
    return Reason(Rule.FREEZE, "Nothing may run: %(title)s.", remedy, DAY, {"title": title})


def test_nights_of_the_same_reasons_are_one_group_in_the_order_of_their_first():
    peak, other = freeze("Peak week"), freeze("Stocktaking")
    nights = [night(1, peak), night(2, other), night(3, peak), night(4, peak, other)]

    found = alike(nights)

    assert [[each.start.day - NOON.day for each in group.nights] for group in found] == [
        [1, 3], [2], [4],
    ]  # fmt: skip
    assert [len(group.reasons) for group in found] == [1, 1, 2]
    assert "Peak week" in found[0].reasons[0].sentence
    assert [group.of_first for group in found] == [False] * 3


def test_where_what_would_help_differs_it_is_that_of_the_first_night():
    [group] = alike([night(1, freeze("Peak", "Go.")), night(2, freeze("Peak", "Stay."))])

    assert (group.of_first, [told.remedy for told in group.reasons]) == (True, ["Go."])


def test_no_night_is_no_group():
    assert alike([]) == []
