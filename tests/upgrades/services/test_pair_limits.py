"""Base failures, long interims and late windows of a pair."""

from datetime import timedelta

import pytest
from django.db import IntegrityError

from portal import clock, tenancy
from portal.models import Message
from tests.upgrades import operator, pairs
from tests.upgrades.pairs import step_of
from tests.upgrades.services import test_pair_faults
from tests.upgrades.services.test_faults import job_now, run_until
from tests.upgrades.services.test_pair_faults import turns
from upgrades.models import Attempt, Booking, Interim
from upgrades.services import interims, steps, waking

standing = test_pair_faults.standing


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
