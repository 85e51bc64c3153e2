"""A notice that nobody wrote alarms: the outbox alone would stay silent about it."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import Contact, Message
from portal.services import watchdog
from portal.services.delivery import LATE_AFTER
from tests import factories
from tests.conftest import NOON
from tests.upgrades.alerting import a_contact, a_ready
from upgrades.models import Booking, Enrolment, UpgradeJob
from upgrades.services import alerts, jobs, silence, unwritten, waking

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@pytest.fixture
def begins(world):
    """When the first window of an approved job begins: days ahead, before anything prepares it."""
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["12.2.0"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON, earliest=NOON + 3 * DAY)
        job = UpgradeJob.objects.get(pk=job.pk)
        jobs.approve(job, by=world.approver, at=NOON, digest=job.plan["digest"])
        return Booking.objects.order_by("slot").first().starts_at


def since(at):
    return [each.since for each in unwritten.of(at)]


def test_a_rung_before_a_window_that_was_not_written_alarms_and_one_that_was_does_not(
    world, begins
):  # fmt: skip
    waking.look_after_jobs(NOON)  # the week's notice is due at once
    due = begins - DAY
    assert since(due + LATE_AFTER - MINUTE) == []
    assert since(due + LATE_AFTER) == [due]

    waking.look_after_jobs(due + LATE_AFTER)

    assert since(due + LATE_AFTER) == []
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get().state == "SCHEDULED"


def test_what_was_told_of_a_window_before_it_moved_is_not_told_of_where_it_lies_now(
    world, begins
):  # fmt: skip
    late = begins - DAY + LATE_AFTER
    waking.look_after_jobs(late)
    assert since(late) == []

    with tenancy.transaction(world.customer):
        Booking.objects.update(revision=1)

    assert since(late) == [begins - DAY]


def test_staff_are_told_and_see_it_beside_what_has_not_left(world, begins):
    manager = factories.staff("ROLLOUT_MANAGER", "Max")
    at = begins - timedelta(hours=1) + LATE_AFTER
    with tenancy.transaction(world.customer):
        Message.objects.all().delete()

    for _ in range(2):
        watchdog.look_after(at, unwritten.of(at))

    [late] = watchdog.late(at, unwritten.of(at))
    assert (late.customer_id, late.number, late.unwritten) == (world.customer.pk, 0, 1)
    with tenancy.transaction(world.customer):
        told = Message.objects.filter(kind=watchdog.KIND)
        assert [row.address for row in told] == [manager.email]
        assert "Never written" in told.get().body_text


def test_an_alert_that_nobody_could_be_told_of_alarms(world):
    enrolment = a_ready(world)
    a_contact(world, "Jana")
    with tenancy.transaction(world.customer):
        Contact.objects.update(site_ids=[])  # of none of these sites
        alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)

    assert since(NOON + LATE_AFTER - MINUTE) == []
    assert since(NOON + LATE_AFTER) == [NOON]


def test_a_rung_of_the_ladder_that_nothing_takes_alarms(world):
    a_contact(world, "Jana", email=world.approver.email)
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        due = alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON).rung_at

    assert since(due + LATE_AFTER) == [due]
    silence.look_after(due + LATE_AFTER)
    assert since(due + LATE_AFTER) == []
