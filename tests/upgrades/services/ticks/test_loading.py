"""What keeps a claimed step from being acted on: asked before every call, without one."""

import time
from datetime import timedelta
from types import SimpleNamespace

import pytest

from appliances.services import waivers
from portal import clock, tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services.booked import ONE_HOP, a_job, a_site, a_window, booked
from upgrades.models import JobStep
from upgrades.services import testing
from upgrades.services.ticks import loading
from upgrades.services.ticks.claims import Claim
from upgrades.services.ticks.outcomes import Lost, Missed, Proven, Trouble
from upgrades.services.ticks.work import Work

MINUTE = timedelta(minutes=1)


@pytest.fixture
def customer(db):
    customer = factories.a_customer()
    with tenancy.transaction(customer):
        yield customer


@pytest.fixture
def booking(customer):
    """The one window of a job: on Saturday, four hours, of which the worst case takes 3 h 40."""
    site, person = a_site(), factories.a_person()
    a_window(site)
    [booking] = booked(a_job(site, person, ONE_HOP), person, ONE_HOP)
    return booking


def steps(booking):
    return list(JobStep.objects.filter(job=booking.job, window=1).order_by("seq"))


def work(booking, step, at, *, was="READY", times=1, booked=True):
    claim = Claim(
        step.customer_id, step.pk, step.token, was, times, lock=1, locked=True,
        began=time.monotonic(),
    )  # fmt: skip
    found = Work(claim, step, booking.job, booking.site, None, None, at)
    found.booking = booking if booked else None
    return found


def over(step):
    """Done, by its transitions."""
    step.ready(at=NOON)
    step.claim()
    step.verify()
    step.prove(at=NOON)
    step.save()


def test_a_window_begins_as_long_as_its_worst_case_fits_to_the_minute(booking):
    first = steps(booking)[0]
    latest = booking.ends_at - timedelta(minutes=booking.worst_minutes) + loading.GRACE

    assert loading.obstacle(work(booking, first, latest)) is None
    late = loading.obstacle(work(booking, first, latest + MINUTE))
    assert isinstance(late, Missed)
    assert late.reason == loading.TOO_LATE


def test_once_begun_a_window_is_finished_however_late_it_is(booking):
    first, second, *_rest = steps(booking)
    over(first)

    assert loading.obstacle(work(booking, second, booking.ends_at)) is None
    assert loading.obstacle(work(booking, second, NOON, booked=False)) is None


def test_a_window_that_was_begun_on_paper_is_not_too_late_for_the_portals_own_step(booking):
    first = steps(booking)[0]
    booking.begin()
    booking.save()

    assert loading.obstacle(work(booking, first, booking.ends_at)) is None


def test_without_a_booking_or_with_one_that_was_missed_nothing_begins(booking):
    first = steps(booking)[0]
    none = loading.obstacle(work(booking, first, NOON, booked=False))
    booking.miss()
    missed = loading.obstacle(work(booking, first, booking.starts_at))

    assert [type(none), type(missed)] == [Missed, Missed]
    assert none.reason == missed.reason == loading.NO_BOOKING


def test_three_claims_without_a_new_fact_are_enough(booking):
    first = steps(booking)[0]

    assert loading.obstacle(work(booking, first, booking.starts_at, times=3)) is None
    poison = loading.obstacle(work(booking, first, booking.starts_at, times=4))
    assert isinstance(poison, Trouble)
    assert poison.reason == loading.POISON


def test_under_a_hold_nothing_changes_and_what_only_reads_goes_on(booking):
    told = {}
    for step in JobStep.objects.filter(job=booking.job):
        one = work(booking, step, booking.starts_at)
        one.on_hold = True
        told[step.action] = loading.obstacle(one)

    held = {action for action, found in told.items() if found == Trouble(loading.UNDER_HOLD)}
    assert held == {"install_base", "install_product", "regenerate_installers"}
    assert {found for action, found in told.items() if action not in held} == {None}


def test_what_the_records_answer_is_proven_without_a_person(booking):
    """G-PREP-11: the release waived on its test site."""
    site, approver = booking.site, factories.a_person()
    step = JobStep.objects.get(job=booking.job, action="test_elsewhere")
    with clock.at(NOON):
        testing.mark(a_site(), test_of=site, by=approver)
        assert loading.obstacle(work(booking, step, NOON)) is None

        waivers.give(site, "TESTED", reason="The lab is away.", by=approver, at=NOON,
                     expires_at=NOON + timedelta(days=5))  # fmt: skip
        found = loading.obstacle(work(booking, step, NOON))

    assert isinstance(found, Proven)
    assert found.evidence["waived_reason"] == "The lab is away."


def test_a_step_whose_worker_died_is_asked_for_as_sent_only_if_it_was_meant_to_be(booking):
    first = steps(booking)[0]
    silent = work(booking, first, booking.starts_at, was="CLAIMED")
    sent = work(booking, first, booking.starts_at, was="CLAIMED")
    sent.attempt = SimpleNamespace()

    assert [loading.obstacle(one) for one in (silent, sent)] == [Lost(sent=False), Lost(sent=True)]


def test_what_is_watched_goes_on_after_its_window_until_three_workers_died_at_it(booking):
    first = steps(booking)[0]

    assert loading.obstacle(work(booking, first, booking.ends_at, was="WATCHING", times=2)) is None
    poison = loading.obstacle(work(booking, first, booking.ends_at, was="WATCHING", times=3))
    assert poison == Trouble(loading.POISON)
