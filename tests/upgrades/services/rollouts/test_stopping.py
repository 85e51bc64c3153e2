"""Stop the line, and lift it."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.errors import NotNow
from portal.models import Message, PlatformEvent
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from tests.upgrades.services.rollouts.conftest import each, now, states
from upgrades.models import Booking, UpgradeJob
from upgrades.services import following, jobs
from upgrades.services.rollouts import lettering, stopping, sweeping

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def customer(db):
    return factories.a_customer()


@pytest.fixture
def approver(customer):
    return factories.a_member(customer, "APPROVER")


@pytest.fixture
def three(opened, customer, approver, manager):
    """A rollout with one site upgrading, one booked and one offered; all of one customer."""
    for _ in range(3):
        rolled.a_ready_site(customer)
    rollout = opened()
    sweeping.turn(NOON)
    running, booked, _offered = each(rollout)
    with tenancy.transaction(customer):
        for row in (running, booked):
            jobs.approve(job_of(row), by=approver, at=NOON)
        following.begin(job_of(running), by=None, at=NOON)
    assert states(rollout) == ["UPGRADING", "BOOKED", "ALERTED"]
    return rollout


def job_of(row):
    return UpgradeJob.objects.with_site().get(pk=row.job_id)


def stopped(rollout, manager, at=NOON):
    stopping.stop(rollout, reason="Clocks go wrong", by=manager, at=at)
    sweeping.turn(at)


def told(rollout):
    """State of the job, whether its pause is asked, states of its bookings: site by site."""
    return [
        (job_of(row).state, bool(job_of(row).pause_asked_at),
         list(Booking.objects.filter(job=row.job).values_list("state", flat=True)))
        for row in each(rollout)
    ]  # fmt: skip


def test_running_jobs_rest_at_their_safe_point_and_bookings_are_held(three, manager):
    assert stopping.hits(three) == stopping.Stops(offered=1, booked=1, running=1, customers=1)

    stopped(three, manager)

    assert told(three) == [
        ("PAUSED", False, ["HELD"]), ("SCHEDULED", False, ["HELD"]), ("PROPOSED", False, ["HELD"]),
    ]  # fmt: skip
    assert states(three) == ["UPGRADING", "BOOKED", "ALERTED"]
    assert sweeping.turn(NOON) == 0  # doubled, it changes nothing


def test_lifted_while_its_nights_lie_ahead_each_site_has_them_again(three, manager):
    before = [row.job.bookings.get().slot for row in each(three)]
    stopped(three, manager)

    stopping.lift(three, by=manager, at=NOON + HOUR)
    assert sweeping.turn(NOON + HOUR) == 3

    assert told(three) == [
        ("RUNNING", False, ["BOOKED"]), ("SCHEDULED", False, ["BOOKED"]),
        ("PROPOSED", False, ["HELD"]),
    ]  # fmt: skip
    assert [row.job.bookings.get().slot for row in each(three)] == before
    assert sweeping.turn(NOON + HOUR) == 0


def test_lifted_late_the_next_nights_take_their_place_and_deadlines_move(three, manager):
    """The nights are over. Inside what was approved nobody is asked."""
    before = [row.job.bookings.get().starts_at for row in each(three)]
    answer_by = [row.answer_by for row in each(three)]
    late = min(before) + 2 * DAY - 5 * HOUR
    stopped(three, manager, at=late - 4 * DAY)

    stopping.lift(three, by=manager, at=late)
    sweeping.turn(late)

    assert now(three).stopped_days == 4
    assert {row.last_possible_on for row in each(three)} == {rolled.LAST + 4 * DAY}
    after = [row.job.bookings.get().starts_at for row in each(three)]
    assert all(start >= late + HOUR for start in after)
    assert [start.time() for start in after] == [start.time() for start in before]
    assert states(three) == ["UPGRADING", "BOOKED", "ALERTED"]
    assert [row.answer_by - was for row, was in zip(each(three), answer_by, strict=True)][2] == (
        4 * DAY
    )


def test_beyond_what_was_approved_the_customer_is_asked_again(three, manager):
    stopped(three, manager)
    late = NOON + 50 * DAY

    stopping.lift(three, by=manager, at=late)
    sweeping.turn(late)

    [running, booked, _offered] = each(three)
    assert (booked.state, job_of_now(booked).state) == ("ALERTED", "PROPOSED")
    assert (running.state, job_of_now(running).state) == ("UPGRADING", "PAUSED")
    assert running.reason  # the customer's approver moves a job that is under way
    assert running.held_at is not None


def job_of_now(row):
    with tenancy.transaction(row.customer_id):
        return job_of(row)


def test_a_job_that_a_person_had_paused_stays_so(three, manager, customer, approver):
    [running, *_others] = each(three)
    with tenancy.transaction(customer):
        job = job_of(running)
        job.pause()
        job.save()
    stopped(three, manager)

    stopping.lift(three, by=manager, at=NOON + HOUR)
    sweeping.turn(NOON + HOUR)

    assert job_of_now(running).state == "PAUSED"


def test_letters_are_drafted_shown_and_go_once_when_they_are_sent(three, manager, customer):
    seen = stopping.drafted(three, reason="Clocks go wrong")
    assert [each.language for each in seen] == ["en", "fr", "tr"]
    assert all("Clocks go wrong" in each.text and "12.2.0" in each.text for each in seen)

    def letters(kind):
        with tenancy.transaction(customer):
            return Message.objects.filter(kind=kind).count()

    stopped(three, manager)
    assert letters("line_stopped") == 0
    stopping.tell(three, by=manager, at=NOON + HOUR)
    sweeping.turn(NOON + HOUR)
    written = letters("line_stopped")
    assert written == 6  # three sites; the requester, and the approver
    sweeping.turn(NOON + 2 * HOUR)
    assert letters("line_stopped") == written
    stopping.lift(three, by=manager, at=NOON + 3 * HOUR)
    sweeping.turn(NOON + 3 * HOUR)
    assert letters("line_lifted") == written


def test_letters_are_written_anew_before_they_go_and_the_trail_keeps_them(
    three, manager, customer, approver
):  # fmt: skip
    stopped(three, manager)
    found = now(three)
    seen, given = lettering.digest(found), lettering.words(found)
    approver.language = "fr"
    approver.save()
    given["fr"] = {"subject": "Arrêt\nde précaution", "text": "les horloges.\n\nNous appelons.\0"}

    lettering.write(found, given, seen=seen, by=manager, at=NOON)
    with pytest.raises(NotNow):  # whoever saw the old ones
        lettering.write(found, given, seen=seen, by=manager, at=NOON)
    bad = given | {"en": {"subject": " ", "text": ""}}
    with pytest.raises(lettering.BadLetter):
        lettering.write(found, bad, seen=lettering.digest(now(three)), by=manager, at=NOON)
    drafted = {each.language: each for each in stopping.drafted(now(three))}
    assert drafted["fr"].subject == "Arrêt de précaution"
    assert "Nous appelons." in drafted["fr"].text
    stopping.tell(three, by=manager, at=NOON + HOUR)
    sweeping.turn(NOON + HOUR)

    with tenancy.transaction(customer):
        rows = Message.objects.filter(kind="line_stopped")
        french = rows.filter(language="fr").first()
        english = rows.filter(language="en").first()
    assert (french.subject, english.subject) == (
        "Arrêt de précaution", "Autumn is stopped for now",
    )  # fmt: skip
    assert "les horloges.\n\nNous appelons.\n" in french.body_text
    assert "les horloges.<br>" in french.body_html
    kept = PlatformEvent.objects.using("staff").get(name="rollout.letters_written").data["letters"]
    assert list(kept) == ["fr"]
    with pytest.raises(NotNow):
        lettering.write(found, given, seen=lettering.digest(now(three)), by=manager, at=NOON)
    stopping.lift(three, by=manager, at=NOON + 2 * HOUR)
    stopped(three, manager)
    assert now(three).letters == {}


def test_nobody_is_written_to_of_a_lift_who_was_not_told_of_the_stop(three, manager, customer):
    stopped(three, manager)
    stopping.lift(three, by=manager, at=NOON + HOUR)
    sweeping.turn(NOON + HOUR)

    with tenancy.transaction(customer):
        assert not Message.objects.filter(kind__startswith="line_").exists()


def test_stopped_by_one_customer_at_a_time_the_rest_is_held_by_the_next_pass(
    opened, manager
):  # fmt: skip
    for _ in range(3):
        rolled.a_ready_site()
    rollout = opened()
    sweeping.turn(NOON)
    stopping.stop(rollout, reason="Clocks", by=manager, at=NOON)

    sweeping.turn(NOON, most=2)
    assert [row.held_at is not None for row in each(rollout)] == [True, True, False]
    sweeping.turn(NOON, most=2)
    assert all(row.held_at == NOON for row in each(rollout))
