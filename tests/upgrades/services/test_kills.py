"""A worker process is killed at every step of a job, at two of the four moments of the tick (at all
moments and in every procedure: test_lost_workers.py): nothing is lost, nothing is done twice. The
count of effects is the appliance's own."""

import signal
from datetime import timedelta

import pytest

from portal import clock, tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades import doomed, operator, processes
from tests.upgrades.services.test_story import approved, states
from upgrades.models import Attempt, JobStep, UpgradeJob
from upgrades.services import demo_clock, waking
from upgrades.services.ticks import loop

A = "a.meridian.sim"


def next_due(world, job, at):
    """The step that the next claim would take, if any."""
    with tenancy.transaction(world.customer):
        return (
            JobStep.objects.filter(job=job, next_at__lte=at, lease_until=None)
            .filter(state__in=["READY", "WATCHING", "WAITING", "VERIFYING", "ASKING"])
            .order_by("next_at")
            .values_list("pk", "state")
            .first()
        )


def kill_one(point, at):
    process = processes.python("-m", "tests.upgrades.doomed", point, at.isoformat())
    return process.wait(60) == -signal.SIGKILL


def run_with_kills(world, job, simulator, point):
    """The whole job; before every second first turn of a step in a state a worker dies at it."""
    at, seen, kills = NOON, set(), 0
    begin = doomed.POINTS.index(point) % 2
    for _ in range(400):
        simulator.clock(anchor_virtual=at.timestamp())
        with clock.at(at):
            waking.wake(at)
            waking.look_after_jobs(at)
            due = next_due(world, job, at)
            if due and due not in seen:
                seen.add(due)
                kills += len(seen) % 2 == begin and kill_one(point, at)
            loop.tick()
            asking = [] if next_due(world, job, at) else operator.asking(world, job)
            for step in asking:
                operator.act(world, step, simulator)
            busy, _due, upcoming = demo_clock.next_event(at)
        if operator.ended(world, job):
            return kills
        at = at + timedelta(seconds=2) if busy or asking or upcoming is None else upcoming
    raise AssertionError(states(world, job))


@pytest.mark.slow
@pytest.mark.timeout(900)
@pytest.mark.parametrize("point", doomed.POINTS)
def test_a_job_arrives_though_a_worker_dies_at_every_step(world, answering, point):
    job = approved(world, target="12.2.0")

    kills = run_with_kills(world, job, answering, point)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        done = AuditEvent.objects.filter(job_id=job.pk, name="step.done")
        assert done.count() == found.steps.count()
        assert not Attempt.objects.filter(closed_at=None).exists()
    assert kills >= 6
    truth = answering.truth(A)
    effects = [effect.get("name", effect) for effect in truth["effects"]]
    assert effects.count("install_base") == 1
    assert effects.count("install_product") == 1
    assert effects.count("create_installer") == 1
    assert effects.count("regenerate_installers") == 1
