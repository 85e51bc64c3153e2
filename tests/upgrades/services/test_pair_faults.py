"""What goes wrong with a pair: said in a sentence, nothing lost, nothing done twice."""

from datetime import timedelta

import pytest

from appliances.models import Appliance
from appliances.simulator.autopilot import calls
from portal import clock, tenancy
from portal.errors import Refused
from tests.upgrades import operator, pairs
from tests.upgrades.pairs import A, B, effects, step_of
from tests.upgrades.services.test_faults import job_now, run_until, turn
from upgrades.models import Interim
from upgrades.services import steps
from upgrades.services.ticks.deeds import pair as deeds


@pytest.fixture
def standing(catalogue, park):
    world = pairs.a_pair(catalogue)
    return world, pairs.play(park, world)


def confirmed(world, step, at):
    with clock.at(at):
        operator.confirm(world, step)


def pressed(world, step, park, at):
    with clock.at(at):
        operator.press(world, step, park)


def turns(at, times=6, seconds=5):
    for _ in range(times):
        at += timedelta(seconds=seconds)
        turn(at)
    return at


def test_a_sync_that_fails_holds_the_break_and_is_tried_again(standing):
    world, park = standing
    job = pairs.approved(world, "pair-synchronous")
    step, at = run_until(world, job, park, "sync_now")
    park.faults(A, sync_fails={"value": "Data-Sync failed: no space left.", "times": 1})

    pressed(world, step, park, at)
    at = turns(at, 2)

    held = step_of(world, job, "sync_now")
    assert held.state == "HELD"
    assert "sync" in held.reason
    assert held.observed["sync_status"] == "Data-Sync failed: no space left."
    assert step_of(world, job, "break_failover").state == "PLANNED"
    with clock.at(at), tenancy.transaction(world.customer):
        steps.retry(held, by=world.agent, at=at)
    at = turns(at, 2)
    park.clock(anchor_virtual=at.timestamp())  # on a quick machine both syncs are of one second
    pressed(world, step_of(world, job, "sync_now"), park, at + timedelta(seconds=30))
    park.clock(anchor_virtual=(at + timedelta(minutes=1)).timestamp())
    turns(at + timedelta(minutes=1), 3)
    assert step_of(world, job, "sync_now").state == "DONE"


def test_a_word_that_the_sync_is_done_is_not_believed_before_its_time_moves(standing):
    world, park = standing
    job = pairs.approved(world, "pair-synchronous")
    step, at = run_until(world, job, park, "sync_now")

    confirmed(world, step, at)
    turns(at, 4)

    asked = step_of(world, job, "sync_now")
    assert asked.state == "ASKING"
    assert "Sync Now" in asked.reason
    assert effects(park, A).count("sync_now") == 0


def test_keys_that_differ_establish_nothing_until_they_are_equal(standing):
    world, park = standing
    job = pairs.approved(world, "pair-synchronous")
    step, at = run_until(world, job, park, "establish_failover")
    park.faults(B, keys_differ=True)

    with pytest.raises(calls.Refused, match="pre-shared keys"):
        pressed(world, step, park, at)
    confirmed(world, step, at)
    at = turns(at, 6)

    asked = step_of(world, job, "establish_failover")
    assert asked.state == "ASKING"
    assert asked.reason
    with tenancy.transaction(world.customer):
        assert Interim.objects.get(site=world.site).state == "OPEN"
    park.faults(B)
    pressed(world, asked, park, at)
    turns(at, 4)
    assert step_of(world, job, "establish_failover").state == "DONE"
    assert (effects(park, A) + effects(park, B)).count("establish_failover") == 1


def test_builds_that_differ_are_named_and_no_relationship_is_asked_for(standing):
    world, park = standing
    job = pairs.approved(world, "pair-synchronous")
    step, at = run_until(world, job, park, "compare_keys")
    park.control("PATCH", f"appliances/{B}", {"build": "99999"})

    confirmed(world, step, at)
    turns(at, 3)

    held = step_of(world, job, "check_builds")
    assert (held.state, held.reason) == ("HELD", deeds.BUILDS_DIFFER)
    assert "99999" in held.observed["builds"]["B"]
    assert step_of(world, job, "establish_failover").state == "PLANNED"


def test_versions_that_differ_are_refused_before_there_is_a_job(standing):
    world, _park = standing
    with tenancy.transaction(world.customer):
        Appliance.objects.filter(letter="B").update(product_version="12.2.0")

    with pytest.raises(Refused) as refusal:
        pairs.approved(world, "pair-synchronous", target="14.1.1")

    assert refusal.value.code == "not-level"
    assert refusal.value.remedy


def test_b_unreachable_after_the_break_is_not_failed_and_the_break_is_not_asked_again(standing):
    world, park = standing
    job = pairs.approved(world, "pair-asynchronous")
    step, at = run_until(world, job, park, "break_failover")
    pressed(world, step, park, at)
    park.faults(B, offline=True)

    confirmed(world, step, at)
    at = turns(at, 5)

    seen = step_of(world, job, "break_failover")
    assert seen.state in ("WATCHING", "VERIFYING")
    assert seen.observed["silent"] == ["B"]
    assert job_now(world, job).state == "RUNNING"
    park.faults(B)
    turns(at, 4)
    assert step_of(world, job, "break_failover").state == "DONE"
    assert (effects(park, A) + effects(park, B)).count("break_failover") == 1


def test_b_away_for_good_after_the_break_is_a_persons_decision(standing):
    world, park = standing
    job = pairs.approved(world, "pair-asynchronous")
    step, at = run_until(world, job, park, "break_failover")
    pressed(world, step, park, at)
    park.faults(B, offline=True)
    confirmed(world, step, at)

    at = turns(at, 4, seconds=1200)

    held = step_of(world, job, "break_failover")
    assert (held.state, bool(held.reason)) == ("HELD", True)
    typed, files = operator.values(held)
    with clock.at(at), tenancy.transaction(world.customer):
        steps.accept(held, values=typed, files=files, by=world.agent, at=at)
    assert pairs.roles(world) == {"A": "NONE", "B": "NONE"}


def test_a_name_that_still_leads_to_a_is_waited_for_and_then_goes_on(standing):
    """G-ASYNC-4, DNS: the record was changed, and is not seen from outside yet."""
    world, park = standing
    job = pairs.approved(world, "pair-asynchronous")
    step, at = run_until(world, job, park, "point_dns")
    park.faults(B, dns_propagation=3600)
    pressed(world, step, park, at)

    confirmed(world, step, at)
    at = turns(at, 4, seconds=61)

    waits = step_of(world, job, "check_production")
    assert waits.state in ("WAITING", "READY")
    assert waits.reason == deeds.NOT_THERE_YET
    assert waits.next_at > at
    assert waits.observed["answers"] == "Alpha"
    assert pairs.box(world, "A").in_production
    park.point(pairs.NAME, B)
    turns(at, 3, seconds=61)
    assert step_of(world, job, "check_production").state == "DONE"
    assert pairs.box(world, "B").in_production


def test_a_name_that_never_moves_is_decided_by_a_person(standing):
    world, park = standing
    job = pairs.approved(world, "pair-asynchronous")
    step, at = run_until(world, job, park, "point_dns")
    confirmed(world, step, at)

    turns(at, 6, seconds=1500)

    held = step_of(world, job, "check_production")
    assert (held.state, held.reason) == ("HELD", deeds.STILL_ANOTHER)
    assert step_of(world, job, "confirm_release").state == "PLANNED"
