"""What a moved window does to the approval (system.md §3, Booking)."""

import threading

import pytest
from django.db import connections

from portal import tenancy
from portal.errors import NotNow
from portal.models import AuditEvent, Message
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import utc
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, UpgradeJob
from upgrades.models.job import OutsideApproval, SelfApproval
from upgrades.services import jobs, rebooking, runs
from upgrades.services.invitations import calendar_invitation

FAR = utc("2026-12-20 19:00")  # past the approved dates
NEAR = utc("2026-11-27 19:00")  # inside them


def moved(world, job, start, by, window=2):
    with tenancy.transaction(world.customer):
        booking = Booking.objects.get(job_id=job.pk, window=window)
        return rebooking.move(booking, start, by=by, at=NOON)


def again(world, job):
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.get(pk=job.pk)


def approve(world, job, by, digest=""):
    with tenancy.transaction(world.customer):
        jobs.approve(UpgradeJob.objects.get(pk=job.pk), by=by, at=NOON, digest=digest)


def kinds(world, person):
    with tenancy.transaction(world.customer):
        found = Message.objects.filter(recipient=person).order_by("written_at", "kind")
        return list(found.values_list("kind", flat=True))


def test_inside_the_approved_dates_the_approval_stays_whoever_moves(world, noon):
    job = approved(world)

    booking = moved(world, job, NEAR, world.operator)

    found = again(world, job)
    assert (found.state, found.approved_by_id) == ("SCHEDULED", world.approver.pk)
    assert found.plan["digest"] == job.plan["digest"]
    assert booking.revision == 1
    assert "window_moved" in kinds(world, world.approver)


def test_the_customers_approver_keeps_it_at_any_date(world, noon):
    job = approved(world)

    moved(world, job, FAR, world.approver)

    assert again(world, job).state == "SCHEDULED"


@pytest.mark.parametrize("who", ["operator", "agent"])
def test_any_other_move_returns_it_to_be_approved_with_what_changed(world, noon, who):
    job = approved(world)
    by = getattr(world, who)

    booking = moved(world, job, FAR, by)

    found = again(world, job)
    assert (found.state, found.approved_by, found.approved_at) == ("PROPOSED", None, None)
    assert [(move["window"], move["now"]) for move in found.moves] == [(2, FAR)]
    assert found.plan["digest"] != job.plan["digest"]
    assert str(found.not_after) == "2026-12-27"
    assert (booking.state, booking.revision) == ("BOOKED", 1)
    assert kinds(world, world.approver).count("upgrade_proposed") == 2
    with tenancy.transaction(world.customer):
        told = Message.objects.get(body_text__contains="Moved since it was approved")
        assert (told.kind, told.recipient_id) == ("upgrade_proposed", world.approver.pk)
        fact = AuditEvent.objects.get(job_id=job.pk, name="job.proposed_again")
        assert fact.data["approved_by"] == "Jana Vesela"


def test_whoever_moved_it_is_not_the_one_to_approve_it(world, noon):
    job = approved(world)
    moved(world, job, FAR, world.agent)
    colleague = factories.staff(name="Noor Haddad")
    moved(world, job, utc("2026-12-21 19:00"), colleague)

    for mover in (world.agent, colleague):
        with pytest.raises(SelfApproval):
            approve(world, job, mover)
    approve(world, job, world.approver)

    found = again(world, job)
    assert (found.state, found.moves) == ("SCHEDULED", [])
    with tenancy.transaction(world.customer):
        assert {booking.state for booking in found.bookings.all()} == {"BOOKED"}


def test_a_requester_who_may_approve_does_not_approve_himself_by_moving(world, noon):
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.approver, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.approver, at=NOON)
    approve(world, job, world.agent)

    moved(world, job, FAR, world.approver)

    assert again(world, job).state == "PROPOSED"
    with pytest.raises(SelfApproval):
        approve(world, job, world.approver)


def test_what_was_seen_before_the_move_is_not_approved(world, noon):
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
    seen = job.plan["digest"]
    booking = moved(world, job, FAR, world.operator)

    with pytest.raises(OutsideApproval):
        approve(world, job, world.approver, seen)
    approve(world, job, world.approver, again(world, job).plan["digest"])

    assert booking.revision == 1
    assert again(world, job).state == "SCHEDULED"


def test_an_approval_that_meets_a_move_waits_and_sees_it(world, noon):
    job = approved(world)
    moved(world, job, FAR, world.operator)
    seen = again(world, job).plan["digest"]
    refusals = []

    def approving():
        try:
            approve(world, job, world.approver, seen)
        except OutsideApproval as refusal:
            refusals.append(refusal.code)
        finally:
            connections.close_all()

    with tenancy.transaction(world.customer):
        booking = Booking.objects.get(job_id=job.pk, window=2)
        rebooking.move(booking, utc("2026-12-22 19:00"), by=world.operator, at=NOON)
        other = threading.Thread(target=approving)
        other.start()
        other.join(0.3)
        assert other.is_alive()
    other.join(30)

    assert refusals == ["outside-approval"]
    assert again(world, job).state == "PROPOSED"


def test_a_missed_job_moved_past_its_dates_is_approved_again_when_every_window_has_a_time(
    world, noon
):
    job = approved(world)
    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        for booking in found.bookings.all():
            booking.miss()
            booking.save()
        found.miss()
        found.save()

    moved(world, job, FAR, world.operator)
    assert again(world, job).state == "PROPOSED"
    with pytest.raises(NotNow):
        approve(world, job, world.approver)
    moved(world, job, NEAR, world.operator, window=1)
    approve(world, job, world.approver)

    assert again(world, job).state == "SCHEDULED"


def test_a_job_under_way_is_not_approved_again_so_such_a_move_is_refused(world, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        runs.start(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=NOON)

    with pytest.raises(OutsideApproval):
        moved(world, job, FAR, world.operator)
    moved(world, job, FAR, world.approver)

    assert again(world, job).state == "RUNNING"


def test_the_calendar_entry_keeps_its_uid_counts_up_and_is_not_certain_meanwhile(world, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        before = Booking.objects.select_related("job__target", "site").get(job=job, window=2)
        said = calendar_invitation(before, method="REQUEST", at=NOON).decode()
        assert "SEQUENCE:0" in said
        assert "STATUS:CONFIRMED" in said

    moved(world, job, FAR, world.operator)

    with tenancy.transaction(world.customer):
        after = Booking.objects.select_related("job__target", "site").get(job=job, window=2)
        said = calendar_invitation(after, method="REQUEST", at=NOON).decode()
    assert f"UID:{before.uid}" in said
    assert "SEQUENCE:1" in said
    assert "STATUS:TENTATIVE" in said


def test_two_moves_at_once_are_two_revisions(world, noon):
    job = approved(world)
    with tenancy.transaction(world.customer):
        stale = Booking.objects.get(job_id=job.pk, window=2)
    moved(world, job, NEAR, world.approver)

    with tenancy.transaction(world.customer):
        assert rebooking.move(stale, FAR, by=world.approver, at=NOON).revision == 2
