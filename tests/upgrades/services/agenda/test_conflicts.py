"""Bookings that no longer fit: every rule, the same for a customer and across customers, and the
same as a single booking is told."""

from datetime import date, timedelta

import pytest
from django.db import connections
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test.utils import CaptureQueriesContext

from appliances import actions as do
from portal import tenancy
from portal.models import Contract
from tests import factories
from tests.conftest import NOON
from tests.upgrades import pairs
from tests.upgrades.services.agenda.conftest import OWN, STAFF, everything, rules
from tests.upgrades.views import states
from upgrades.models import (
    Booking,
    Enrolment,
    Freeze,
    FreezeOverride,
    Interim,
    MaintenanceWindow,
    PlatformFreeze,
    Rollout,
)
from upgrades.planning.whynot import Rule
from upgrades.services import moves, teams, windows

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def freeze(world, begin, end, **values):
    span = DateTimeTZRange(begin, end)
    given = {"title": "Peak", "span": span, "made_at": NOON, **values}
    return Freeze.objects.create(customer=world.customer, **given)


def test_what_was_just_booked_fits(world, booked):
    assert rules(world) == {}


def test_a_window_that_is_gone_leaves_both_nights_outside(world, booked):
    with tenancy.transaction(world.customer):
        windows.remove(MaintenanceWindow.objects.get(), by=world.agent, at=NOON)

    assert rules(world) == {booked.first.pk: {Rule.WINDOW}, booked.last.pk: {Rule.WINDOW}}


def test_a_shorter_window_is_too_short_by_so_much(world, booked):
    with tenancy.transaction(world.customer):
        row = MaintenanceWindow.objects.get()
        windows.change(row, minutes=60, leave_outside=windows.ALL, by=world.agent, at=NOON)
    [reason] = everything(STAFF)[booked.first.pk]

    assert reason.rule is Rule.LENGTH
    assert reason.change == timedelta(minutes=booked.first.worst_minutes - 60)


def test_a_freeze_refuses_the_night_that_it_meets_and_no_other(world, booked):
    with tenancy.transaction(world.customer):
        freeze(world, booked.first.starts_at + HOUR, booked.first.starts_at + 2 * HOUR)
        freeze(world, booked.last.ends_at + HOUR, booked.last.ends_at + 2 * HOUR)

    assert rules(world) == {booked.first.pk: {Rule.FREEZE}}


def test_who_answered_for_a_freeze_is_asked_again_by_a_later_one(world, booked):
    span = booked.first.starts_at, booked.first.ends_at
    with tenancy.transaction(world.customer):
        freeze(world, *span)
        FreezeOverride.objects.create(
            customer=world.customer, booking=booked.first, revision=booked.first.revision,
            reason="agreed", by=world.approver, at=NOON + HOUR,
        )  # fmt: skip
    assert rules(world) == {}

    with tenancy.transaction(world.customer):
        freeze(world, *span, made_at=NOON + 2 * HOUR)
    assert rules(world) == {booked.first.pk: {Rule.FREEZE}}


def test_a_freeze_for_all_of_another_release_forbids_nothing(world, booked):
    span = DateTimeTZRange(booked.first.starts_at, booked.first.ends_at)
    other = world.packages["12.2.0"]
    row = PlatformFreeze.objects.create(title="Bug", span=span, release=other, made_at=NOON)
    assert rules(world) == {}

    PlatformFreeze.objects.filter(pk=row.pk).update(release=world.packages["14.1.1"])
    assert rules(world) == {booked.first.pk: {Rule.FREEZE}}


def test_a_freeze_on_each_sites_clock_bears_on_that_clock(world, booked):
    day = booked.first.starts_at + 3 * HOUR  # Istanbul's
    begin, end = (f"{each:%Y-%m-%d}T00:00" for each in (day, day + DAY))
    with tenancy.transaction(world.customer):
        freeze(world, NOON - DAY, NOON + 5 * DAY, local_begin=begin, local_end=end)

    assert booked.first.pk in rules(world)


def test_a_contract_that_ends_before_refuses_with_its_last_day(world, booked):
    ends = (booked.last.starts_at + 3 * HOUR).date() - DAY
    with tenancy.transaction(world.customer):
        Contract.objects.update(ends_on=ends)

    assert rules(world) == {booked.last.pk: {Rule.CONTRACT}}


