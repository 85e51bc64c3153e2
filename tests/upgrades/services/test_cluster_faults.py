"""What goes wrong in a cluster: said, never guessed; nobody is cut off unasked."""

import time
from datetime import timedelta

import pytest

from portal import clock, tenancy
from portal.models import Message
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.clusters import a_cluster, box_of, host
from tests.upgrades.driving import drive, step_of, turn
from tests.upgrades.services.test_story import approved
from upgrades.models import UpgradeJob
from upgrades.services import expecting, interims, skipping, steps, waking


@pytest.fixture
def small(catalogue, park):
    """A master and two nodes of one region, to be taken one release on."""
    world = a_cluster(catalogue, park, {"east": 2})
    return world, approved(world, target="12.2.0", procedure="atlas")


@pytest.fixture
def doubled(catalogue, park):
    """The same with a backup master."""
    world = a_cluster(catalogue, park, {"east": 2, "west": 2}, failover=True)
    return world, approved(world, target="12.2.0", procedure="atlas-failover")


def state_of(world, job, *which, **more):
    return step_of(world, job, *which, **more).state


def job_now(world, job):
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.get(pk=job.pk)


def count(park, letter, name):
    return park.truth(host(letter))["effect_counts"].get(name, 0)


def left_with(park, letter, number):
    """Wait, in the simulator's own time, until only those are connected who will stay."""
    kinds = ("representative", "support_customer", "presentation_attendee")
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        connected = park.truth(host(letter))["connected"]
        if sum(connected[kind] for kind in kinds) == number:
            return
        time.sleep(0.1)
    raise AssertionError(park.truth(host(letter))["connected"])


@pytest.fixture
def stuck_drain(small, park):
    """N1 empties, but for three customers who stay; the limit has passed."""
    world, job = small
    park.faults(host("N1"), never_drains=3)
    at = drive(world, job, park, at=NOON, until=lambda: state_of(world, job, "drain") == "WATCHING")
    left_with(park, "N1", 3)
    turn(park, at + timedelta(minutes=400))
    assert state_of(world, job, "drain") == "WATCHING"
    late = at + timedelta(minutes=481)
    turn(park, late)
    return world, job, late


def test_a_cluster_too_long_without_failover_is_told_of_while_it_keeps_its_relationship(
    doubled, park
):
    """G-PAIR-4 for a cluster; its roles are still read and compared (rule 5)."""
    world, job = doubled
    at = drive(
        world, job, park, at=NOON,
        until=lambda: state_of(world, job, "install_product", "B") == "DONE",
    )  # fmt: skip
    with tenancy.transaction(world.customer):
        interim = interims.standing(world.site.pk)
        assert (interim.state, interim.job_id) == ("OPEN", job.pk)
        assert expecting.of(world.site, None).related
        assert expecting.of(world.site, None).interim_since == interim.began_at

    waking.look_after_interims(at + timedelta(days=8))

    with tenancy.transaction(world.customer):
        assert interims.standing(world.site.pk).state == "TOO_LONG"
        assert Message.objects.filter(kind="interim_too_long").exists()


def test_connections_that_never_end_are_left_to_a_person_at_the_limit(stuck_drain):
    world, job, _at = stuck_drain

    step = step_of(world, job, "drain")

    assert (step.state, step.observed["connected"]) == ("HELD", 3)
    assert "cut them off" in step.reason
    assert state_of(world, job, "install_base", "N1") == "PLANNED"
    with tenancy.transaction(world.customer):
        told = [m.body_text for m in Message.objects.filter(kind="step_asks")]
    assert any("Somebody is still connected" in " ".join(text.split()) for text in told)


def test_they_are_waited_for_longer_and_leave(stuck_drain, park):
    world, job, at = stuck_drain
    with clock.at(at), tenancy.transaction(world.customer):
        steps.retry(step_of(world, job, "drain"), by=world.operator, at=at)
    turn(park, at + timedelta(seconds=5))
    assert state_of(world, job, "drain") == "WATCHING"

    park.faults(host("N1"))
    left_with(park, "N1", 0)
    turn(park, at + timedelta(seconds=90))

    assert state_of(world, job, "drain") == "DONE"


