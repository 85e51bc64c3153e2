"""Bad input and faults at the services: a clear sentence, nothing lost, nothing done twice."""

import threading
from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection

from appliances.models import Appliance, BaseHold, Package
from appliances.services import catalogue as packages
from portal import clock, tenancy
from portal.errors import NotNow, Refused
from portal.models import Contract, Message
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.test_story import approved
from upgrades.models import Attempt, Booking, JobStep, MaintenanceWindow, UpgradeJob
from upgrades.services import (
    bookings,
    holds,
    jobs,
    rebooking,
    runs,
    steps,
    waking,
    windows,
)
from upgrades.services.ticks import loop

A = "a.meridian.sim"
NIGHT = NOON + timedelta(hours=7)


def turn(at):
    with clock.at(at):
        waking.wake(at)
        waking.look_after_jobs(at)
        loop.run(20)


def started(world, simulator):
    """Approved, and its preparation begun: the first step has been tried."""
    job = approved(world)
    simulator.clock(anchor_virtual=NOON.timestamp())
    turn(NOON)
    return job


def step_of(world, job, action):
    with tenancy.transaction(world.customer):
        return (
            JobStep.objects.select_related("job__site", "appliance", "package")
            .filter(job=job, action=action)
            .in_order()
            .first()
        )


def job_now(world, job):
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.get(pk=job.pk)


