"""Nights on which a zone's clocks change: waits are elapsed hours, windows are hours on the wall,
and an hour that exists twice or never is nobody's silent guess."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from appliances import actions as do
from portal import tenancy
from portal.models import Customer
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import ONE_HOP, SINGLE, a_job, a_site, a_window, utc
from upgrades.models import JobStep
from upgrades.planning.recurrence import occurrences
from upgrades.planning.windows import Slot, schedule
from upgrades.services import bookings, waited, windows

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
# Zone, the day, and how long that day is on the zone's clocks. Türkiye has no summer time: its day
# is the one on which its neighbours change.
CHANGES = [
    ("Europe/Paris", date(2027, 3, 28), 23 * HOUR),
    ("Europe/Paris", date(2027, 10, 31), 25 * HOUR),
    ("America/Toronto", date(2027, 3, 14), 23 * HOUR),
    ("America/Toronto", date(2027, 11, 7), 25 * HOUR),
    ("Australia/Lord_Howe", date(2027, 10, 3), 23.5 * HOUR),
    ("Australia/Lord_Howe", date(2027, 4, 4), 24.5 * HOUR),
    ("Europe/Istanbul", date(2027, 3, 28), 24 * HOUR),
    ("Europe/Istanbul", date(2027, 10, 31), 24 * HOUR),
]
ON_A_CHANGE = pytest.mark.parametrize(("zone", "day", "length"), CHANGES)


@pytest.fixture
def customer(db):
    return factories.a_customer()


@pytest.fixture
def person(customer):
    return factories.a_person()


def midnight(day, zone):
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def shown(zone, day):
    """What the clock on the wall shows, minute by minute of that day, and when: nothing is worked
    out here, the clock is only looked at."""
    seen = {}
    instant = midnight(day, zone)
    while (local := instant.astimezone(ZoneInfo(zone))).date() == day:
        seen.setdefault(local.time(), []).append(instant)
        instant += MINUTE
    return seen


@ON_A_CHANGE
def test_the_table_of_changes_is_true(zone, day, length):
    assert midnight(day + DAY, zone) - midnight(day, zone) == length
    assert sum(map(len, shown(zone, day).values())) * MINUTE == length


@ON_A_CHANGE
def test_a_wait_of_a_day_is_24_hours_whatever_the_wall_shows(customer, person, zone, day, length):
    """The same hour on the wall a day later is too early in spring, and late in autumn."""
    began = datetime.combine(day - DAY, time(14), ZoneInfo(zone)).astimezone(UTC)
    with tenancy.transaction(customer):
        job = a_job(a_site(zone), person, SINGLE)
        job.steps.filter(action=do.INSTALL_PRODUCT.name, hop=1).update(state="DONE", ended_at=began)
        dwell = job.steps.select_related("job__site").get(action=do.DWELL.name)

        ends = waited.until(dwell, None, began)
        assert ends - began == 24 * HOUR
        same_hour = datetime.combine(day, time(14), ZoneInfo(zone)).astimezone(UTC)
        assert ends - same_hour == 24 * HOUR - length
        waited.demand(dwell, ends)
        with pytest.raises(waited.WaitNotOver) as refused:
            waited.demand(dwell, ends - timedelta(seconds=1))
    here = ends.astimezone(ZoneInfo(zone))
    assert f"{here:%H:%M}" in str(refused.value)
    if length < DAY:
        assert same_hour < ends  # who went by the wall would have cut the wait short


@ON_A_CHANGE
def test_hops_stand_24_hours_apart_in_nights_of_the_wall(zone, day, length):
    """Windows of every night at 22:00; the plan is the same when times come in the site's zone."""
    first = midnight(day - 3 * DAY, zone)
    found = occurrences(
        "FREQ=DAILY", day - 9 * DAY, time(22), 480, zone, first, first + 20 * DAY
    )  # fmt: skip
    nights = [Slot(one.start, one.end) for one in found]
    assert {slot.end - slot.start for slot in nights} == {8 * HOUR}

    timed = schedule(SINGLE, nights, first)

    installs = [x for x in SINGLE.steps if x.action.name == do.INSTALL_PRODUCT.name]
    one, other = installs[0], installs[-1]
    assert one.hop < other.hop
    assert timed.starts[other.seq] - timed.ends[one.seq] >= 24 * HOUR
    for window, slot in timed.booked.items():
        assert timed.last_safe_start[window] >= slot.start


