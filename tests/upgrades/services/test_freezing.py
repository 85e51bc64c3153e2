"""Freezes by hand: set, lifted, overridden; and what the runner makes of one set after booking."""

from datetime import datetime, timedelta

import pytest

from portal import clock, tenancy
from portal.errors import NotNow, Refused
from portal.models import AuditEvent, PlatformEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.test_faults import turn
from tests.upgrades.services.test_story import approved
from upgrades.models import Booking, Freeze, FreezeOverride, JobStep, PlatformFreeze, UpgradeJob
from upgrades.reports import runbook
from upgrades.services import freezes, freezing, runs
from upgrades.services.ticks import loading


def local(text: str) -> datetime:
    return datetime.fromisoformat(text)


def freeze(world, begin="2026-11-01T00:00", end="2026-12-31T00:00", **values):
    with tenancy.transaction(world.customer):
        given = {"title": "Year’s end", "by": world.approver, "at": NOON}
        return freezing.add(begin=local(begin), end=local(end), **(given | values))


def bookings(world):
    return list(Booking.objects.select_related("site", "job__target").order_by("window"))


def test_a_freeze_is_kept_in_the_words_it_was_said_in_and_audited(world):
    made = freeze(world, title=" Year’s\r\n end ", site=world.site)

    with tenancy.transaction(world.customer):
        row = Freeze.objects.get()
        event = AuditEvent.objects.get(name="freeze.added")
    assert (row.title, row.local_begin, row.site_id) == (
        "Year’s end", "2026-11-01T00:00", world.site.pk,
    )  # fmt: skip
    assert event.subject_id == made.pk
    assert event.actor_id == world.approver.pk


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"begin": "1901-01-01T00:00"}, "begin"),
        ({"begin": "2026-11-01T00:00+01:00"}, "begin"),
        ({"end": "2026-11-01T00:00"}, "end"),
        ({"end": "2028-01-01T00:00"}, "end"),
        ({"begin": "2026-11-20T00:00", "end": "2026-11-22T00:00"}, "end"),
    ],
)
def test_what_cannot_be_a_freeze_is_refused_by_its_field(world, values, field):
    with pytest.raises(freezing.BadFreeze) as refusal:
        freeze(world, **values)

    assert list(refusal.value.fields) == [field]
    with tenancy.transaction(world.customer):
        assert not Freeze.objects.exists()


def test_one_for_all_or_a_release_is_the_platforms_and_in_its_own_chain(world):
    agent, release = world.agent, world.packages["14.1.1"]
    made = freezing.add_for_all(
        title="A bad build", begin=local("2026-12-01"), end=local("2026-12-02"), release=release,
        by=agent, at=NOON,
    )  # fmt: skip

    with tenancy.transaction(world.customer):
        found = freezes.of(world.site, release, NOON, NOON + timedelta(days=30))
        assert freezes.of(world.site, None, NOON, NOON + timedelta(days=30)) == []
    assert [(one.title, one.scope) for one in found] == [("A bad build", "release")]
    freezing.lift_for_all(made, by=agent, at=NOON)
    assert not PlatformFreeze.objects.exists()
    events = PlatformEvent.objects.filter(subject_id=str(made.pk))
    assert set(events.values_list("name", flat=True)) == {"freeze.added", "freeze.lifted"}


def test_a_freeze_of_a_calendar_is_not_lifted_by_hand(world):
    made = freeze(world)
    made.calendar_id = made.pk  # as if it came from one

    with tenancy.transaction(world.customer), pytest.raises(freezing.FromElsewhere):
        freezing.lift(made, by=world.approver, at=NOON)
    made.calendar_id = None
    with tenancy.transaction(world.customer):
        freezing.lift(made, by=world.approver, at=NOON)
        assert not Freeze.objects.exists()


def test_whoever_may_answers_for_a_booking_with_a_reason(world, noon):
    job = approved(world)
    freeze(world)
    with tenancy.transaction(world.customer):
        first, *_others = bookings(world)
        with pytest.raises(Refused) as nothing:
            freezing.override(first, reason="  ", by=world.approver, at=NOON)
        assert "reason" in nothing.value.fields
        freezing.override(first, reason="The branch is closed", by=world.approver, at=NOON)
        assert freezes.against(first) == []
    with tenancy.transaction(world.customer):
        event = AuditEvent.objects.get(name="freeze.overridden")
        said = [row["overridden"] for row in runbook.windows_of(job, bookings(world))]
        assert said[0] == ["A freeze is overridden by Jana Vesela: The branch is closed"]
        assert (event.job_id, event.data["freezes"]) == (job.pk, ["Year’s end"])
        with pytest.raises(NotNow):
            freezing.override(first, reason="again", by=world.approver, at=NOON)


