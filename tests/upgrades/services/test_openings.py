"""What is asked right before a window's first change, and what then holds it or lets it go on."""

from datetime import timedelta

import pytest

from appliances.models import Appliance, ReadinessCheck, Snapshot
from appliances.services import drift, waivers
from portal import clock, tenancy
from portal.errors import Refused
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.test_faults import run_until, step_of, turn
from tests.upgrades.services.test_story import approved
from upgrades.models import Look, UpgradeJob
from upgrades.services import looks, runs, steps

A = "a.meridian.sim"
BAD = {"health_bad": "Simulated: storage is not responding."}


def to_the_window(world, simulator):
    """As far as the step before the window's first change: the check of updates asks."""
    job = approved(world)
    _step, at = run_until(world, job, simulator, "check_updates")
    return job, at


def confirm(world, job, simulator, at):
    with clock.at(at):
        for step in operator.asking(world, job):
            operator.act(world, step, simulator)


def first_change(world, job):
    return step_of(world, job, "install_base")


def test_a_good_site_opens_its_window_and_its_state_is_kept(world, answering):
    job, at = to_the_window(world, answering)
    confirm(world, job, answering, at)

    turn(at + timedelta(seconds=2))

    assert first_change(world, job).state == "ASKING"
    with tenancy.transaction(world.customer):
        look = Look.objects.get(job=job, kind="START")
        assert (look.passed, look.window) == (True, 1)
        before = Snapshot.objects.get(job_id=job.pk, moment="BEFORE")
        assert before.data["version"] == "12.1"
        kept = ReadinessCheck.objects.filter(job_id=job.pk, window=1)
        assert set(kept.values_list("name", flat=True)) >= {"REACHABILITY", "HEALTH", "DRIFT"}


def test_a_bad_check_that_blocks_holds_the_first_change_and_is_no_base_problem(world, answering):
    job, at = to_the_window(world, answering)
    confirm(world, job, answering, at)
    answering.faults(A, **BAD)

    turn(at + timedelta(seconds=2))

    step = first_change(world, job)
    assert (step.state, step.reason) == ("HELD", "The appliance says that it is not well.")
    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert (found.state, found.base_problem) == ("RUNNING", False)
        assert not Look.objects.get(job=job, kind="START").passed
        assert not Snapshot.objects.filter(job_id=job.pk, moment="BEFORE").exists()


def retried(world, job, at):
    with clock.at(at), tenancy.transaction(world.customer):
        steps.retry(first_change(world, job), by=world.agent, at=at)
    turn(at + timedelta(seconds=2))
    return first_change(world, job)


def test_once_it_is_set_right_the_step_is_tried_again_and_goes_on(world, answering):
    job, at = to_the_window(world, answering)
    confirm(world, job, answering, at)
    answering.faults(A, **BAD)
    turn(at + timedelta(seconds=2))

    assert retried(world, job, at + timedelta(minutes=1)).state == "HELD"  # nothing has changed
    answering.faults(A)

    assert retried(world, job, at + timedelta(minutes=2)).state == "ASKING"


def test_a_waiver_lets_it_go_on_and_is_kept_with_the_answer(world, answering):
    job, at = to_the_window(world, answering)
    confirm(world, job, answering, at)
    answering.faults(A, **BAD)
    turn(at + timedelta(seconds=2))
    with clock.at(at), tenancy.transaction(world.customer):
        waivers.give(world.site, "HEALTH", reason="The fan is known.", by=world.approver, at=at,
                     expires_at=at + timedelta(days=1), job_id=job.pk)  # fmt: skip

    assert retried(world, job, at + timedelta(minutes=1)).state == "ASKING"
    with tenancy.transaction(world.customer):
        kept = ReadinessCheck.objects.filter(job_id=job.pk, window=1, name="HEALTH")
        row = kept.latest("taken_at")
        assert (row.status, row.stops, row.waiver.reason) == ("BAD", False, "The fan is known.")


def test_unreachable_is_not_failed_it_is_asked_again(world, answering):
    job, at = to_the_window(world, answering)
    confirm(world, job, answering, at)
    answering.faults(A, offline=True)
    turn(at + timedelta(seconds=2))

    assert first_change(world, job).state == "READY"
    answering.faults(A)
    turn(at + timedelta(seconds=40))
    turn(at + timedelta(seconds=42))

    assert first_change(world, job).state == "ASKING"


def test_a_change_behind_our_back_holds_the_window(world, answering):
    job, at = to_the_window(world, answering)
    confirm(world, job, answering, at)
    answering.control("PATCH", f"appliances/{A}", {"failover_role": "primary", "peer": None})

    turn(at + timedelta(seconds=2))

    assert first_change(world, job).state == "HELD"
    with tenancy.transaction(world.customer):
        (found,) = drift.open_at(world.site)
        assert (found.fact, found.expected, found.found) == ("FAILOVER_ROLE", "NONE", "PRIMARY")


def test_a_drift_holds_the_start_of_a_job_until_somebody_accepts_it(world, answering):
    job = approved(world)
    with clock.at(NOON), tenancy.transaction(world.customer):
        box = Appliance.objects.get(site=world.site)
        opened = drift.open_one(box, "PRODUCT", "12.1", "12.0", at=NOON)
        with pytest.raises(Refused) as refusal:
            runs.start(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=NOON)
    assert refusal.value.code == "drifted"
    answering.clock(anchor_virtual=NOON.timestamp())
    turn(NOON)
    assert state_of(world, job) == "SCHEDULED"

    with clock.at(NOON), tenancy.transaction(world.customer):
        drift.accept(opened, by=world.approver, at=NOON, found="12.0")
    turn(NOON)

    assert state_of(world, job) == "RUNNING"


def state_of(world, job):
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.get(pk=job.pk).state


def test_a_window_that_moved_is_looked_at_anew(world, answering):
    job, at = to_the_window(world, answering)
    confirm(world, job, answering, at)
    turn(at + timedelta(seconds=2))
    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert looks.passed(found, 1)
        booking = looks.booking_of(found, 1)
        booking.revision += 1
        booking.save()

        assert not looks.passed(found, 1)