@ON_A_CHANGE
@pytest.mark.parametrize("minutes", [30, 60, 150])
def test_a_window_at_each_quarter_of_the_night_is_what_all_readings_of_it_share(
    customer, zone, day, length, minutes
):
    clock = shown(zone, day)
    quarters = [time(hour, minute) for hour in range(5) for minute in (0, 15, 30, 45)]
    with tenancy.transaction(customer):
        for at in quarters:
            site = a_site(zone)
            a_window(site, "FREQ=DAILY", at_time=at, minutes=minutes, starts_on=day)
            starts = clock.get(at, [])
            expected = []
            if starts and max(starts) < min(starts) + minutes * MINUTE:
                expected = [(max(starts), min(starts) + minutes * MINUTE)]

            free = windows.granted(site, midnight(day, zone), midnight(day + DAY, zone))
            assert [(slot.start, slot.end) for slot in free] == expected, at
            offered = [
                one for _window, one in windows.choices(
                    site, midnight(day, zone), midnight(day + DAY, zone)
                )
            ]  # fmt: skip
            assert [one.start for one in offered if one.bookable] == starts, at
            if not starts:
                (missing,) = offered
                later = min(each for each in clock if each > at)
                assert missing.next_valid.time() == later
                assert missing.start == missing.end == clock[later][0]


@ON_A_CHANGE
def test_a_booking_lasts_its_hours_and_a_time_in_the_sites_zone_is_that_instant(
    customer, person, zone, day, length
):
    """Over the change: arithmetic on the wall would make it an hour longer or shorter."""
    begins = midnight(day, zone) - HOUR
    with tenancy.transaction(customer):
        site = a_site(zone)
        at = begins.astimezone(ZoneInfo(zone)).time()
        a_window(site, "FREQ=DAILY", at_time=at, minutes=360, starts_on=date(2026, 11, 1))
        job = a_job(site, person, ONE_HOP)
        layout = bookings.lay_out(ONE_HOP, site, earliest=begins - 5 * DAY)
        (booking,) = bookings.hold(job, layout, by=person, at=NOON)

        bookings.move(booking, begins.astimezone(ZoneInfo(zone)), by=person, at=NOON)

        booking.refresh_from_db()
        assert booking.starts_at == begins
        assert booking.ends_at == begins + 6 * HOUR
        needs = booking.worst_minutes * MINUTE
        assert bookings.last_safe_start(booking) == booking.ends_at - needs


def test_a_dwell_of_the_runner_counts_through_the_night_of_the_change(customer, person):
    """In February of a leap year, and through its last day."""
    began = utc("2028-02-28 23:30")
    with tenancy.transaction(customer):
        assert Customer.objects.exists()
        job = a_job(a_site("Europe/Paris"), person, SINGLE)
        dwell = JobStep.objects.get(job=job, action=do.DWELL.name)
        assert waited.until(dwell, None, began) == utc("2028-02-29 23:30")
        assert waited.until(dwell, None, began + DAY) == utc("2028-03-01 23:30")
        days = list(occurrences(
            "FREQ=MONTHLY;BYMONTHDAY=29", date(2027, 1, 1), time(22), 60, "Europe/Paris",
            utc("2027-02-01 00:00"), utc("2028-04-01 00:00"),
        ))  # fmt: skip
    months = [f"{one.local:%Y-%m}" for one in days]
    assert "2027-02" not in months  # a day that does not exist is no night, and moves to no other
    assert "2028-02" in months
