from datetime import date, time, timedelta

import pytest

from portal import tenancy
from portal.models import AuditEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import a_job, a_site, a_window, said, utc
from upgrades.models import Booking, MaintenanceWindow
from upgrades.services import openings, windows


@pytest.fixture
def customer(db):
    customer = factories.a_customer()
    with tenancy.transaction(customer):
        yield customer


@pytest.fixture
def site(customer):
    return a_site()


@pytest.fixture
def person(customer):
    return factories.a_person()


def book(site, person, start, end, state="HELD"):
    return Booking.objects.create(
        customer_id=site.customer_id, site=site, job=a_job(site, person), window=1,
        slot=(utc(start), utc(end)), worst_minutes=60, uid=f"{start} {end}", state=state,
    )  # fmt: skip


def free(site, begin="2026-11-23", end="2026-12-07", **options):
    return said(openings.of(site, utc(begin), utc(end), **options).free())


def test_a_window_is_granted_as_it_was_said(site, person):
    row = a_window(site, "freq=weekly;byday=sa", title=" Weekend\r\n ", by=person)

    row.refresh_from_db()
    assert (row.rule, row.title, row.minutes) == ("FREQ=WEEKLY;BYDAY=SA", "Weekend", 240)
    assert free(site) == ["11-28 21:00 – 11-29 01:00", "12-05 21:00 – 12-06 01:00"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"minutes": 14}, "minutes"),
        ({"minutes": 24 * 60 + 1}, "minutes"),
        ({"rule": "FREQ=HOURLY"}, "rule"),
        ({"at_time": time(22, 0, 30)}, "at_time"),
        ({"starts_on": date(9998, 1, 1)}, "starts_on"),
        ({"title": "x" * 81}, "title"),
    ],
)
def test_what_cannot_be_a_window_is_refused_and_nothing_is_kept(site, values, field):
    with pytest.raises(windows.BadWindow) as refusal:
        a_window(site, **values)

    assert list(refusal.value.fields) == [field]
    assert str(refusal.value)
    assert not MaintenanceWindow.objects.exists()


@pytest.mark.parametrize("minutes", [15, 24 * 60])
def test_the_bounds_themselves_are_allowed(site, minutes):
    assert a_window(site, minutes=minutes).minutes == minutes


def test_a_closed_site_gets_no_window(customer):
    with pytest.raises(windows.SiteClosed):
        a_window(a_site(closed_at=NOON))


def test_windows_that_touch_or_overlap_are_one(site):
    a_window(site, minutes=120)
    a_window(site, "FREQ=WEEKLY;BYDAY=SU", at_time=time(0), minutes=60)
    a_window(site, "FREQ=WEEKLY;BYDAY=SU", at_time=time(0, 30), minutes=120)
    a_window(site, "FREQ=WEEKLY;BYDAY=SU", at_time=time(3), minutes=60)

    assert free(site, end="2026-11-30") == [
        "11-28 21:00 – 11-29 01:30",
        "11-29 02:00 – 11-29 03:00",
    ]


def test_a_window_under_way_gives_what_is_left_of_it(site):
    a_window(site)

    assert free(site, "2026-11-28 23:30", "2026-12-05 22:00") == [
        "11-28 23:30 – 11-29 01:00",
        "12-05 21:00 – 12-05 22:00",
    ]


def test_what_is_booked_is_not_free(site, person):
    a_window(site)
    mine = book(site, person, "2026-11-28 22:00", "2026-11-28 23:00")

    assert free(site, end="2026-11-30") == [
        "11-28 21:00 – 11-28 22:00",
        "11-28 23:00 – 11-29 01:00",
    ]
    assert free(site, end="2026-11-30", job=mine.job) == ["11-28 21:00 – 11-29 01:00"]


@pytest.mark.parametrize(
    ("state", "takes"),
    [
        ("HELD", True), ("BOOKED", True), ("IN_USE", True),
        ("USED", False), ("MISSED", False), ("LAPSED", False), ("CANCELLED", False),
    ],
)  # fmt: skip
def test_only_standing_bookings_take_time(site, person, state, takes):
    a_window(site)
    book(site, person, "2026-11-28 21:00", "2026-11-29 01:00", state)

    assert (free(site, end="2026-11-30") == []) is takes


def test_an_hour_that_does_not_exist_gives_no_time(site):
    a_window(site, "FREQ=DAILY", at_time=time(2, 30), minutes=60, starts_on=date(2026, 3, 1))

    assert free(site, "2026-03-28", "2026-03-31") == [
        "03-28 01:30 – 03-28 02:30",
        "03-30 00:30 – 03-30 01:30",
    ]
    (_window, missing) = windows.choices(site, utc("2026-03-29"), utc("2026-03-29 12:00"))[0]
    assert f"{missing.next_valid:%H:%M %z}" == "03:00 +0200"


