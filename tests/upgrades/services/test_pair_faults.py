"""What goes wrong with a pair: said in a sentence, nothing lost, nothing done twice."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from appliances.models import Appliance
from appliances.simulator.autopilot import calls
from portal import clock, tenancy
from portal.errors import Refused
from portal.models import Message
from tests.upgrades import operator, pairs
from tests.upgrades.pairs import A, B, effects, step_of
from tests.upgrades.services.test_faults import job_now, run_until, turn
from upgrades.models import Attempt, Booking, Interim
from upgrades.services import interims, steps, waking
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


@pytest.mark.parametrize(
    ("procedure", "letter", "left"),
    [
        ("pair-synchronous", "A", "is down"),
        ("pair-synchronous", "B", "stays up on Alpha"),
        ("pair-asynchronous", "B", "stays up on Alpha"),
        ("pair-asynchronous", "A", "stays up on Beta"),
    ],
)
def test_a_failed_base_update_holds_the_partner_too_and_says_where_the_site_is(
    standing, procedure, letter, left
):
    world, park = standing
    job = pairs.approved(world, procedure)
    step, at = run_until(world, job, park, "install_base")
    while step.appliance.letter != letter:
        with clock.at(at):
            operator.act(world, step, park)
        step, at = run_until(world, job, park, "install_base", at=at)

    with clock.at(at), tenancy.transaction(world.customer):
        steps.report(step, by=world.operator, reason="The screen stays black.", at=at)

    assert job_now(world, job).state == "HALTED"
    for box in (pairs.box(world, "A"), pairs.box(world, "B")):
        with (
            pytest.raises(IntegrityError, match="base problem"),
            tenancy.transaction(world.customer),
        ):
            Attempt.objects.create(
                customer=world.customer, step=step, appliance=box, effect="callable", token=1,
                intent_at=at,
            )  # fmt: skip
    with tenancy.transaction(world.customer):
        bodies = list(
            Message.objects.filter(kind="upgrade_halted").values_list("body_text", flat=True)
        )
        assert interims.standing(world.site.pk).state == "OPEN"
    assert bodies
    assert all(left in " ".join(body.split()) and "Do not restart" in body for body in bodies)


def test_too_long_without_failover_is_said_once_whatever_became_of_the_job(standing):
    """G-PAIR-4: the limit is the site's own; a halt does not stop the clock."""
    world, park = standing
    job = pairs.approved(world, "pair-asynchronous")
    step, at = run_until(world, job, park, "install_base")
    with clock.at(at), tenancy.transaction(world.customer):
        world.site.interim_days = 2
        world.site.save()
        steps.report(step, by=world.operator, reason="The screen stays black.", at=at)

    for days in (1, 3, 4):
        waking.look_after_interims(at + timedelta(days=days))

    with tenancy.transaction(world.customer):
        told = Message.objects.filter(kind="interim_too_long")
        assert told.count() == len({row.address for row in told}) > 0
        interim = Interim.objects.get(site=world.site)
        assert interim.state == "TOO_LONG"
        assert interim.told_at == at + timedelta(days=3)


def test_a_window_that_is_begun_seconds_late_beside_another_in_its_slot_is_not_missed(standing):
    """The piece of the slot is exactly its worst case long: no turn is to the second."""
    world, park = standing
    job = pairs.approved(world, "pair-asynchronous")
    step, at = run_until(world, job, park, "lower_jump_limit")
    with clock.at(at):
        operator.act(world, step, park)
    with tenancy.transaction(world.customer):
        first, second = Booking.objects.filter(job=job).order_by("window")[:2]
        assert first.ends_at == second.starts_at
        assert first.ends_at - first.starts_at == timedelta(minutes=first.worst_minutes)
    turns(first.starts_at - timedelta(minutes=30), 2)

    late = first.starts_at + timedelta(seconds=25)
    park.clock(anchor_virtual=late.timestamp())
    turns(late, 2)

    assert step_of(world, job, "sync_now").state == "ASKING", pairs.left(world, job)
    with tenancy.transaction(world.customer):
        assert Booking.objects.get(pk=first.pk).state == "IN_USE"