def test_a_contract_that_begins_in_time_is_enough(world, booked):
    with tenancy.transaction(world.customer):
        Contract.objects.update(starts_on=date(2026, 11, 23))

    assert rules(world) == {}


def test_a_booking_is_told_what_it_would_be_told_if_it_were_moved_there(world, booked):
    with tenancy.transaction(world.customer):
        row = MaintenanceWindow.objects.get()
        windows.change(row, minutes=60, leave_outside=windows.ALL, by=world.agent, at=NOON)
        freeze(world, booked.first.starts_at, booked.last.ends_at)
        until = (booked.first.starts_at + 3 * HOUR).date() - DAY
        Contract.objects.update(ends_on=until)
        found = everything(OWN)
        for booking in (booked.first, booked.last):
            ground = moves.asked_at(
                booking, booking.starts_at, at=NOON, by=world.operator, contract_until=until
            )
            needs = timedelta(minutes=booking.worst_minutes)
            told = ground.against(booking.starts_at, needs, at=NOON)
            assert {(one.rule, one.message) for one in found[booking.pk]} == {
                (one.rule, one.message) for one in told
            }


def test_support_is_told_of_hours_without_a_seat_and_customers_are_not(world, booked):
    manager = factories.staff("ROLLOUT_MANAGER")
    teams.keep(None, name="Nights", skills=["SINGLE"], zone="UTC", shifts=[], by=manager, at=NOON)

    with tenancy.transaction(world.customer):
        assert everything(OWN) == {}
    [first, _last] = everything(STAFF).values()
    assert (first[0].rule, first[0].values["begins"]) == (Rule.CAPACITY, booked.first.starts_at)


def test_one_more_job_costs_not_one_more_statement(world, booked):
    def asked():
        with CaptureQueriesContext(connections["staff"]) as caught:
            everything(STAFF)
        return len(caught)

    with tenancy.transaction(world.customer):
        freeze(world, booked.first.starts_at, booked.first.ends_at)
    one = asked()
    with tenancy.transaction(world.customer):
        freeze(world, booked.last.starts_at, booked.last.ends_at)

    assert asked() == one
    assert one <= 12


@pytest.mark.parametrize("over", ["CANCELLED", "USED"])
def test_what_is_over_or_given_back_is_no_conflict(world, booked, over):
    with tenancy.transaction(world.customer):
        windows.remove(MaintenanceWindow.objects.get(), by=world.agent, at=NOON)
        row = type(booked.first).objects.get(pk=booked.first.pk)
        if over == "CANCELLED":
            row.cancel()
        else:
            row.begin()
            row.end()
        row.save()

    assert set(rules(world)) == {booked.last.pk}


def test_a_dwell_that_was_extended_beyond_the_next_night_is_a_conflict(world, booked):
    until = booked.last.starts_at + 2 * HOUR
    with tenancy.transaction(world.customer):
        step = states.put(booked.job, "WAITING", do.DWELL.name, at=NOON)
        step.next_at = until
        step.save()

    assert rules(world) == {booked.last.pk: {Rule.DWELL}}


def test_failover_that_would_be_restored_too_late_is_a_conflict(catalogue, noon):
    world = pairs.a_pair(catalogue)
    job = pairs.approved(world, "pair-asynchronous")
    with tenancy.transaction(world.customer):
        last = Booking.objects.filter(job=job).order_by("window").last()
        began = last.starts_at - 8 * DAY
        Interim.objects.create(customer=world.customer, site=world.site, job=job, began_at=began)

    assert rules(world) == {last.pk: {Rule.INTERIM}}


def test_a_night_after_the_last_day_of_its_rollout_is_a_conflict(world, booked):
    last = (booked.last.starts_at + 3 * HOUR).date() - DAY
    rollout = Rollout.objects.create(
        name="Autumn", release=world.packages["14.1.1"], starts_on=date(2026, 11, 1),
        ends_on=last, made_by=world.agent, made_at=NOON,
    )  # fmt: skip
    with tenancy.transaction(world.customer):
        Enrolment.objects.create(
            customer=world.customer, rollout=rollout, site=world.site, job=booked.job,
            enrolled_at=NOON,
        )  # fmt: skip

    assert rules(world) == {booked.last.pk: {Rule.RANGE}}
