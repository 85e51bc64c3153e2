from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from portal import times

EVENING = datetime(2026, 11, 28, 19, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "clock", "label"),
    [
        ("Europe/Istanbul", "22:05", "UTC+03:00"),
        ("Europe/Paris", "20:05", "CET (UTC+01:00)"),
        ("America/St_Johns", "15:35", "NST (UTC−03:30)"),
        ("UTC", "19:05", "UTC"),
    ],
)
def test_an_instant_stands_on_each_zones_own_clock_with_its_offset(zone, clock, label):
    here = times.in_zone(EVENING, zone)

    assert (times.clock_label(here), times.offset_label(here)) == (clock, label)


def test_the_offset_is_the_one_of_that_day():
    summer = datetime(2026, 7, 1, 12, 0, tzinfo=UTC)

    assert times.offset_label(times.in_zone(summer, "Europe/Paris")) == "CEST (UTC+02:00)"


@pytest.mark.parametrize(
    ("language", "label"),
    [("en", "Sat 28 Nov 2026"), ("fr", "sam. 28 nov. 2026"), ("tr", "28 Kas 2026 Cmt")],
)
def test_a_day_is_written_as_the_language_writes_it(language, label):
    with translation.override(language):
        assert times.day_label(date(2026, 11, 28)) == label


@pytest.mark.parametrize(
    ("minutes", "words"),
    [
        (0, "0 min"),
        (45, "45 min"),
        (65, "1 h 05 min"),
        (130, "2 h 10 min"),
        (24 * 60, "24 h"),
        (41 * 60, "41 h"),
        (48 * 60, "2 days"),
        (6 * 1440 - 60, "5 days 23 h"),
    ],
)
def test_a_length_is_told_in_words(minutes, words):
    assert times.span(minutes) == words


def test_one_instant_lies_on_another_day_on_another_clock():
    late = datetime(2026, 11, 23, 22, 30, tzinfo=UTC)

    days = [times.day_label(times.in_zone(late, zone)) for zone in ("UTC", "Europe/Istanbul")]

    assert days == ["Mon 23 Nov 2026", "Tue 24 Nov 2026"]