def test_only_the_vendors_managers_answer_for_the_vendors_freeze(world, noon):
    approved(world)
    freezing.add_for_all(
        title="All stop", begin=local("2026-11-01"), end=local("2026-12-31"), by=world.agent,
        at=NOON,
    )  # fmt: skip
    manager = factories.staff("ROLLOUT_MANAGER")
    with tenancy.transaction(world.customer):
        first = bookings(world)[0]
        for person in (world.approver, world.agent):
            with pytest.raises(freezing.NotYours):
                freezing.override(first, reason="please", by=person, at=NOON)
        freezing.override(first, reason="agreed by telephone", by=manager, at=NOON)
        assert FreezeOverride.objects.get().by_id == manager.pk


def test_a_job_does_not_begin_inside_a_freeze_unless_somebody_answers(world, noon):
    job = approved(world)
    freeze(world)

    def start_if_due():
        with tenancy.transaction(world.customer):
            found = UpgradeJob.objects.with_site().get(pk=job.pk)
            first = bookings(world)[0]
            runs.start_if_due(found, first.starts_at - timedelta(hours=1))
            return UpgradeJob.objects.get(pk=job.pk).state

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.with_site().get(pk=job.pk)
        with pytest.raises(runs.UnderFreeze) as refusal:
            runs.start(found, by=world.operator, at=NOON)
    assert "Year’s end" in str(refusal.value)
    assert start_if_due() == "SCHEDULED"
    with tenancy.transaction(world.customer):
        freezing.override(bookings(world)[0], reason="agreed", by=world.approver, at=NOON)
    assert start_if_due() == "RUNNING"


def test_preparation_waits_too_while_a_freeze_stands(world, noon):
    """The freeze is over before the window: only what comes before it is put off."""
    job = approved(world)
    with tenancy.transaction(world.customer):
        first = bookings(world)[0]
    ends = first.starts_at - timedelta(hours=2)
    freeze(world, end=(ends + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M"))  # Istanbul: UTC+3
    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.with_site().get(pk=job.pk)
        assert freezes.against(first) == []
        assert freezes.forbid_begin(found, ends - timedelta(minutes=1))
        assert freezes.forbid_begin(found, ends + timedelta(minutes=1)) == []


def at_its_window(world, simulator):
    """Prepared, and the first window is about to open, in a freeze set after it was booked."""
    job = approved(world)
    with tenancy.transaction(world.customer):
        begins = bookings(world)[0].starts_at
    at = NOON
    for _ in range(30):
        simulator.clock(anchor_virtual=at.timestamp())
        turn(at)
        if first_of(world, job).state == "READY":
            return job, begins
        with clock.at(at):
            for step in operator.asking(world, job):
                operator.act(world, step, simulator)
        at += timedelta(seconds=5)
    raise AssertionError("the preparation does not end")


def on_the_wall(instant: datetime) -> str:
    return (instant + timedelta(hours=3)).strftime("%Y-%m-%dT%H:%M")  # Istanbul: UTC+3


def first_of(world, job):
    with tenancy.transaction(world.customer):
        return JobStep.objects.filter(job=job, window=1).in_order().first()


def test_a_window_waits_for_the_end_of_a_freeze_set_after_it_was_booked(world, answering):
    job, begins = at_its_window(world, answering)
    freeze(world, begin=on_the_wall(begins), end=on_the_wall(begins + timedelta(minutes=4)))

    turn(begins + timedelta(seconds=1))
    waiting = first_of(world, job)
    assert (waiting.state, waiting.reason) == ("READY", loading.FROZEN)
    turn(begins + timedelta(minutes=5))
    assert first_of(world, job).state != "READY"


def test_a_window_that_cannot_wait_for_the_end_is_missed(world, answering):
    job, begins = at_its_window(world, answering)
    freeze(world, begin=on_the_wall(begins))

    turn(begins + timedelta(seconds=1))

    step = first_of(world, job)
    assert (step.state, step.reason) == ("WAITING", loading.FROZEN_TOO_LONG)
    with tenancy.transaction(world.customer):
        assert "MISSED" in {row.state for row in bookings(world)}
