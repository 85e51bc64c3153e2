"""Seats of support: taken with the booking, given back with it, never one too many."""

from datetime import timedelta
from threading import Thread

import pytest
from django.db import InternalError, ProgrammingError, connection, connections, transaction

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import (
    ONE_HOP,
    a_job,
    a_site,
    a_window,
    held,
    laid_out,
    said,
    slots_of,
    utc,
)
from upgrades.models import Seat
from upgrades.services import bookings, capacity, teams

NIGHT = "11-28 21:00 – 11-29 01:00"
ALL_SHAPES = ["SINGLE", "PAIR", "CLUSTER", "CLUSTER_WITH_FAILOVER"]


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER")


@pytest.fixture
def customer(db):
    return factories.a_customer()


def a_team(manager, *, seats=1, skills=ALL_SHAPES, name="Night", zone="UTC", hours=((0, 24),)):
    shifts = [teams.Hours(day, *part, seats) for day in range(7) for part in hours]
    return teams.keep(None, name=name, zone=zone, skills=skills, shifts=shifts, by=manager, at=NOON)


def a_held_job(customer, person):
    """In the customer's transaction: a single appliance's job, held on the first Saturday."""
    site = a_site()
    a_window(site)
    job = a_job(site, person, ONE_HOP)
    held(job, person, ONE_HOP)
    return job


def taken(job=None):
    rows = Seat.objects.filter(taken=True)
    return [f"{seat.hour:%m-%d %H}" for seat in (rows.filter(job_id=job.pk) if job else rows)]


def test_without_a_team_nothing_is_bounded(customer, manager):
    with tenancy.transaction(customer):
        job = a_held_job(customer, manager)
        assert slots_of(job) == [NIGHT]

    assert taken() == []
    assert teams.unattended() == []


def test_a_booking_takes_a_seat_for_every_hour_it_may_need_and_gives_it_back(customer, manager):
    a_team(manager)
    with tenancy.transaction(customer):
        job = a_held_job(customer, manager)
        (booking,) = bookings.for_job(job)
    hours = [
        f"{hour:%m-%d %H}" for hour in capacity.hours(booking.starts_at, booking.worst_minutes)
    ]
    assert sorted(taken(job)) == hours

    with tenancy.transaction(customer):
        bookings.move(booking, utc("2026-12-05 21:00"), by=manager, at=NOON)
    assert {each[:5] for each in taken(job)} <= {"12-05", "12-06"}
    assert len(taken(job)) == len(hours)

    with tenancy.transaction(customer):
        bookings.release(job, by=manager, at=NOON)
    assert taken() == []


@pytest.mark.parametrize("end", ["lapse", "miss", "end"])
def test_what_lapses_is_missed_or_ends_early_gives_its_seats_back(customer, manager, end):
    a_team(manager)
    with tenancy.transaction(customer):
        job = a_held_job(customer, manager)
        if end == "lapse":
            bookings.lapse(job, at=NOON)
        else:
            (booking,) = bookings.confirm(job, by=manager, at=NOON)
            if end == "end":
                bookings.begin(booking, at=NOON)
            getattr(bookings, end)(booking, at=NOON)

    assert taken() == []


def test_when_every_seat_is_taken_the_next_customer_gets_the_next_night(customer, manager):
    a_team(manager)
    with tenancy.transaction(customer):
        a_held_job(customer, manager)
    with tenancy.transaction(factories.a_customer()):
        other = a_held_job(None, manager)
        assert slots_of(other) == ["12-05 21:00 – 12-06 01:00"]


def test_a_team_attends_only_what_it_has_the_skill_for(customer, manager):
    a_team(manager, skills=["PAIR"])
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site)
        with pytest.raises(bookings.NoSlot) as refusal:
            bookings.lay_out(ONE_HOP, site, earliest=NOON)

    assert "support has no free seat" in str(refusal.value)
    assert "SINGLE" in teams.unattended()


def test_full_hours_are_said_on_a_move_with_all_the_other_reasons(customer, manager):
    a_team(manager, hours=[(0, 1), (20, 24)])
    with tenancy.transaction(customer):
        site = a_site()
        a_window(site, minutes=360)
        job = a_job(site, manager, ONE_HOP)
        (booking,) = held(job, manager, ONE_HOP)
        with pytest.raises(bookings.CannotMove) as refusal:
            bookings.move(booking, utc("2026-12-05 22:30"), by=manager, at=NOON)

        assert [reason.rule.value for reason in refusal.value.why] == ["no-capacity"]
        assert refusal.value.reasons[0].startswith("Support has no free seat from")

        moved = bookings.move(
            booking,
            utc("2026-12-05 22:30"),
            by=manager,
            at=NOON,
            override="they agreed to be alone",
        )
        assert moved.override == "they agreed to be alone"


def test_two_who_book_the_last_seat_at_once_one_is_refused(customer, manager):
    a_team(manager)
    other = factories.a_customer()
    drafts = []
    for each in (customer, other):
        with tenancy.transaction(each):
            site = a_site()
            a_window(site)
            job = a_job(site, manager, ONE_HOP)
            drafts.append((each, job, laid_out(job, ONE_HOP)))
    refused = []

    def rival():
        try:
            with tenancy.transaction(other):
                bookings.hold(drafts[1][1], drafts[1][2], by=manager, at=NOON)
        except bookings.NoSeat as refusal:
            refused.append(refusal)
        finally:
            connections["default"].close()

    thread = Thread(target=rival)
    with tenancy.transaction(customer):
        bookings.hold(drafts[0][1], drafts[0][2], by=manager, at=NOON)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()  # the second never waits: it is told at once

    assert [refusal.code for refusal in refused] == ["no-capacity"]
    assert "free now" in str(refused[0].remedy)
    with tenancy.transaction(other):
        assert not bookings.for_job(drafts[1][1]).exists()
    assert set(taken()) == set(taken(drafts[0][1]))


def test_no_customer_reads_whose_booking_has_a_seat(customer, manager):
    a_team(manager)
    with tenancy.transaction(customer):
        a_held_job(customer, manager)

    for forbidden in (
        "SELECT booking_id FROM upgrades_seat",
        "SELECT job_id FROM upgrades_seat",
        "DELETE FROM upgrades_seat",
        "UPDATE upgrades_seat SET number = 9",
    ):
        with (
            pytest.raises(ProgrammingError, match="permission denied"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(forbidden)


def test_nobody_gives_back_the_seats_of_another_customer(customer, manager):
    a_team(manager)
    with tenancy.transaction(customer):
        job = a_held_job(customer, manager)
    before = sorted(taken(job))

    with (
        pytest.raises((ProgrammingError, InternalError)),
        tenancy.transaction(factories.a_customer()),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT door_follow_seats(%s, '{}', '{}', 'SINGLE')", [job.pk])

    assert sorted(taken(job)) == before


def test_fewer_seats_take_nobodys_night_away(customer, manager):
    team = a_team(manager, seats=2)
    with tenancy.transaction(customer):
        job = a_held_job(customer, manager)
    before = sorted(taken(job))

    teams.keep(team, name="Night", zone="UTC", skills=ALL_SHAPES, shifts=[], by=manager, at=NOON)

    assert sorted(taken(job)) == before
    assert Seat.objects.filter(taken=False).count() == 0


def test_full_hours_are_hindrances_in_order(customer, manager):
    a_team(manager, hours=[(20, 22)])
    with tenancy.transaction(customer):
        site = a_site()
        full = capacity.full(site, NOON, NOON + timedelta(days=1))

    assert said(full) == ["11-23 12:00 – 11-23 20:00", "11-23 22:00 – 11-24 13:00"]
