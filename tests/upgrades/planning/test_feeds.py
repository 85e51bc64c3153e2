"""Calendars of strangers: what they say, and what they may not do to us."""

import time
from datetime import UTC, date, datetime, timedelta

import pytest
from dateutil.rrule import rrulestr
from icalendar import vRecur

from upgrades.planning import feeds, repeating

BEGIN = datetime(2026, 11, 23, 12, tzinfo=UTC)
END = BEGIN + timedelta(days=400)
HEAD = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n"
BERLIN = "TZID=Europe/Berlin"


def calendar(*events: str, before: str = "") -> bytes:
    parts = "".join(f"BEGIN:VEVENT\r\n{event}\r\nEND:VEVENT\r\n" for event in events)
    return f"{HEAD}{before}{parts}END:VCALENDAR\r\n".encode()


def event(*lines: str, uid: str = "1", title: str = "Inventory") -> str:
    return "\r\n".join([f"UID:{uid}", f"SUMMARY:{title}", *lines])


def read(*events: str, **more) -> list[str]:
    return [
        f"{one.begin:%m-%d %H:%M}–{one.end:%m-%d %H:%M}{'' if one.floats else 'Z'}"
        for one in feeds.read(calendar(*events, **more), BEGIN, END)
    ]


def refused(content: bytes) -> str:
    with pytest.raises(feeds.BadFeed) as refusal:
        feeds.read(content, BEGIN, END)
    return str(refusal.value)


def test_whole_days_float_and_other_times_are_instants():
    assert read(
        event("DTSTART;VALUE=DATE:20261224", "DTEND;VALUE=DATE:20261227"),
        event("DTSTART;VALUE=DATE:20261231", uid="2"),
        event("DTSTART:20261201T080000Z", "DURATION:PT2H", uid="3"),
        event(f"DTSTART;{BERLIN}:20261202T080000", f"DTEND;{BERLIN}:20261202T100000", uid="4"),
        event("DTSTART:20261203T080000", "DTEND:20261203T100000", uid="5"),
    ) == [
        "12-01 08:00–12-01 10:00Z", "12-02 07:00–12-02 09:00Z", "12-03 08:00–12-03 10:00",
        "12-24 00:00–12-27 00:00", "12-31 00:00–01-01 00:00",
    ]  # fmt: skip


def test_a_rule_keeps_the_hour_of_its_zone_over_the_change_of_summer_time():
    found = read(event(
        f"DTSTART;{BERLIN}:20270326T220000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=2"
    ))  # fmt: skip

    assert found == ["03-26 21:00–03-26 22:00Z", "04-02 20:00–04-02 21:00Z"]


def test_dates_taken_out_and_occurrences_moved_or_cancelled():
    assert read(
        event(
            f"DTSTART;{BERLIN}:20261201T080000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=6",
            f"EXDATE;{BERLIN}:20261202T080000", "EXDATE:20261203T070000Z",
        ),
        event(
            f"RECURRENCE-ID;{BERLIN}:20261204T080000", f"DTSTART;{BERLIN}:20261204T120000",
            "DURATION:PT1H",
        ),
        event(
            f"RECURRENCE-ID;{BERLIN}:20261205T080000", f"DTSTART;{BERLIN}:20261205T080000",
            "DURATION:PT1H", "STATUS:CANCELLED",
        ),
        event("DTSTART:20261210T080000Z", "DURATION:PT1H", "STATUS:CANCELLED", uid="2"),
    ) == [
        "12-01 07:00–12-01 08:00Z", "12-04 11:00–12-04 12:00Z", "12-06 07:00–12-06 08:00Z",
    ]  # fmt: skip


def test_more_dates_and_windows_own_zone_names():
    assert read(
        event("DTSTART;VALUE=DATE:20261201", "RDATE;VALUE=DATE:20261205"),
        event("DTSTART;TZID=W. Europe Standard Time:20261202T080000", "DURATION:PT1H", uid="2"),
        event("DTSTART;TZID=/vendor.org/20110101/Europe/Berlin:20261203T080000", "DURATION:PT1H",
              uid="3"),
    ) == [
        "12-01 00:00–12-02 00:00", "12-02 07:00–12-02 08:00Z", "12-03 07:00–12-03 08:00Z",
        "12-05 00:00–12-06 00:00",
    ]  # fmt: skip


def test_what_a_file_says_of_a_zone_is_not_believed():
    lies = (
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
        "RRULE:FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30\r\nTZOFFSETFROM:+1400\r\nTZOFFSETTO:+1400\r\n"
        "END:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    assert read(event(f"DTSTART;{BERLIN}:20261202T080000", "DURATION:PT1H"), before=lies) == [
        "12-02 07:00–12-02 08:00Z"
    ]


