from datetime import timedelta

import pytest

from portal import tenancy
from portal.errors import NotNow
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import (
    ONE_HOP,
    SINGLE,
    a_job,
    a_site,
    a_window,
    booked,
    booking_of,
    held,
    laid_out,
    slots_of,
    utc,
)
from upgrades.services import bookings

FIRST, SECOND = "11-28 21:00 – 11-29 01:00", "12-05 21:00 – 12-06 01:00"


@pytest.fixture
def customer(db):
    return factories.a_customer()


@pytest.fixture
def person(db):
    return factories.a_person()


@pytest.fixture
def job(customer, person):
    """A job of two hops at a site with a window on Saturdays, its transaction open."""
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site)
        yield a_job(site, person, SINGLE)


@pytest.mark.parametrize(
    ("prepared", "state"), [("HELD", "HELD"), ("BOOKED", "BOOKED"), ("MISSED", "BOOKED")]
)
def test_a_move_takes_the_new_slot_and_keeps_the_name(job, person, prepared, state):
    _first, second = held(job, person)
    if prepared != "HELD":
        bookings.confirm(job, by=person, at=NOON)
        second.refresh_from_db()
    if prepared == "MISSED":
        bookings.miss(second, at=NOON)

    moved = bookings.move(second, utc("2026-12-12 21:30"), by=person, at=NOON)

    assert (moved.uid, moved.revision, moved.state) == (second.uid, 1, state)
    assert slots_of(job) == [FIRST, "12-12 21:30 – 12-13 01:00"]


@pytest.mark.parametrize(
    ("start", "reasons"),
    [
        ("2026-12-12 10:00", ["This is outside the maintenance windows of the site."]),
        ("2026-11-21 21:00", [
            "This time is over.",
            "What comes first in this job may last until",
            "The clients have until",
        ]),
        ("2026-12-13 00:00", ["It may take"]),
        ("2026-11-29 00:00", [
            "It may take",
            "Another booking of the site takes",
            "What comes first in this job may last until",
            "The clients have until",
        ]),
        ("2027-02-06 21:00", ["The maintenance contract ends on Sun 31 Jan 2027"]),
    ],
)  # fmt: skip
def test_a_move_that_cannot_be_is_refused_with_every_reason(job, person, start, reasons):
    _first, second = booked(job, person)

    with pytest.raises(bookings.CannotMove) as refusal:
        bookings.move(
            second, utc(start), by=person, at=NOON, contract_until=utc("2027-01-31").date()
        )

    found = refusal.value.reasons
    assert len(found) == len(reasons), found
    for sentence, beginning in zip(found, reasons, strict=True):
        assert sentence.startswith(beginning)
    assert refusal.value.remedy.startswith("The next possible start is Sat 12 Dec 2026 22:00 CET")
    second.refresh_from_db()
    assert (second.revision, second.starts_at) == (0, utc("2026-12-05 21:00"))


def test_the_first_window_cannot_be_moved_behind_the_second(job, person):
    first, _second = booked(job, person)

    with pytest.raises(bookings.CannotMove) as refusal:
        bookings.move(first, utc("2026-12-12 21:00"), by=person, at=NOON)

    assert refusal.value.reasons == [
        "What comes after it in this job begins on Sat 5 Dec 2026 22:00 CET (UTC+01:00), before "
        "this would be over.",
        "This must be over by Fri 4 Dec 2026 22:00 CET (UTC+01:00): the clients need their day "
        "before what comes after.",
    ]


def test_the_first_window_cannot_be_moved_into_the_clients_day(job, person):
    first, _second = booked(job, person)
    a_window(job.site, "FREQ=WEEKLY;BYDAY=FR")  # the night before the second

    with pytest.raises(bookings.CannotMove) as refusal:
        bookings.move(first, utc("2026-12-04 21:00"), by=person, at=NOON)

    (sentence,) = refusal.value.reasons
    assert sentence.startswith("This must be over by Fri 4 Dec 2026 22:00")
    assert "the clients need their day" in sentence


