from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest

from upgrades.planning.recurrence import Kind, occurrences, readings

MINUTE = timedelta(minutes=1)
CHANGES = {  # zone: changes of the clock from 2026 to 2030, counted on timeanddate's pages
    "Europe/Berlin": 10,
    "Europe/Istanbul": 0,
    "America/New_York": 10,
    "Europe/Paris": 10,
    "America/Toronto": 10,
    "Australia/Lord_Howe": 10,
}


def wall(text: str) -> datetime:
    return datetime.fromisoformat(text)


def days_of_change(zone: ZoneInfo) -> list[date]:
    day, found = date(2026, 1, 1), []
    while day < date(2031, 1, 1):
        noon = datetime.combine(day, time(12), zone)
        if noon.utcoffset() != (noon - timedelta(days=1)).utcoffset():
            found.append(day)
        day += timedelta(days=1)
    return found


def scan(zone: ZoneInfo, day: date) -> dict[datetime, list[datetime]]:
    """Every minute on the wall of that day, with the instants at which the clock shows it."""
    shown = defaultdict(list)
    instant = datetime.combine(day, time(), UTC) - timedelta(hours=16)
    for _minute in range(56 * 60):
        local = instant.astimezone(zone).replace(tzinfo=None, fold=0)
        if local.date() == day:
            shown[local].append(instant)
        instant += MINUTE
    return shown


@pytest.mark.parametrize("name", CHANGES)
def test_every_minute_of_every_day_of_change_is_read_as_the_clock_shows_it(name):
    zone = ZoneInfo(name)
    days = days_of_change(zone)

    assert len(days) == CHANGES[name]
    for day in days:
        shown = scan(zone, day)
        for minute in range(24 * 60):
            local = datetime.combine(day, time()) + minute * MINUTE
            found = readings(local, 90, name)
            assert [one.start for one in found if one.bookable] == shown.get(local, [])
            assert all(one.end - one.start == 90 * MINUTE for one in found if one.bookable)
            if local not in shown:
                later = min(each for each in shown if each > local)
                assert [one.next_valid.replace(tzinfo=None) for one in found] == [later]
                assert found[0].start == found[0].end == shown[later][0]


@pytest.mark.parametrize(
    ("local", "kinds", "starts"),
    [
        ("2026-03-29T02:30", [Kind.MISSING], ["2026-03-29T01:00"]),
        (
            "2026-10-25T02:30",
            [Kind.TWICE_FIRST, Kind.TWICE_SECOND],
            ["2026-10-25T00:30", "2026-10-25T01:30"],
        ),
        ("2026-10-25T03:00", [Kind.PLAIN], ["2026-10-25T02:00"]),
    ],
)
def test_berlin_in_2026(local, kinds, starts):
    found = readings(wall(local), 60, "Europe/Berlin")

    assert [one.kind for one in found] == kinds
    assert [f"{one.start:%Y-%m-%dT%H:%M}" for one in found] == starts


def test_a_missing_time_comes_with_the_next_that_exists():
    (found,) = readings(wall("2026-10-04T02:10"), 60, "Australia/Lord_Howe")  # half an hour

    assert not found.bookable
    assert found.next_valid.isoformat() == "2026-10-04T02:30:00+11:00"


def test_a_doubled_time_carries_both_offsets():
    found = readings(wall("2026-11-01T01:30"), 60, "America/New_York")

    assert [one.offset for one in found] == [timedelta(hours=-4), timedelta(hours=-5)]


def starts(rule, *, begin, end, on="2026-01-01", at="22:00", minutes=240, zone="Europe/Berlin"):
    found = occurrences(
        rule,
        date.fromisoformat(on),
        time.fromisoformat(at),
        minutes,
        zone,
        datetime.fromisoformat(begin).replace(tzinfo=UTC),
        datetime.fromisoformat(end).replace(tzinfo=UTC),
    )
    return [f"{one.start:%Y-%m-%d %H:%M}" for one in found]


def test_the_hour_on_the_wall_stays_and_the_instant_moves():
    found = starts("FREQ=WEEKLY;BYDAY=SA", begin="2026-10-17", end="2026-11-01")

    assert found == ["2026-10-17 20:00", "2026-10-24 20:00", "2026-10-31 21:00"]


