from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views import states
from upgrades import stuck_queries
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.queries import ALL, Whose
from upgrades.services import jobs, runs
from upgrades.stuck_queries import PATIENCE, Why

S = JobStep.State
pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def running(world):
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
        jobs.approve(states.again(job), by=world.approver, at=NOON)
        return runs.start(states.again(job), by=world.agent, at=NOON)


def stuck(world, at=NOON):
    with tenancy.transaction(world.customer):
        found = stuck_queries.stuck(Whose(), at)
        assert stuck_queries.number(Whose(), at) == len(found)
        return [(one.why, one.since) for one in found]


def write(world, step, **values):
    """What no transition leaves behind: the moment at which something was lost."""
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(pk=step.pk).update(**values)


def test_what_moves_does_not_stand_still(world, running):
    assert stuck(world) == []
    assert stuck(world, NOON + PATIENCE - timedelta(seconds=1)) == []


def test_a_step_that_is_due_and_that_nobody_takes(world, running):
    with tenancy.transaction(world.customer):
        first = JobStep.objects.filter(job=running, state=S.READY).order_by("seq").first()

    found = stuck(world, first.next_at + PATIENCE)

    assert (Why.UNTAKEN, first.next_at) in found


def test_a_wait_that_is_not_over_does_not_stand_still(world, running):
    with tenancy.transaction(world.customer):
        step = states.put(running, "WAITING", "test_elsewhere", at=NOON)
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)

    assert stuck(world, step.next_at) == []
    assert stuck(world, step.next_at + PATIENCE) == [(Why.UNTAKEN, step.next_at)]


def test_whoever_had_it_is_not_heard_any_more(world, running):
    with tenancy.transaction(world.customer):
        step = states.put(running, "WATCHING", "test_elsewhere", at=NOON)
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)
    until = datetime.now(UTC) - PATIENCE
    write(world, step, lease_until=until + timedelta(seconds=30), next_at=NOON)
    assert stuck(world) == []  # another one may still take it over by itself

    write(world, step, lease_until=until - timedelta(seconds=30))

    assert [why for why, _since in stuck(world)] == [Why.LOST]


def test_longer_than_it_takes_at_worst(world, running):
    with tenancy.transaction(world.customer):
        step = states.put(running, "WATCHING", "test_elsewhere", at=NOON)
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)
    late = NOON + timedelta(minutes=7) + PATIENCE
    write(world, step, worst_minutes=7, next_at=late)

    assert stuck(world, late - timedelta(seconds=1)) == []
    assert stuck(world, late) == [(Why.SLOW, NOON + timedelta(minutes=7))]


def test_a_run_without_an_open_step(world, running):
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)

    assert stuck(world, NOON + PATIENCE) == [(Why.IDLE, NOON)]


def test_a_window_that_is_over_before_its_work(world, running):
    with tenancy.transaction(world.customer):
        booking = Booking.objects.order_by("slot").first()
        Booking.objects.filter(pk=booking.pk).update(state=Booking.State.IN_USE)
        JobStep.objects.filter(job=running, state=S.READY).update(next_at=booking.ends_at)

    assert stuck(world, booking.ends_at) == []
    assert (Why.OVERRUN, booking.ends_at) in stuck(world, booking.ends_at + PATIENCE)


def test_a_paused_run_whose_window_has_begun(world, running):
    with tenancy.transaction(world.customer):
        booking = Booking.objects.order_by("slot").first()
        UpgradeJob.objects.filter(pk=running.pk).update(state=UpgradeJob.State.PAUSED)

    assert stuck(world, booking.starts_at) == []
    assert stuck(world, booking.starts_at + PATIENCE) == [(Why.RESTS, booking.starts_at)]


@pytest.mark.parametrize("state", ["HELD", "ASKING"])
def test_what_waits_for_a_person_stands_in_the_queue_and_not_here(world, running, state):
    with tenancy.transaction(world.customer):
        states.put(running, state, "test_elsewhere", at=NOON)
        JobStep.objects.filter(job=running, state=S.READY).update(state=S.PLANNED)

    assert stuck(world, NOON + timedelta(hours=5)) == []


def test_each_sees_its_own_and_staff_all_in_three_statements(world, running):
    other = factories.a_customer("Other")
    with tenancy.transaction(other):
        assert stuck_queries.stuck(Whose(), NOON + timedelta(hours=1)) == []
    with tenancy.transaction(world.customer):
        assert stuck_queries.stuck(Whose(sites=[other.pk]), NOON + timedelta(hours=1)) == []

    with CaptureQueriesContext(connections["staff"]) as asked:
        found = stuck_queries.stuck(ALL, NOON + timedelta(hours=1))
        named = {(one.job.customer.name, one.job.site.name, one.job.title) for one in found}

    assert len(named) == 1
    assert sum("upgrades_" in one["sql"] for one in asked.captured_queries) == 3
