"""Which steps nobody skips alone: one asks with a reason, another one agrees."""

import pytest

from portal import clock, tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades import clusters, hardware, pairs
from tests.upgrades.services.test_story import approved
from tests.upgrades.views import states
from upgrades.models import JobStep
from upgrades.services import runs, skipping

IN_A_PAIR = (
    "check_readiness", "back_up", "export_certificates", "sync_now", "verify_by_hosts_file",
    "check_production", "confirm_release", "check_builds", "await_sync", "dwell",
)  # fmt: skip
IN_A_CLUSTER = ("verify", "check_flags")
WITH_NEW_HARDWARE = ("confirm_production",)


@pytest.fixture
def pair(catalogue):
    world = pairs.a_pair(catalogue)
    return world, pairs.approved(world, "pair-asynchronous", "14.1.1")


@pytest.fixture
def cluster(catalogue, park):
    world = clusters.a_cluster(catalogue, park, {"east": 2}, failover=True)
    return world, approved(world, target="12.2.0", procedure="atlas-failover")


@pytest.fixture
def replacing(world, answering):
    return world, hardware.approved(world, hardware.a_replacement(world, answering))


def held(world, job, action):
    """The job's first step of this action, held, everything before it done."""
    with tenancy.transaction(world.customer):
        runs.start(states.again(job), by=world.agent, at=NOON)
        if states.first(job, action).state == "PLANNED":
            states.prove(states.again(job), until=action, by=world.operator, at=NOON)
        return states.put(states.again(job), "HELD", action, at=NOON)


def skip(world, step, by):
    with clock.at(NOON), tenancy.transaction(world.customer):
        fresh = JobStep.objects.select_related("job__site", "appliance").get(pk=step.pk)
        return skipping.skip(fresh, by=by, reason="It was seen by eye.", at=NOON)


def test_every_guard_is_tested_here():
    assert {*IN_A_PAIR, *IN_A_CLUSTER, *WITH_NEW_HARDWARE} == skipping.GUARDS


def by_two(world, job, action):
    step = held(world, job, action)

    asked = skip(world, step, world.operator)
    assert (asked.state, asked.observed["skip_asked"]["name"]) == ("HELD", str(world.operator))
    with pytest.raises(skipping.NeedsTwo):
        skip(world, step, world.operator)
    done = skip(world, step, world.approver)

    assert (done.state, done.second_by) == ("SKIPPED", world.approver)
    with tenancy.transaction(world.customer):
        told = AuditEvent.objects.get(job_id=job.pk, name="step.skipped")
        assert told.data["asked_by"] == str(world.operator)


@pytest.mark.parametrize("action", IN_A_PAIR)
def test_a_guard_of_a_pair_is_skipped_by_two(pair, action):
    by_two(*pair, action)


@pytest.mark.parametrize("action", IN_A_CLUSTER)
def test_a_guard_of_a_cluster_is_skipped_by_two(cluster, action):
    by_two(*cluster, action)


@pytest.mark.parametrize("action", WITH_NEW_HARDWARE)
def test_a_guard_of_new_hardware_is_skipped_by_two(replacing, action):
    by_two(*replacing, action)


def test_any_other_step_is_skipped_by_one_with_a_reason(pair):
    world, job = pair
    step = held(world, job, "announce")

    done = skip(world, step, world.operator)

    assert (done.state, done.second_by) == ("SKIPPED", None)
