"""A window that was missed begins nothing, and is booked again."""

from datetime import timedelta

from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.test_faults import A, job_now, step_of, turn
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, JobStep
from upgrades.services import (
    bookings,
    rebooking,
    steps,
)


def test_a_job_whose_night_has_passed_is_missed_and_not_begun_late(world, answering):
    job = approved(world)

    turn(NOON + timedelta(days=2))

    assert job_now(world, job).state == "MISSED"
    assert answering.truth(A)["product"] == "12.1"


def missed_by_preparation(world, answering):
    """The first window went by while the site could not be made ready; then it has another time."""
    job = approved(world, target="12.2.0")
    answering.faults(A, offline=True)
    turn(NOON)
    late = NOON + timedelta(hours=15)
    answering.faults(A)
    for _ in range(12):
        answering.clock(anchor_virtual=late.timestamp())
        turn(late)
        for step in operator.asking(world, job):
            with clock.at(late):
                operator.act(world, step, answering)
        late += timedelta(seconds=40)
        with tenancy.transaction(world.customer):
            for held in JobStep.objects.filter(job=job, state="HELD").select_related("job__site"):
                steps.retry(held, by=world.agent, at=late)

    with tenancy.transaction(world.customer):
        booking = Booking.objects.select_related("job__site", "site").get(job=job, window=1)
        assert booking.state == "MISSED", list(
            JobStep.objects.filter(job=job).in_order().values_list("action", "state", "reason")
        )[:8]
        waiting = JobStep.objects.get(job=job, state="WAITING")
        assert waiting.window == 1
        assert waiting.reason
    with clock.at(late), tenancy.transaction(world.customer):
        start = bookings.openings(booking, at=late)[0].start
        rebooking.move(booking, start, by=world.approver, at=late)
    with tenancy.transaction(world.customer):
        again = JobStep.objects.get(pk=waiting.pk)
        assert (again.state, again.next_at) == ("READY", start), "asked as at a beginning"
    return job, start


def test_a_window_missed_by_preparation_is_booked_again_and_the_job_goes_on(world, answering):
    job, start = missed_by_preparation(world, answering)

    answering.clock(anchor_virtual=start.timestamp())
    turn(start + timedelta(seconds=1))
    turn(start + timedelta(seconds=3))
    assert step_of(world, job, "back_up").state == "DONE"


def test_a_window_that_was_booked_again_and_is_too_late_again_begins_nothing(world, answering):
    job, start = missed_by_preparation(world, answering)

    too_late = start + timedelta(hours=9)
    answering.clock(anchor_virtual=too_late.timestamp())
    turn(too_late)
    turn(too_late + timedelta(seconds=3))

    with tenancy.transaction(world.customer):
        assert Booking.objects.get(job=job, window=1).state == "MISSED"
        assert not JobStep.objects.filter(job=job, window=1, state="DONE").exists()
