"""A wrong flag or a failed base stops a cluster, and what runs elsewhere is seen to its end."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from appliances.models import BaseHold
from portal import clock, tenancy
from portal.models import Message
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.clusters import box_of, host
from tests.upgrades.driving import drive, step_of, turn
from tests.upgrades.services import test_cluster_faults
from tests.upgrades.services.test_cluster_faults import job_now, state_of
from upgrades.models import Attempt, JobStep
from upgrades.services import steps

doubled = test_cluster_faults.doubled


@pytest.mark.parametrize(
    ("master", "button", "letter"), [("B", "start_accepting", "N2"), ("A", "stop_accepting", "N2")]
)
def test_a_wrong_flag_on_either_master_stops_the_swap(doubled, park, master, button, letter):
    """The gate reads both lists; it is no swap that an old node accepts on B, or none on A."""
    world, job = doubled
    at = drive(
        world, job, park, at=NOON, until=lambda: state_of(world, job, "check_node", "N1") == "DONE"
    )
    park.press(host(master), button, nodes=[host(letter)])
    at = drive(world, job, park, at=at, until=lambda: state_of(world, job, "check_flags") == "HELD")

    gate = step_of(world, job, "check_flags")
    assert [(one["on"], one["node"]) for one in gate.observed["wrong"]] == [(master, letter)]
    assert state_of(world, job, "become_backup") == "PLANNED"
    assert park.truth(host("A"))["failover_role"] == "primary"

    undo = {"start_accepting": "stop_accepting", "stop_accepting": "start_accepting"}[button]
    park.press(host(master), undo, nodes=[host(letter)])
    with clock.at(at), tenancy.transaction(world.customer):
        steps.retry(step_of(world, job, "check_flags"), by=world.operator, at=at)
    turn(park, at + timedelta(seconds=5))
    assert state_of(world, job, "check_flags") == "DONE"


@pytest.mark.parametrize("letter", ["B", "N1", "N2"])
def test_a_base_failure_halts_all_and_what_runs_elsewhere_is_observed_to_its_end(
    doubled, park, letter
):
    """On B, on a node off line first, on a remaining one (G-PREP-12, G-RULE-9)."""
    world, job = doubled
    bad = host(letter)
    park.faults(bad, base_install_fails=True)
    fails = lambda step: step.action == "install_base" and step.appliance.host == bad  # noqa: E731
    asked = lambda: state_of(world, job, "install_base", letter) == "ASKING"  # noqa: E731
    at = drive(world, job, park, at=NOON, until=asked, leave=fails, turns=800)
    runs_on = other_install(world, job, park, letter, at)
    with clock.at(at):
        operator.press(world, step_of(world, job, "install_base", letter), park)
    with clock.at(at), tenancy.transaction(world.customer):
        broken = step_of(world, job, "install_base", letter)
        steps.report(broken, by=world.operator, reason="It does not come back.", at=at)

    found = job_now(world, job)
    assert (found.state, found.base_problem) == ("HALTED", True)
    before = planned(world, job)
    for seconds in range(5, 60, 5):
        turn(park, at + timedelta(seconds=seconds))
    if runs_on is not None:
        with tenancy.transaction(world.customer):
            assert JobStep.objects.get(pk=runs_on.pk).state == "DONE"
    assert before - planned(world, job) == set()
    with tenancy.transaction(world.customer):
        assert BaseHold.objects.get().appliance.letter == letter
        told = Message.objects.filter(kind="upgrade_halted")
        assert told
        assert all("Do not restart" in each.body_text for each in told)
    with pytest.raises(IntegrityError, match="base problem"), tenancy.transaction(world.customer):
        Attempt.objects.create(
            customer=world.customer, step=broken, appliance=box_of(world, "A"), effect="callable",
            token=1, intent_at=at,
        )  # fmt: skip


def other_install(world, job, park, letter, at):
    """On the other node of the same half the product is just being installed."""
    other = {"N1": "N3", "N2": "N4"}.get(letter)
    if other is None:
        return None
    leave = lambda step: step.appliance is None or step.appliance.letter != other  # noqa: E731
    asked = lambda: state_of(world, job, "install_product", other) == "ASKING"  # noqa: E731
    then = drive(world, job, park, at=at, until=asked, leave=leave)
    step = step_of(world, job, "install_product", other)
    with clock.at(then):
        operator.act(world, step, park)
    assert state_of(world, job, "install_product", other) == "VERIFYING"
    return step


def planned(world, job):
    """What nobody has been asked for yet."""
    with tenancy.transaction(world.customer):
        rows = JobStep.objects.filter(job=job, state__in=["PLANNED", "READY"])
        return set(rows.values_list("seq", flat=True))