def test_they_are_cut_off_with_a_reason_and_only_then_is_the_node_updated(stuck_drain, park):
    world, job, at = stuck_drain
    with clock.at(at), tenancy.transaction(world.customer):
        drain = step_of(world, job, "drain")
        skipping.skip(drain, by=world.approver, reason="They were told twice.", at=at)

    done = drive(
        world, job, park, at=at,
        until=lambda: state_of(world, job, "install_product", "N1") == "DONE",
    )  # fmt: skip

    assert done > at
    drain = step_of(world, job, "drain")
    assert (drain.state, drain.reason) == ("SKIPPED", "They were told twice.")
    assert park.truth(host("N1"))["product"] == "12.2.0"


def test_a_node_that_fills_again_is_not_updated_under_its_clients(small, park):
    world, job = small
    at = drive(
        world, job, park, at=NOON,
        until=lambda: state_of(world, job, "check_updates", "N1") != "PLANNED",
    )  # fmt: skip
    park.faults(host("N1"), never_drains=2)
    at = drive(
        world, job, park, at=at, turns=30,
        until=lambda: step_of(world, job, "install_base", "N1").observed.get("connected"),
    )  # fmt: skip

    step = step_of(world, job, "install_base", "N1")
    assert (step.state, step.observed["connected"]) == ("READY", 2)
    assert count(park, "N1", "install_base") == 0
    turn(park, at + timedelta(hours=3))
    assert state_of(world, job, "install_base", "N1") == "HELD"
    assert job_now(world, job).state == "RUNNING"  # nobody touched it: no problem of a base update
    park.faults(host("N1"))
    with clock.at(at), tenancy.transaction(world.customer):
        steps.retry(step_of(world, job, "install_base", "N1"), by=world.operator, at=at)
    drive(
        world, job, park, at=at, until=lambda: state_of(world, job, "install_base", "N1") == "DONE"
    )


def test_a_master_that_cannot_be_reached_is_not_a_failure_and_nobody_is_told_twice(small, park):
    world, job = small
    at = drive(
        world, job, park, at=NOON, until=lambda: state_of(world, job, "stop_accepting") == "ASKING"
    )
    park.faults(host("A"), offline=True)
    with clock.at(at):
        operator.act(world, step_of(world, job, "stop_accepting"), park)
    for seconds in range(5, 40, 5):
        turn(park, at + timedelta(seconds=seconds))

    step = step_of(world, job, "stop_accepting")
    assert step.state == "WATCHING", step.reason
    assert box_of(world, "N1").accepting is not False
    assert count(park, "N1", "stop_accepting") == 1

    park.faults(host("A"))
    turn(park, at + timedelta(seconds=60))
    assert state_of(world, job, "stop_accepting") == "DONE"
    assert box_of(world, "N1").accepting is False
    assert count(park, "N1", "stop_accepting") == 1


def test_a_node_that_cannot_be_reached_is_counted_when_it_answers_again(small, park):
    world, job = small
    drive(
        world, job, park, at=NOON, until=lambda: state_of(world, job, "stop_accepting") == "ASKING"
    )
    park.faults(host("N1"), offline=True)
    at = drive(world, job, park, at=NOON, until=lambda: step_of(world, job, "drain").reason)
    for seconds in range(5, 60, 5):
        turn(park, at + timedelta(seconds=seconds))

    assert state_of(world, job, "drain") in ("READY", "WATCHING")
    park.faults(host("N1"))
    at += timedelta(seconds=90)
    turn(park, at)
    drive(world, job, park, at=at, until=lambda: state_of(world, job, "drain") == "DONE")


def test_a_flag_that_was_not_changed_is_asked_for_again(small, park):
    """A person said it was done; the master's list says otherwise."""
    world, job = small
    at = drive(
        world, job, park, at=NOON, until=lambda: state_of(world, job, "stop_accepting") == "ASKING"
    )
    with clock.at(at):
        operator.confirm(world, step_of(world, job, "stop_accepting"))
    turn(park, at + timedelta(seconds=5))
    turn(park, at + timedelta(seconds=10))

    step = step_of(world, job, "stop_accepting")
    assert (step.state, step.observed["still"]) == ("ASKING", ["N1"])
    assert box_of(world, "N1").accepting is not False
