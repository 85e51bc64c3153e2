"""What nobody approves in time: its windows are free again, and whoever asked for it is told."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import AuditEvent, Message
from tests.conftest import NOON
from tests.upgrades.alerting import a_ready
from upgrades.models import Booking, Enrolment, UpgradeJob
from upgrades.services import alerts, bookings, jobs, waking

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def job(world):
    with tenancy.transaction(world.customer):
        drafted = jobs.draft(
            world.site, world.packages["12.2.0"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        return jobs.submit(drafted, by=world.agent, at=NOON, earliest=NOON + 10 * DAY)


def last(world):
    with tenancy.transaction(world.customer):
        return bookings.last_safe_start(Booking.objects.order_by("window").first())


def seen(world, job):
    with tenancy.transaction(world.customer):
        row = UpgradeJob.objects.get(pk=job.pk)
        states = {booking.state for booking in row.bookings.all()}
        letters = [one.kind for one in Message.objects.order_by("written_at")]
        return row.state, states, letters


def test_until_its_last_safe_start_it_may_still_be_approved(world, job):
    waking.lapse_unapproved(last(world))

    assert seen(world, job) == ("PROPOSED", {"HELD"}, ["upgrade_proposed"])
    with tenancy.transaction(world.customer):
        jobs.approve(UpgradeJob.objects.with_site().get(), by=world.approver, at=last(world))


def test_after_it_the_windows_are_free_and_the_requester_has_a_draft_again(world, job):
    at = last(world) + MINUTE

    waking.lapse_unapproved(at)
    waking.lapse_unapproved(at + DAY)

    state, states, letters = seen(world, job)
    assert (state, states) == ("DRAFT", {"LAPSED"})
    assert letters == ["upgrade_proposed", "upgrade_rejected"]
    with tenancy.transaction(world.customer):
        letter = Message.objects.get(kind="upgrade_rejected")
        assert letter.recipient_id == world.agent.pk
        assert "Nobody approved it before its first window had to begin." in " ".join(
            letter.body_text.split()
        )
        told = list(
            AuditEvent.objects.filter(job_id=job.pk, at=at).values_list("name", "actor_kind")
        )
        assert set(told) == {("booking.lapsed", "portal"), ("job.rejected", "portal")}
        again = UpgradeJob.objects.with_site().get()
        jobs.submit(again, by=world.agent, at=at)
        assert {row.state for row in bookings.for_job(again)} == {"HELD"}


def test_what_was_approved_does_not_lapse(world, job):
    with tenancy.transaction(world.customer):
        jobs.approve(UpgradeJob.objects.with_site().get(), by=world.approver, at=NOON)

    waking.lapse_unapproved(last(world) + DAY)

    assert seen(world, job)[:2] == ("SCHEDULED", {"BOOKED"})


def test_a_rollouts_offer_has_ends_of_its_own(world):
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)

    waking.lapse_unapproved(last(world) + DAY)

    with tenancy.transaction(world.customer):
        assert {row.state for row in Booking.objects.all()} == {"HELD"}