@pytest.mark.parametrize(
    ("rule", "begin"),
    [
        ("FREQ=DAILY;INTERVAL=3", "2020-02-29"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU", "2025-12-31"),
        ("FREQ=MONTHLY;BYDAY=-1FR,2MO", "2026-01-01"),
        ("FREQ=MONTHLY;BYMONTHDAY=-1,15", "2024-01-31"),
        ("FREQ=MONTHLY", "2026-01-31"),
        ("FREQ=MONTHLY;INTERVAL=5;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,1", "2023-03-03"),
        ("FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24,25,26", "2019-12-24"),
        ("FREQ=YEARLY;BYDAY=20MO", "2026-05-18"),
        ("FREQ=YEARLY;BYMONTH=11;BYDAY=4TH", "2020-11-26"),
        ("FREQ=YEARLY", "2024-02-29"),
        ("FREQ=DAILY;COUNT=1200;BYDAY=MO,WE", "2023-01-02"),
        ("FREQ=MONTHLY;COUNT=70;BYMONTHDAY=13;BYDAY=FR", "2000-10-13"),
    ],
)
def test_rules_name_the_days_that_dateutil_finds(rule, begin):
    first, last = date(2026, 11, 1), date(2028, 3, 1)
    starts = datetime.fromisoformat(begin)
    read_rule = repeating.read(vRecur.from_ical(rule))

    found = list(read_rule.days(starts.date(), first, last, repeating.Budget()))

    expected = rrulestr(rule, dtstart=starts)
    assert found == [d.date() for d in expected.between(
        datetime.combine(first, starts.time()), datetime.combine(last, starts.time()), inc=True
    )]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "more often than every day"),
        ("FREQ=YEARLY;BYWEEKNO=53", "BYWEEKNO"),
        ("FREQ=DAILY;BYHOUR=1,2,3", "BYHOUR"),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL"),
        ("COUNT=3", "more often than every day"),
        ("FREQ=DAILY;COUNT=x", "RRULE"),
    ],
)
def test_rules_that_are_not_followed_are_named(rule, said):
    message = refused(calendar(event("DTSTART;VALUE=DATE:20261201", f"RRULE:{rule}")))

    assert message.startswith("“Inventory” cannot be read.")
    assert said in message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "not a calendar"),
        (b"<!doctype html><title>Sign in</title>", "not a calendar"),
        (b"\xff\xfe\x00\x01", "not a calendar"),
        (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "not a calendar"),
        (b"BEGIN:VCALENDAR\r\n" + b"X:y\r\n" * 400_000, "1 MB"),
        (HEAD.encode() + b"\r\n" * 70_000, "60000 lines"),
        (calendar(*[event("DTSTART:20261201T080000Z")] * 2_001), "2000 events"),
        (HEAD.encode() + b"BEGIN:VEVENT\r\n" * 30, "2000 events"),
        (calendar(event()), "when it begins"),
        (calendar(event("DTSTART:2026XX")), "DTSTART"),
        (calendar(event("DTSTART:20261201T080000Z", "DTEND:20260101T080000Z")), "before it begins"),
        (calendar(event("DTSTART:20261201T080000Z", "DURATION:P900D")), "longer than a year"),
        (calendar(event("DTSTART:20261201T080000Z", "DTEND;VALUE=DATE:20261202")), "another kind"),
        (calendar(event("DTSTART;TZID=Mars/Olympus:20261201T080000")), "Mars/Olympus"),
        (calendar(event("DTSTART;TZID=../../etc/passwd:20261201T080000")), "etc/passwd"),
        (calendar(event("DTSTART:20261201T080000Z", "DTSTART:20261202T080000Z")), "not understood"),
        (calendar(event(f"DTSTART;{BERLIN}:00010101T000000", "DURATION:PT1H")), "not understood"),
        (calendar(event("RECURRENCE-ID;RANGE=THISANDFUTURE:20261201T080000Z",
                        "DTSTART:20261201T080000Z")), "from one on"),
    ],
)  # fmt: skip
def test_what_is_no_calendar_or_too_much_is_refused_with_a_sentence(content, said):
    assert said in refused(content)


def test_a_hostile_calendar_ends_in_bounded_work():
    """Rules that never come, and as many that count from long ago."""
    never = "RRULE:FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30"
    longest = "RRULE:FREQ=DAILY;COUNT=40000"
    began = time.process_time()

    assert read(*[event("DTSTART:20000130T080000Z", "DURATION:PT1H", never)] * 400) == []
    assert "repeats too much" in refused(
        calendar(*[event("DTSTART:19000101T080000Z", "DURATION:PT1H", longest)] * 1_900)
    )
    assert time.process_time() - began < 60  # of the processor, not of the clock


def test_every_minute_of_every_day_is_too_many_times():
    many = [
        event("DTSTART:20261124T000000Z", "DURATION:PT1M", "RRULE:FREQ=DAILY", uid=str(number))
        for number in range(20)
    ]
    assert "5000 times" in refused(calendar(*many))


def test_a_folded_line_hides_no_event():
    hidden = HEAD.encode() + b"BEGIN:VEV\r\n ENT\r\nEND:VEVENT\r\n" * 2_001 + b"END:VCALENDAR\r\n"

    assert "2000 events" in refused(hidden)


def test_a_title_is_one_printable_line():
    [one] = feeds.read(
        calendar(event("DTSTART;VALUE=DATE:20261201", title="Stock\\ntaking\u202e " + "x" * 300)),
        BEGIN, END,
    )  # fmt: skip

    assert one.title == ("Stock taking " + "x" * 300)[:120]
