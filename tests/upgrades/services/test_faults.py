"""Bad input and faults at the services: a clear sentence, nothing lost, nothing done twice."""

import threading
from datetime import date, time, timedelta

import pytest
from django.db import connection

from appliances.models import Appliance, Package
from appliances.services import catalogue as packages
from portal import clock, tenancy
from portal.errors import NotNow, Refused
from portal.models import Contract, Message
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, JobStep, MaintenanceWindow, UpgradeJob
from upgrades.services import (
    jobs,
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
