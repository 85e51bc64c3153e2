"""What is done about a run that stands still: a look, and nothing else."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from portal import tenancy
from portal.errors import NotNow
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from tests.upgrades.views import states
from upgrades.models import Attempt, JobStep, UpgradeJob
from upgrades.services import nudging, runs
from upgrades.stuck_queries import PATIENCE

S = JobStep.State
LATER = NOON + timedelta(hours=2)


@pytest.fixture
def running(world, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        return runs.start(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=NOON)


def put(world, running, start, **values):
    with tenancy.transaction(world.customer):
        step = states.put(running, start, "test_elsewhere", at=NOON)
        JobStep.objects.filter(pk=step.pk).update(**values)
        return step


def fresh(step):
    return JobStep.objects.with_names().select_related("job__site").get(pk=step.pk)


def look(world, step, at=LATER):
    with tenancy.transaction(world.customer):
        nudging.look_again(fresh(step), by=world.agent, at=at)
        return fresh(step)


def rows(world):
    """All that may not change when it is refused."""
    with tenancy.transaction(world.customer):
        steps = JobStep.objects.order_by("pk").values_list("pk", "state", "next_at", "token")
        return list(steps), AuditEvent.objects.count(), Attempt.objects.count()


def last_events(world, number=1):
    with tenancy.transaction(world.customer):
        names = AuditEvent.objects.order_by("-number").values_list("name", flat=True)
        return list(names[:number])


def test_what_was_sent_is_looked_at_now_and_not_sent_again(world, running):
    step = put(world, running, "WATCHING", next_at=NOON + timedelta(days=1), token=7)
    deadline = step.deadline_at

    seen = look(world, step)

    assert (seen.state, seen.next_at, seen.deadline_at) == (S.WATCHING, LATER, deadline)
    assert seen.token == 8  # whoever still has it finds that it lost it
    assert last_events(world) == ["step.look_asked"]
    with tenancy.transaction(world.customer):
        assert not Attempt.objects.exists()


def test_what_a_lost_runner_had_claimed_is_verified_and_not_begun_again(world, running):
    step = put(
        world, running, "WATCHING", state=S.CLAIMED, token=3, lease_owner="gone:1",
        lease_until=datetime.now(UTC) - PATIENCE - timedelta(seconds=1),
    )  # fmt: skip

    seen = look(world, step)

    assert (seen.state, seen.next_at, seen.token) == (S.VERIFYING, LATER, 4)
    assert (seen.lease_until, seen.lease_owner) == (None, "")


def test_a_runner_that_is_heard_of_keeps_it(world, running):
    step = put(
        world, running, "WATCHING", state=S.CLAIMED,
        lease_until=datetime.now(UTC) - PATIENCE + timedelta(minutes=1),
    )  # fmt: skip
    before = rows(world)

    with pytest.raises(NotNow):
        look(world, step)

    assert rows(world) == before


def test_a_wait_gets_no_shorter(world, running):
    """A dwell of 24 hours ends when it ends (G-CLIENT-6)."""
    step = put(world, running, "WAITING")
    before = rows(world)

    with pytest.raises(nudging.NothingToLookAt):
        look(world, step, at=step.next_at - timedelta(seconds=1))

    assert rows(world) == before
    assert look(world, step, at=step.next_at).state == S.WAITING  # the step runner ends it
    assert last_events(world) == ["step.look_asked"]


@pytest.mark.parametrize("state", ["ASKING", "HELD"])
def test_what_waits_for_a_person_is_not_looked_at(world, running, state):
    step = put(world, running, state)
    before = rows(world)

    with pytest.raises(nudging.NothingToLookAt):
        look(world, step)

    assert rows(world) == before


def test_somebody_was_quicker(world, running):
    step = put(world, running, "WATCHING")
    with tenancy.transaction(world.customer):
        seen = fresh(step)
        JobStep.objects.filter(pk=step.pk).update(state=S.DONE)
        with pytest.raises(NotNow):
            nudging.look_again(seen, by=world.agent, at=LATER)
        assert fresh(step).state == S.DONE


def test_a_run_of_which_nothing_is_open_goes_on(world, running):
    with tenancy.transaction(world.customer):
        first = JobStep.objects.filter(job=running, state=S.READY)
        names = set(first.values_list("seq", flat=True))
        first.update(state=S.PLANNED, next_at=None)

        nudging.go_on(states.again(running), by=world.agent, at=LATER)

        ready = JobStep.objects.filter(job=running, state=S.READY)
        assert set(ready.values_list("seq", flat=True)) == names != set()
    assert last_events(world) == ["job.went_on"]


def test_a_run_that_goes_on_by_itself_is_not_pushed(world, running):
    before = rows(world)

    with tenancy.transaction(world.customer), pytest.raises(nudging.NotIdle):
        nudging.go_on(states.again(running), by=world.agent, at=LATER)

    assert rows(world) == before


@pytest.mark.parametrize("state", ["PAUSED", "HALTED"])
def test_a_run_that_rests_is_not_pushed(world, running, state):
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)
        UpgradeJob.objects.filter(pk=running.pk).update(state=state)
    before = rows(world)

    with tenancy.transaction(world.customer), pytest.raises(nudging.NotIdle):
        nudging.go_on(states.again(running), by=world.agent, at=LATER)

    assert rows(world) == before


@pytest.mark.parametrize("state", ["CLAIMED", "WATCHING"])
def test_a_runner_that_took_it_meanwhile_keeps_it(world, running, state):
    """The page was read before; its step is as it was, and somebody has it by now."""
    step = put(
        world, running, "WATCHING", state=state, next_at=NOON,
        lease_until=datetime.now(UTC) - timedelta(hours=1), lease_owner="gone:1",
    )  # fmt: skip
    with tenancy.transaction(world.customer):
        seen = fresh(step)
        JobStep.objects.filter(pk=step.pk).update(
            token=seen.token + 1, lease_owner="here:2",
            lease_until=datetime.now(UTC) + timedelta(minutes=1),
        )  # fmt: skip
    before = rows(world)

    with tenancy.transaction(world.customer), pytest.raises(NotNow):
        nudging.look_again(seen, by=world.agent, at=LATER)

    assert rows(world) == before
    with tenancy.transaction(world.customer):
        assert fresh(step).lease_owner == "here:2"


def test_a_job_that_was_paused_meanwhile_does_not_go_on(world, running):
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)
        seen = states.again(running)
        UpgradeJob.objects.filter(pk=running.pk).update(state="PAUSED")
    before = rows(world)

    with tenancy.transaction(world.customer), pytest.raises(nudging.NotIdle):
        nudging.go_on(seen, by=world.agent, at=LATER)

    assert rows(world) == before


def test_two_who_have_it_go_on_at_once_begin_it_once(world, running):
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED, next_at=None)
    together, said = threading.Barrier(2), []

    def push(person):
        try:
            with tenancy.transaction(world.customer):
                job = states.again(running)
                together.wait(30)
                nudging.go_on(job, by=person, at=LATER)
            said.append("went-on")
        except nudging.NotIdle as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=push, args=[who]) for who in (world.agent, world.operator)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(said) == ["not-idle", "went-on"]
    with tenancy.transaction(world.customer):
        assert AuditEvent.objects.filter(name="job.went_on").count() == 1
