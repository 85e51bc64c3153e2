from datetime import timedelta
from threading import Thread

import pytest
from django.db import connections
from django_fsm import TransitionNotAllowed

from portal import tenancy
from portal.models import AuditEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades.planning.examples import example
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
    said,
    slots_of,
    utc,
)
from upgrades.models import Booking, UpgradeJob
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


def states(job):
    return [row.state for row in Booking.objects.filter(job=job).order_by("window", "revision")]


def test_a_layout_is_held_as_it_is(job, person):
    rows = held(job, person)

    assert slots_of(job) == [FIRST, SECOND]
    assert [row.state for row in rows] == ["HELD", "HELD"]
    assert [row.worst_minutes for row in rows] == [row.needs for row in laid_out(job).rows]
    assert len({row.uid for row in rows}) == 2
    assert booking_of(job, 2) == rows[1]
    assert booking_of(job, 3) is None


def test_the_whole_life_of_a_booking(job, person):
    first, second = held(job, person)
    bookings.confirm(job, by=person, at=NOON)
    first.refresh_from_db()
    second.refresh_from_db()

    told = [first.state]
    bookings.begin(first, at=NOON)
    told.append(first.state)
    bookings.end(first, at=NOON)
    told.append(first.state)
    bookings.miss(second, at=NOON)
    told.append(second.state)
    bookings.release(job, by=person, at=NOON)

    assert told == ["BOOKED", "IN_USE", "USED", "MISSED"]
    assert states(job) == ["USED", "CANCELLED"]
    assert booking_of(job, 2) is None
    assert Booking.objects.get(pk=second.pk).revision == 1


def test_holding_the_same_again_keeps_it_and_another_plan_gives_it_back(job, person):
    kept, gone = held(job, person)

    assert held(job, person) == [kept, gone]

    one = bookings.hold(job, laid_out(job, ONE_HOP), by=person, at=NOON)
    assert [row.window for row in one] == [1]
    assert Booking.objects.get(pk=gone.pk).state == "CANCELLED"


def test_what_nobody_approved_lapses_and_is_free_again(job, person):
    held(job, person)

    bookings.lapse(job, at=NOON)

    assert states(job) == ["LAPSED", "LAPSED"]
    assert said(laid_out(job).rows) == [FIRST, SECOND]
    with pytest.raises(bookings.NotHeld):
        bookings.confirm(job, by=person, at=NOON)


def test_a_used_booking_is_not_given_back(job, person):
    first, _second = booked(job, person)
    bookings.begin(first, at=NOON)

    given_back = bookings.release(job, by=person, at=NOON)

    assert [row.window for row in given_back] == [2]
    assert states(job) == ["IN_USE", "CANCELLED"]


def test_a_slot_taken_meanwhile_is_a_refusal_and_nothing_is_kept(job, person):
    rival = a_job(job.site, person)
    layout = laid_out(job)
    second = layout.rows[1]
    bookings.hold(rival, laid_out(rival, ONE_HOP), by=person, at=NOON)
    bookings.move(booking_of(rival, 1), second.start, by=person, at=NOON)

    with pytest.raises(bookings.SlotTaken) as refusal:
        bookings.hold(job, layout, by=person, at=NOON)

    assert refusal.value.code == "slot-taken"
    assert refusal.value.remedy
    assert slots_of(job) == []
    assert slots_of(rival) == [SECOND]


def test_a_refused_hold_leaves_no_trace_even_if_the_caller_goes_on(customer, person):
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site)
        job, rival = a_job(site, person, SINGLE), a_job(site, person, ONE_HOP)
        later = bookings.lay_out(ONE_HOP, site, earliest=utc("2026-11-30 00:00"))
        held(job, person, ONE_HOP)
        layout = laid_out(job)
        bookings.hold(rival, later, by=person, at=NOON)

    with tenancy.transaction(customer):
        with pytest.raises(bookings.SlotTaken):
            bookings.hold(job, layout, by=person, at=NOON)
        assert slots_of(job) == [FIRST]

    with tenancy.transaction(customer):
        names = AuditEvent.objects.filter(job_id=job.pk).values_list("name", flat=True)
        assert list(names) == ["booking.held"]


def test_last_safe_start_is_the_end_less_the_worst_case(job, person):
    first, _second = held(job, person)

    assert bookings.last_safe_start(first) == first.ends_at - timedelta(minutes=first.worst_minutes)


def test_a_window_that_shares_its_slot_may_begin_as_late_as_the_slot_allows(customer, person):
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site, "FREQ=DAILY", minutes=720)
        pair = example("pair-asynchronous", hops=1)
        job = a_job(site, person, pair)
        layout = bookings.lay_out(pair, site, earliest=NOON)
        rows = bookings.hold(job, layout, by=person, at=NOON)

        latest = [row.last_safe_start for row in layout.rows]
        assert [bookings.last_safe_start(row) for row in rows] == latest
        known = list(bookings.for_job(job))  # as a page has read them
        assert [bookings.last_safe_start(row, known) for row in rows] == latest


def test_a_missed_booking_cannot_begin(job, person):
    first, _second = booked(job, person)
    bookings.miss(first, at=NOON)

    with pytest.raises(TransitionNotAllowed):
        bookings.begin(first, at=NOON)


def test_everything_is_in_the_jobs_log(customer, person):
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site)
        job = a_job(site, person, SINGLE)
        booked(job, person)
        bookings.move(booking_of(job, 2), utc("2026-12-12 21:00"), by=person, at=NOON)
        first = booking_of(job, 1)
        bookings.begin(first, at=NOON)
        bookings.end(first, at=NOON)
        bookings.miss(booking_of(job, 2), at=NOON)
        bookings.release(job, by=person, at=NOON)

    with tenancy.transaction(customer):
        found = AuditEvent.objects.filter(job_id=job.pk).order_by("number")
        assert [event.name for event in found] == [
            "booking.held", "booking.held", "booking.confirmed", "booking.confirmed",
            "booking.moved", "booking.begun", "booking.ended", "booking.missed",
            "booking.cancelled",
        ]  # fmt: skip
        assert found[4].data["before"]["from"] == "2026-12-05T21:00:00Z"
        assert found[4].actor_name == str(person)
        assert found[5].actor_name == "Changeover"


def test_another_customer_sees_none_of_it(customer, person):
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site)
        job = a_job(site, person, ONE_HOP)
        held(job, person, ONE_HOP)
    with tenancy.transaction(factories.a_customer()):
        assert not Booking.objects.exists()
        assert not UpgradeJob.objects.exists()


def test_two_at_once_cannot_take_the_same_slot(customer, person):
    """The second waits for the first to commit, and is refused by the database itself."""
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site)
        one, other = a_job(site, person, ONE_HOP), a_job(site, person, ONE_HOP)
        layout = laid_out(one, ONE_HOP)
    refused = []

    def rival():
        try:
            with tenancy.transaction(customer):
                bookings.hold(other, layout, by=person, at=NOON)
        except bookings.SlotTaken as refusal:
            refused.append(refusal)
        finally:
            connections["default"].close()

    thread = Thread(target=rival)
    with tenancy.transaction(customer):
        bookings.hold(one, layout, by=person, at=NOON)
        thread.start()
        thread.join(0.3)
        assert thread.is_alive()
    thread.join(10)

    assert len(refused) == 1
    with tenancy.transaction(customer):
        assert [row.job for row in Booking.objects.all()] == [one]
        assert AuditEvent.objects.filter(name="booking.held").count() == 1
