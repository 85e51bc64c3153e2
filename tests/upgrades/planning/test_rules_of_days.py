from datetime import UTC, date, datetime, time
from time import perf_counter

import pytest

from upgrades.planning.recurrence import occurrences
from upgrades.planning.rules_of_days import BadRule, DayRule, Frequency, read

OFTEN = "A rule repeats daily, weekly or monthly (FREQ), not more often."
WRITTEN = "A rule is written like FREQ=WEEKLY;BYDAY=SA, each part once."


def test_a_rule_is_read_as_it_is_written():
    assert read("freq=monthly;byday=2sa,-1SU;until=20271231;wkst=su") == DayRule(
        Frequency.MONTHLY,
        weekdays=((2, 5), (-1, 6)),
        until=date(2027, 12, 31),
        week_start=6,
    )


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("", WRITTEN),
        ("every Saturday", WRITTEN),
        ("FREQ=DAILY;FREQ=DAILY", WRITTEN),
        ("BYDAY=SA", OFTEN),
        ("FREQ=HOURLY", OFTEN),
        ("FREQ=SECONDLY;COUNT=9", OFTEN),
        ("FREQ=YEARLY", OFTEN),
        ("FREQ=DAILY;COUNT=3", "A rule ends on a day (UNTIL), not after a number of times."),
        ("FREQ=DAILY;BYHOUR=3", "A rule names days; the time of day is given beside it."),
        ("FREQ=DAILY;DTSTART=20260101", "The first day is given beside the rule."),
        ("FREQ=DAILY;BYWEEKNO=3", "A rule cannot have BYWEEKNO."),
        ("FREQ=DAILY\r\nEXDATE=1", OFTEN),
        ("FREQ=WEEKLY;BYDAY=XX", "Not a day of the week: XX."),
        ("FREQ=WEEKLY;BYDAY=9MO", "Not a day of the week: 9MO."),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL is a whole number from 1 to 31, not 0."),
        ("FREQ=MONTHLY;BYDAY=SA;INTERVAL=12", "INTERVAL is a whole number from 1 to 6, not 0."),
        ("FREQ=MONTHLY;BYMONTHDAY=32", "BYMONTHDAY is a whole number from -31 to 31, not 0."),
        ("FREQ=MONTHLY;BYMONTHDAY=1٣", "BYMONTHDAY is a whole number from -31 to 31, not 0."),
        ("FREQ=DAILY;UNTIL=20270231", "UNTIL is a day, written like 20271231."),
        ("FREQ=DAILY;UNTIL=20270101T000000Z", "UNTIL is a day, written like 20271231."),
        ("FREQ=WEEKLY;BYDAY=1SA", "Only a monthly rule can name the first or last of a weekday."),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "A weekly rule names days of the week only."),
        ("FREQ=WEEKLY;BYDAY=SA;BYSETPOS=1",
         "Only a monthly rule can pick one of several days (BYSETPOS)."),
        ("FREQ=MONTHLY", "A monthly rule names its days (BYDAY or BYMONTHDAY)."),
        ("FREQ=MONTHLY;BYDAY=1SA;BYMONTHDAY=20",
         "The first or last of a weekday cannot be combined with days of the month."),
        ("FREQ=MONTHLY;BYDAY=SA;BYMONTHDAY=8;BYSETPOS=2",
         "BYSETPOS picks one of plain days of the week only."),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=MO",
         "Every so many days cannot be combined with named days."),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
         "These months never have such a day, or are skipped by the interval."),
        ("FREQ=MONTHLY;BYMONTH=2;INTERVAL=2;BYMONTHDAY=1",
         "These months never have such a day, or are skipped by the interval."),
        ("FREQ=WEEKLY;BYDAY=" + ",".join(["MO"] * 80), "A rule has at most 200 characters."),
    ],
)  # fmt: skip
def test_what_cannot_be_a_window_is_refused_by_name(rule, sentence):
    with pytest.raises(BadRule) as refusal:
        read(rule)

    assert str(refusal.value) == sentence
    assert refusal.value.code == "bad-rule"
    assert isinstance(refusal.value, ValueError)


def test_a_refusal_can_be_told_in_another_language():
    with pytest.raises(BadRule) as refusal:
        read("FREQ=WEEKLY;BYDAY=XX")

    assert (
        refusal.value.told({"Not a day of the week: %(day)s.": "« %(day)s » ?"}.get) == "« XX » ?"
    )


SELDOM = [
    "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31",
    "FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=-31",
    "FREQ=MONTHLY;INTERVAL=5;BYDAY=5SA",
    "FREQ=MONTHLY;INTERVAL=6;BYDAY=SA;BYMONTHDAY=31",
    "FREQ=DAILY;BYDAY=FR;BYMONTHDAY=29;BYMONTH=2",
    "FREQ=MONTHLY;BYDAY=-5SU;BYMONTH=2",
    "FREQ=MONTHLY;BYDAY=SA;BYSETPOS=-4;BYMONTH=2",
]


@pytest.mark.parametrize("rule", SELDOM)
@pytest.mark.parametrize("month", [2, 4, 6, 9, 11])
def test_what_is_accepted_comes_sooner_or_later_so_looking_for_it_ends(rule, month):
    began = perf_counter()
    next(
        occurrences(
            rule, date(2026, month, 28), time(22), 60, "UTC",
            datetime(2026, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC),
        )
    )  # fmt: skip

    assert perf_counter() - began < 1