def test_a_dwell_counts_from_when_the_product_was_really_installed(job, person):
    a_window(job.site, "FREQ=DAILY")
    first, second = booked(job, person)
    bookings.begin(first, at=first.starts_at)
    bookings.end(first, at=first.starts_at)
    product = job.steps.filter(action="install_product").order_by("seq").first()
    product.ended_at = utc("2026-12-01 22:00")
    product.save()

    with pytest.raises(bookings.CannotMove) as refusal:
        bookings.move(second, utc("2026-12-02 21:00"), by=person, at=utc("2026-12-02 00:00"))
    assert "Wed 2 Dec 2026 23:00" in refusal.value.reasons[0]

    bookings.move(second, utc("2026-12-02 22:00"), by=person, at=utc("2026-12-02 00:00"))
    assert slots_of(job)[1] == "12-02 22:00 – 12-03 01:00"


def test_a_dwell_that_was_waived_binds_nobody(job, person):
    a_window(job.site, "FREQ=WEEKLY;BYDAY=SU", minutes=300)
    _first, second = booked(job, person)
    sunday = utc("2026-11-29 21:00")
    with pytest.raises(bookings.CannotMove):
        bookings.move(second, sunday, by=person, at=NOON)

    job.steps.filter(action="dwell").update(state="SKIPPED")

    assert bookings.move(second, sunday, by=person, at=NOON).starts_at == sunday


def test_an_extended_dwell_is_heeded(job, person):
    _first, second = booked(job, person)
    job.steps.filter(action="dwell").update(state="WAITING", next_at=utc("2026-12-12 21:30"))

    with pytest.raises(bookings.CannotMove):
        bookings.move(second, utc("2026-12-12 21:00"), by=person, at=NOON)

    assert bookings.move(second, utc("2026-12-12 21:30"), by=person, at=NOON).revision == 1


def test_an_hour_that_exists_twice_is_moved_to_as_the_person_chose(customer, person):
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site, "FREQ=WEEKLY;BYDAY=SU", minutes=240, at_time=utc("2026-01-01 02:30").time())
        job = a_job(site, person, ONE_HOP)
        layout = bookings.lay_out(ONE_HOP, site, earliest=utc("2027-10-25 00:00"))
        (booking,) = bookings.hold(job, layout, by=person, at=NOON)
        early, late = utc("2027-10-31 00:30"), utc("2027-10-31 01:30")  # 02:30, twice

        for start in (early, late):
            bookings.move(booking, start, by=person, at=NOON)
            assert (booking.starts_at, booking.ends_at - start) == (start, timedelta(hours=4))


@pytest.mark.parametrize("state", ["IN_USE", "USED"])
def test_what_is_in_use_or_over_cannot_be_moved(job, person, state):
    first, _second = booked(job, person)
    bookings.begin(first, at=NOON)
    if state == "USED":
        bookings.end(first, at=NOON)

    with pytest.raises(NotNow):
        bookings.move(first, utc("2026-12-12 21:00"), by=person, at=NOON)


def test_openings_are_places_where_it_may_really_go(job, person):
    a_window(job.site, "FREQ=WEEKLY;BYDAY=WE")
    rival = a_job(job.site, person, ONE_HOP)
    _first, second = booked(job, person)
    bookings.hold(rival, laid_out(rival, ONE_HOP), by=person, at=NOON)
    taken = booking_of(rival, 1).starts_at

    found = bookings.openings(second, at=NOON, horizon_days=30)

    assert found
    assert taken not in [slot.start for slot in found]
    for slot in found:
        moved = bookings.move(second, slot.start, by=person, at=NOON)
        assert (moved.starts_at, moved.ends_at) == (slot.start, slot.end)


@pytest.mark.parametrize(
    ("start", "inside"),
    [
        ("2026-11-27 22:59", False),
        ("2026-11-27 23:00", True),
        ("2026-12-05 22:59", True),
        ("2026-12-05 23:00", False),
    ],
)
def test_an_approval_covers_days_of_the_site(job, start, inside):
    job.not_before, job.not_after = utc("2026-11-28").date(), utc("2026-12-05").date()

    assert bookings.inside_range(job, utc(start)) is inside


def test_without_bounds_an_approval_covers_every_day(job):
    assert bookings.inside_range(job, NOON)