@pytest.mark.parametrize(
    ("fault", "state", "said"),
    [
        ({"offline": True}, "READY", "reach"),
        ({"html_login": True}, "HELD", ""),
        ({"token_refused": True}, "HELD", ""),
        ({"clock_skew": 3700}, "HELD", "clock"),
        ({"health_bad": "Simulated: storage is not responding."}, "HELD", ""),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_a_fault_before_the_first_change_is_said_and_stops_the_job(
    world, answering, fault, state, said
):
    answering.faults(A, **fault)

    job = started(world, answering)

    step = step_of(world, job, "check_readiness")
    assert (step.state, bool(step.reason)) == (state, True), step.reason
    assert said in step.reason
    assert answering.truth(A)["product"] == "12.1"


def test_another_appliance_behind_the_name_is_held_and_told_nothing(world, answering):
    with tenancy.transaction(world.customer):
        Appliance.objects.update(guid="0" * 32)

    job = started(world, answering)

    assert step_of(world, job, "check_readiness").state == "HELD"
    assert not [e for e in answering.truth(A)["effects"] if "backup" in str(e)]


def test_an_appliance_that_stays_away_is_asked_again_and_at_last_a_person_is(world, answering):
    answering.faults(A, offline=True)
    job = started(world, answering)

    for minutes in range(5, 90, 5):
        turn(NOON + timedelta(minutes=minutes))

    assert step_of(world, job, "check_readiness").state == "HELD"
    with tenancy.transaction(world.customer):
        assert Message.objects.filter(kind="step_asks").exists()


def test_after_the_fault_a_person_tries_again_and_it_goes_on(world, answering):
    answering.faults(A, health_bad="Simulated: not well.")
    job = started(world, answering)
    answering.faults(A)

    with clock.at(NOON), tenancy.transaction(world.customer):
        steps.retry(step_of(world, job, "check_readiness"), by=world.agent, at=NOON)
    turn(NOON + timedelta(seconds=5))

    assert step_of(world, job, "check_readiness").state == "DONE"


def test_a_package_withdrawn_between_plan_and_run_voids_the_approval(world, answering):
    job = approved(world)
    packages.withdraw(Package.objects.get(version="14.1.1"), by=world.agent, at=NOON)

    turn(NOON)

    found = job_now(world, job)
    assert found.state == "DRAFT"
    assert "14.1.1" in found.reason
    with tenancy.transaction(world.customer):
        assert not Booking.objects.filter(state__in=["HELD", "BOOKED"]).exists()


def test_a_window_too_short_for_the_plan_is_refused_and_nothing_is_written(world):
    with clock.at(NOON), tenancy.transaction(world.customer):
        MaintenanceWindow.objects.all().delete()
        windows.add(
            world.site, rule="FREQ=WEEKLY;BYDAY=SA", starts_on=date(2026, 11, 1),
            at_time=time(22, 0), minutes=60, title="", by=world.agent, at=NOON,
        )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        approved(world)

    assert refusal.value.code == "window-too-short"
    assert refusal.value.remedy
    with tenancy.transaction(world.customer):
        assert not Booking.objects.exists()
        assert not UpgradeJob.objects.exclude(state="DRAFT").exists()


def test_a_contract_that_ends_before_the_planned_date_is_refused(world):
    with tenancy.transaction(world.customer):
        Contract.objects.update(ends_on=date(2026, 11, 23))

    with pytest.raises(Refused) as refusal:
        approved(world)

    assert refusal.value.code == "contract-ended"


def test_two_people_confirm_one_step_at_once_and_one_is_told(world, answering):
    job = started(world, answering)
    step = step_of(world, job, "test_elsewhere")
    typed, files = operator.values(step)
    said = []

    def confirm(person):
        try:
            with clock.at(NOON), tenancy.transaction(world.customer):
                mine = JobStep.objects.select_related("job__site").get(pk=step.pk)
                barrier.wait()
                steps.confirm(mine, values=typed, files=files, by=person, at=NOON)
            said.append("done")
        except NotNow as refusal:
            said.append(str(refusal))
        finally:
            connection.close()

    barrier = threading.Barrier(2)
    threads = [threading.Thread(target=confirm, args=(p,)) for p in (world.agent, world.operator)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(said) == sorted(["done", next(s for s in said if s != "done")])
    assert step_of(world, job, "test_elsewhere").state == "DONE"


def run_until(world, job, simulator, action, at=NOON):
    """As far as the first step of this action that asks."""
    for _ in range(90):
        simulator.clock(anchor_virtual=at.timestamp())
        turn(at)
        asking = operator.asking(world, job)
        wanted = [step for step in asking if step.action == action]
        if wanted:
            return wanted[0], at
        for step in asking:
            with clock.at(at):
                operator.act(world, step, simulator)
        with clock.at(at):
            busy, _due, upcoming = operator.demo_clock.next_event(at)
        at = at + timedelta(seconds=5) if asking or busy or upcoming is None else upcoming
    raise AssertionError(action)


def test_a_problem_in_a_base_update_halts_the_job_and_the_database_refuses_attempts(
    world, answering
):
    job = approved(world)
    step, at = run_until(world, job, answering, "install_base")

    with clock.at(at), tenancy.transaction(world.customer):
        steps.report(step, by=world.operator, reason="The screen stays black.", at=at)

    found = job_now(world, job)
    assert (found.state, found.base_problem) == ("HALTED", True)
    with pytest.raises(IntegrityError, match="base problem"), tenancy.transaction(world.customer):
        Attempt.objects.create(
            customer=world.customer, step=step, appliance=world.appliance, effect="callable",
            token=1, intent_at=at,
        )  # fmt: skip
    with pytest.raises(Refused) as refusal, tenancy.transaction(world.customer):
        runs.resume(job_now(world, job), by=world.agent, at=at)
    assert refusal.value.code == "base-hold"
    with tenancy.transaction(world.customer):
        bodies = Message.objects.filter(kind="upgrade_halted").values_list("body_text", flat=True)
        assert bodies
        assert all("Do not restart" in body for body in bodies)


def test_two_people_with_the_ticket_release_a_base_hold(world, answering):
    job = approved(world)
    step, at = run_until(world, job, answering, "install_base")
    with clock.at(at), tenancy.transaction(world.customer):
        steps.report(step, by=world.operator, reason="The screen stays black.", at=at)

    with tenancy.transaction(world.customer):
        hold = BaseHold.objects.get()
        with pytest.raises(Refused):
            holds.release(hold, by=world.agent, at=at)
        holds.ask_release(hold, ticket="T-4711", by=world.agent, at=at)
        with pytest.raises(Refused):
            holds.release(hold, by=world.agent, at=at)
        holds.release(hold, by=world.approver, at=at)
        runs.resume(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=at)

    assert job_now(world, job).state == "RUNNING"


def test_a_product_that_does_not_install_is_held_and_not_pressed_again(world, answering):
    job = approved(world)
    answering.faults(A, product_install_noop=True)
    step, at = run_until(world, job, answering, "install_product")
    answering.press(A, "install", package=step.package.name, eula=True)
    for _ in range(40):
        at += timedelta(seconds=2)
        turn(at)
        answering.settled(A)

    found = step_of(world, job, "install_product")
    assert found.state in ("HELD", "ASKING")
    effects = [e for e in answering.truth(A)["effects"] if "install_product" in str(e)]
    assert len(effects) == 1


def test_nobody_approves_their_own_request(world):
    with clock.at(NOON), tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.approver, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.approver, at=NOON)
        with pytest.raises(Refused) as refusal:
            jobs.approve(job, by=world.approver, at=NOON)

    assert refusal.value.code == "self-approval"


def test_a_job_whose_night_has_passed_is_missed_and_not_begun_late(world, answering):
    job = approved(world)

    turn(NOON + timedelta(days=2))

    assert job_now(world, job).state == "MISSED"
    assert answering.truth(A)["product"] == "12.1"


def missed_by_preparation(world, answering):
    """The first window went by while the site could not be made ready; then it has another time."""
    job = approved(world, target="12.2.0")
    answering.faults(A, offline=True)
    turn(NOON)
    late = NOON + timedelta(hours=15)
    answering.faults(A)
    for _ in range(12):
        answering.clock(anchor_virtual=late.timestamp())
        turn(late)
        for step in operator.asking(world, job):
            with clock.at(late):
                operator.act(world, step, answering)
        late += timedelta(seconds=40)
        with tenancy.transaction(world.customer):
            for held in JobStep.objects.filter(job=job, state="HELD").select_related("job__site"):
                steps.retry(held, by=world.agent, at=late)

    with tenancy.transaction(world.customer):
        booking = Booking.objects.select_related("job__site", "site").get(job=job, window=1)
        assert booking.state == "MISSED", list(
            JobStep.objects.filter(job=job).in_order().values_list("action", "state", "reason")
        )[:8]
        waiting = JobStep.objects.get(job=job, state="WAITING")
        assert waiting.window == 1
        assert waiting.reason
    with clock.at(late), tenancy.transaction(world.customer):
        start = bookings.openings(booking, at=late)[0].start
        rebooking.move(booking, start, by=world.approver, at=late)
    with tenancy.transaction(world.customer):
        again = JobStep.objects.get(pk=waiting.pk)
        assert (again.state, again.next_at) == ("READY", start), "asked as at a beginning"
    return job, start


def test_a_window_missed_by_preparation_is_booked_again_and_the_job_goes_on(world, answering):
    job, start = missed_by_preparation(world, answering)

    answering.clock(anchor_virtual=start.timestamp())
    turn(start + timedelta(seconds=1))
    turn(start + timedelta(seconds=3))
    assert step_of(world, job, "back_up").state == "DONE"


def test_a_window_that_was_booked_again_and_is_too_late_again_begins_nothing(world, answering):
    job, start = missed_by_preparation(world, answering)

    too_late = start + timedelta(hours=9)
    answering.clock(anchor_virtual=too_late.timestamp())
    turn(too_late)
    turn(too_late + timedelta(seconds=3))

    with tenancy.transaction(world.customer):
        assert Booking.objects.get(job=job, window=1).state == "MISSED"
        assert not JobStep.objects.filter(job=job, window=1, state="DONE").exists()