def test_both_readings_come_if_either_touches_and_a_missing_time_counts_where_it_would_be():
    doubled = {"at": "02:30", "minutes": 60, "on": "2026-10-25"}  # 00:30 and 01:30 UTC

    for begin, end in (
        ("2026-10-25 00:00", "2026-10-25 00:31"),
        ("2026-10-25 01:31", "2026-10-26"),
    ):
        found = starts("FREQ=DAILY", begin=begin, end=end, **doubled)
        assert found == ["2026-10-25 00:30", "2026-10-25 01:30"]
    missing = {"at": "02:30", "minutes": 60, "on": "2026-03-29"}  # the clocks jump at 01:00 UTC
    assert starts("FREQ=DAILY", begin="2026-03-29 01:00", end="2026-03-30", **missing) == [
        "2026-03-29 01:00"
    ]
    assert starts("FREQ=DAILY", begin="2026-03-29 01:01", end="2026-03-30", **missing) == []


def test_a_length_is_elapsed_time_through_the_night_of_a_change():
    night = readings(wall("2026-10-24T22:00"), 360, "Europe/Berlin")[0]

    assert night.end == datetime(2026, 10, 25, 2, tzinfo=UTC)
    assert night.end.astimezone(ZoneInfo("Europe/Berlin")).hour == 3  # not 4: an hour came twice


@pytest.mark.parametrize(
    ("begin", "end", "found"),
    [
        ("2026-11-22 00:59", "2026-11-22 01:00", ["2026-11-21 21:00"]),  # its last minute
        ("2026-11-22 01:00", "2026-11-28 21:00", []),  # it is over; the next has not begun
        ("2026-11-22 01:00", "2026-11-28 21:01", ["2026-11-28 21:00"]),
    ],
)
def test_what_crosses_midnight_is_found_until_it_ends(begin, end, found):
    assert starts("FREQ=WEEKLY;BYDAY=SA", begin=begin, end=end) == found


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("FREQ=MONTHLY;BYMONTHDAY=31", ["2028-01-31", "2028-03-31", "2028-05-31"]),
        ("FREQ=MONTHLY;BYMONTHDAY=29", ["2028-01-29", "2028-02-29", "2028-03-29", "2028-04-29",
                                        "2028-05-29"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", ["2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30",
                                        "2028-05-31"]),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29"]),
        ("FREQ=MONTHLY;BYDAY=-1SA", ["2028-01-29", "2028-02-26", "2028-03-25", "2028-04-29",
                                     "2028-05-27"]),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=2SU", ["2028-02-13", "2028-04-09"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;UNTIL=20280331",
         ["2028-01-31", "2028-02-29", "2028-03-31"]),
        ("FREQ=MONTHLY;INTERVAL=6;BYMONTHDAY=31;UNTIL=20281231", []),
    ],
)  # fmt: skip
def test_months_end_where_they_end_and_leap_years_have_their_day(rule, found):
    here = starts(rule, begin="2028-01-01 12:00", end="2028-06-01", on="2026-02-01", zone="UTC")

    assert [day[:10] for day in here] == found


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;BYDAY=MO,FR;BYMONTH=3,12",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,MO;WKST=SU",
        "FREQ=MONTHLY;INTERVAL=5;BYDAY=1SA,3SA",
        "FREQ=MONTHLY;INTERVAL=4;BYMONTHDAY=1,-1",
    ],
)
def test_beginning_to_count_late_changes_nothing(rule):
    """A rule's phase is that of its first day, however far away the days asked for are."""
    every = starts(rule, begin="2026-01-01", end="2030-01-01", on="2026-01-14")
    late = [
        day
        for year in range(2026, 2030)
        for day in starts(rule, begin=f"{year}-01-01", end=f"{year + 1}-01-01", on="2026-01-14")
    ]

    assert list(dict.fromkeys(late)) == every
    assert every[0] >= "2026-01-14"


def test_half_a_year_is_cheap_however_old_the_window_is():
    began = perf_counter()
    found = starts("FREQ=DAILY", begin="2126-01-01", end="2126-06-30", on="1926-01-01")

    assert len(found) >= 180
    assert perf_counter() - began < 0.5


def test_occurrences_are_worked_out_as_they_are_asked_for():
    endless = occurrences(
        "FREQ=DAILY", date(2026, 1, 1), time(22), 60, "Europe/Paris",
        datetime(2026, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC),
    )  # fmt: skip

    assert next(endless).start == datetime(2026, 1, 1, 21, tzinfo=UTC)


def test_a_night_of_change_gives_both_readings_or_an_empty_one():
    spring = starts("FREQ=DAILY", begin="2026-03-28", end="2026-03-31", at="02:30", minutes=60)
    autumn = starts("FREQ=DAILY", begin="2026-10-25", end="2026-10-26", at="02:30", minutes=60)

    assert spring == ["2026-03-28 01:30", "2026-03-29 01:00", "2026-03-30 00:30"]
    assert autumn == ["2026-10-25 00:30", "2026-10-25 01:30"]
