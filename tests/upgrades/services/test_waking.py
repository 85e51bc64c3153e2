"""What time brings: a job begins early enough for its own preparation, and every window is told."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import Message
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, UpgradeJob
from upgrades.services import demo_clock, runs, unwritten, waking

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def state(world):
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.get().state


@pytest.mark.parametrize(
    ("procedure", "ahead"),
    [("single", 12 * HOUR), ("single-without-waits", 25 * HOUR + 20 * MINUTE)],
)
def test_a_job_begins_as_long_before_its_window_as_its_preparation_may_take(
    world, procedure, ahead
):  # fmt: skip
    job = approved(world, target="12.2.0", procedure=procedure)
    with tenancy.transaction(world.customer):
        Booking.objects.update(  # days ahead, so that nothing of it is due
            slot=(NOON + 4 * 24 * HOUR, NOON + 4 * 24 * HOUR + 6 * HOUR)
        )
        begins = runs.begins_at(UpgradeJob.objects.get(pk=job.pk))
    assert begins == NOON + 4 * 24 * HOUR - ahead

    assert demo_clock.next_event(NOON)[2] == begins
    waking.look_after_jobs(begins - MINUTE)
    assert state(world) == "SCHEDULED"
    waking.look_after_jobs(begins)
    assert state(world) == "RUNNING"


def test_submitted_it_leaves_its_preparation_room_and_approved_late_it_says_so(world, noon):
    job = approved(world, procedure="single-without-waits")

    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=job.pk)
        first = job.bookings.earliest("slot").starts_at
        latest = first - timedelta(minutes=job.prepares_worst)
        assert latest >= NOON
        assert not runs.is_short(job, latest)
        assert runs.is_short(job, latest + MINUTE)


@pytest.fixture
def running(world, noon):
    """Under way; its second window begins a day after the first."""
    job = approved(world)
    with tenancy.transaction(world.customer):
        runs.start(UpgradeJob.objects.with_site().get(pk=job.pk), by=world.agent, at=NOON)
        Message.objects.all().delete()
        return Booking.objects.get(window=2)


def told(world, booking):
    with tenancy.transaction(world.customer):
        keys = Message.objects.filter(kind="upgrade_before").values_list("dedupe_key", flat=True)
        found = [key.rsplit(":", 2) for key in keys if f":{booking.uid}:" in key]
        return sorted({rung for _start, rung, _person in found})


def test_the_later_windows_of_a_running_job_are_told_a_day_and_an_hour_before(world, running):
    begins = running.starts_at
    waking.look_after_jobs(begins - 24 * HOUR - MINUTE)
    assert told(world, running) == []

    waking.look_after_jobs(begins - 24 * HOUR)
    assert told(world, running) == ["24h"]
    waking.look_after_jobs(begins - HOUR)
    waking.look_after_jobs(begins - MINUTE)

    assert told(world, running) == ["1h", "24h"]


def test_one_that_goes_on_where_another_ends_was_told_with_that_one(world, running):
    with tenancy.transaction(world.customer):
        first = Booking.objects.get(window=1)
        first.slot = (running.starts_at - 2 * HOUR, running.starts_at)
        first.save()

    waking.look_after_jobs(running.starts_at - HOUR)

    assert told(world, running) == []


def test_an_hours_notice_of_a_later_window_that_nobody_wrote_alarms(world, running):
    due = running.starts_at - HOUR
    waking.look_after_jobs(due - MINUTE)  # the day's notice
    late = due + timedelta(minutes=30)

    assert due in [each.since for each in unwritten.of(late)]
    waking.look_after_jobs(late)
    assert due not in [each.since for each in unwritten.of(late)]