@pytest.mark.parametrize(("minutes", "found"), [(60, []), (90, ["10-25 01:30 – 10-25 02:00"])])
def test_of_an_hour_that_exists_twice_only_what_both_readings_hold_is_free(site, minutes, found):
    a_window(site, at_time=time(2, 30), minutes=minutes, rule="FREQ=DAILY",
             starts_on=date(2026, 10, 25))  # fmt: skip

    assert free(site, "2026-10-25", "2026-10-25 12:00") == found
    both = windows.choices(site, utc("2026-10-25"), utc("2026-10-25 12:00"))
    assert [f"{one.start:%H:%M}" for _window, one in both] == ["00:30", "01:30"]


def test_another_site_and_another_customer_have_their_own(site, person):
    a_window(site)
    other = a_site()
    book(other, person, "2026-11-28 21:00", "2026-11-29 01:00")

    assert free(other) == []
    assert len(free(site)) == 2
    with tenancy.transaction(factories.a_customer()):
        assert free(site) == []


def test_half_a_year_of_many_windows_takes_one_query(customer, django_assert_num_queries):
    site = a_site("UTC")
    for hour in range(12):
        a_window(site, "FREQ=DAILY", at_time=time(hour * 2), minutes=60)

    with django_assert_num_queries(1):
        assert len(windows.granted(site, NOON, NOON + timedelta(days=180))) == 180 * 12


def test_changes_are_told_from_what_was(site, person):
    row = a_window(site)

    windows.change(row, minutes=300, by=person, at=NOON)

    row.refresh_from_db()
    assert (row.minutes, row.rule) == (300, "FREQ=WEEKLY;BYDAY=SA")


def test_a_change_that_is_no_window_is_refused(site, person):
    row = a_window(site)

    with pytest.raises(windows.BadWindow):
        windows.change(row, rule="FREQ=DAILY;COUNT=2", by=person, at=NOON)

    row.refresh_from_db()
    assert row.rule == "FREQ=WEEKLY;BYDAY=SA"


def test_what_would_lie_outside_is_said_before_the_change_counts(site, person):
    row = a_window(site)
    booking = book(site, person, "2026-11-28 21:00", "2026-11-29 01:00", "BOOKED")

    with pytest.raises(windows.LeavesOutside) as refusal:
        windows.change(row, minutes=120, by=person, at=NOON)
    assert refusal.value.bookings == [booking]
    assert booking.job.label in str(refusal.value)
    assert MaintenanceWindow.objects.get().minutes == 240

    row.refresh_from_db()
    windows.change(row, minutes=120, leave_outside=[str(booking.pk)], by=person, at=NOON)

    booking.refresh_from_db()
    assert (booking.state, booking.starts_at) == ("BOOKED", utc("2026-11-28 21:00"))
    assert MaintenanceWindow.objects.get().minutes == 120
    windows.change(row, minutes=110, by=person, at=NOON)  # it lay outside before: said already


def test_one_that_was_booked_meanwhile_is_not_confirmed_with_the_others(site, person):
    row = a_window(site)
    seen = book(site, person, "2026-11-28 21:00", "2026-11-29 01:00", "BOOKED")
    later = book(site, person, "2026-12-05 21:00", "2026-12-06 01:00", "HELD")

    with pytest.raises(windows.LeavesOutside) as refusal:
        windows.change(row, minutes=60, leave_outside=[str(seen.pk)], by=person, at=NOON)

    assert refusal.value.bookings == [later]


def test_a_booking_outlives_its_window_and_is_named(site, person):
    row = a_window(site)
    kept = a_window(site, "FREQ=WEEKLY;BYDAY=SU", at_time=time(10))
    stays = book(site, person, "2026-11-29 09:00", "2026-11-29 13:00", "BOOKED")
    outside = book(site, person, "2026-11-28 21:00", "2026-11-29 01:00", "BOOKED")

    assert windows.remove(row, by=person, at=NOON) == [outside]

    outside.refresh_from_db()
    assert (outside.state, outside.starts_at) == ("BOOKED", utc("2026-11-28 21:00"))
    assert stays not in windows.stranded(site, at=NOON)
    assert list(MaintenanceWindow.objects.all()) == [kept]


def test_what_was_done_is_in_the_audit_trail(db):
    customer, person = factories.a_customer(), factories.a_person()
    with tenancy.transaction(customer):
        site = a_site()
        row = a_window(site, by=person)
        outside = book(site, person, "2026-11-28 21:00", "2026-11-29 01:00")
    with tenancy.transaction(customer):
        windows.change(row, minutes=300, by=person, at=NOON)
        windows.remove(row, by=person, at=NOON)

    with tenancy.transaction(customer):
        added, changed, removed = AuditEvent.objects.filter(name__startswith="window.").order_by(
            "number"
        )
    assert [e.name for e in (added, changed, removed)] == [
        "window.added", "window.changed", "window.removed",
    ]  # fmt: skip
    assert changed.data["before"]["minutes"] == 240
    assert changed.data["minutes"] == 300
    assert removed.data["outside"] == [str(outside.pk)]
