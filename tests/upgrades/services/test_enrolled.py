"""An enrolment follows its job, whoever moves the job."""

from datetime import timedelta

import pytest
from django_fsm import TransitionNotAllowed

from appliances.models import Appliance
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from upgrades.models import Booking, Enrolment, UpgradeJob
from upgrades.services import enrolled, enrolments, following, jobs, pathmoves, runs
from upgrades.services.rollouts import standings

DAY = timedelta(days=1)


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER")


@pytest.fixture
def rollout(manager):
    return rolled.a_rollout(rolled.a_release(), manager)


@pytest.fixture
def customer(db):
    return factories.a_customer()


@pytest.fixture
def approver(customer):
    return factories.a_member(customer, "APPROVER")


@pytest.fixture
def offer(customer, rollout):
    site = rolled.a_ready_site(customer)
    with tenancy.transaction(customer):
        return rolled.offered(site, rollout)


def job_of(enrolment):
    return UpgradeJob.objects.with_site().get(pk=enrolment.job_id)


def state(enrolment):
    return rolled.again(enrolment).state


def stand(rollout):
    """As if somebody had moved the rollout meanwhile."""
    rollout.stop(reason="Clocks", at=NOON)
    rollout.save()


def test_approved_begun_and_done(customer, approver, offer):
    with tenancy.transaction(customer):
        job = job_of(offer)
        jobs.approve(job, by=approver, at=NOON)
        assert state(offer) == "BOOKED"
        following.begin(job, by=None, at=NOON)
        assert state(offer) == "UPGRADING"
        Appliance.objects.update(product_version="12.2.0")
        enrolled.ended(job, at=NOON)
        assert state(offer) == "UPGRADED"

    assert rolled.moves(customer) == ["booked", "begun", "completed"]


def test_a_job_that_ends_below_the_release_has_failed_and_is_tried_again(
    customer, approver, offer, manager
):
    with tenancy.transaction(customer):
        job = job_of(offer)
        jobs.approve(job, by=approver, at=NOON)
        following.begin(job, by=None, at=NOON)
        enrolled.ended(job, at=NOON)
        assert state(offer) == "FAILED"

        tried = enrolments.retry(rolled.again(offer), by=manager, at=NOON)
        assert (tried.state, tried.job_id, tried.reason) == ("READY", None, "")


def test_a_job_given_up_half_way_fails_it(customer, approver, offer):
    with tenancy.transaction(customer):
        job = job_of(offer)
        jobs.approve(job, by=approver, at=NOON)
        following.begin(job, by=None, at=NOON)
        runs.halt(job, by=approver, reason="Smoke", at=NOON)
        runs.abandon(job, by=approver, reason="Burnt", at=NOON)

        assert (state(offer), rolled.again(offer).reason) == ("FAILED", "Burnt")


@pytest.mark.parametrize("how", [jobs.reject, jobs.cancel])
def test_rejecting_or_cancelling_the_job_declines_the_offer(customer, approver, offer, how):
    with tenancy.transaction(customer):
        how(job_of(offer), by=approver, reason="Staff on leave", at=NOON)

        found = rolled.again(offer)
        assert (found.state, found.reason) == ("DECLINED", "Staff on leave")
        assert not Booking.objects.filter(job=offer.job, state__in=["HELD", "BOOKED"]).exists()


def test_an_approval_that_became_void_leaves_it_out_with_the_reason(customer, approver, offer):
    with tenancy.transaction(customer):
        jobs.approve(job_of(offer), by=approver, at=NOON)
        jobs.revise(job_of(offer), by=None, reason="Withdrawn: Product 12.2.0.", at=NOON)

        found = rolled.again(offer)
        assert (found.state, found.code) == ("EXCLUDED", "approval-void")
        assert found.reason == "Withdrawn: Product 12.2.0."


def test_a_move_out_of_what_was_approved_is_answered_again(customer, approver, offer, manager):
    with tenancy.transaction(customer):
        jobs.approve(job_of(offer), by=approver, at=NOON)
        first = offer.job.bookings.get().starts_at
        pathmoves.move(job_of(offer), first + DAY, by=manager, at=NOON)
        assert state(offer) == "BOOKED"

        pathmoves.move(job_of(offer), first + 20 * DAY, by=manager, at=NOON)

        assert (state(offer), job_of(offer).state) == ("ALERTED", "PROPOSED")
        jobs.approve(job_of(offer), by=approver, at=NOON)
        assert state(offer) == "BOOKED"
    assert rolled.moves(customer) == ["booked", "moved", "unbooked", "booked"]


def test_while_the_line_stands_nothing_is_booked_or_begun(customer, approver, offer, rollout):
    with tenancy.transaction(customer):
        stand(rollout)
        with pytest.raises(enrolled.LineStopped):
            jobs.approve(job_of(offer), by=approver, at=NOON)
        rollout.lift(at=NOON)
        rollout.save()
        jobs.approve(job_of(offer), by=approver, at=NOON)
        stand(rollout)

        first = offer.job.bookings.get().starts_at
        runs.start_if_due(job_of(offer), first)
        assert job_of(offer).state == "SCHEDULED"
        with pytest.raises(enrolled.LineStopped):
            runs.start(job_of(offer), by=approver, at=first)


def test_the_customer_takes_another_night_and_that_is_the_approval(customer, approver, offer):
    with tenancy.transaction(customer):
        first = offer.job.bookings.get().starts_at
        enrolments.take(rolled.again(offer), first + 3 * DAY, by=approver, at=NOON)

        assert (state(offer), job_of(offer).state) == ("BOOKED", "SCHEDULED")
        assert job_of(offer).bookings.get().starts_at == first + 3 * DAY


def test_an_operator_takes_a_night_and_the_approver_still_approves(customer, approver, offer):
    operator = factories.a_member(customer, "OPERATOR")
    with tenancy.transaction(customer):
        first = offer.job.bookings.get().starts_at
        enrolments.take(rolled.again(offer), first + 3 * DAY, by=operator, at=NOON)

        assert (state(offer), job_of(offer).state) == ("ALERTED", "PROPOSED")


def test_declined_and_reopened_it_has_nights_again(customer, approver, offer, manager):
    with tenancy.transaction(customer):
        enrolments.decline(rolled.again(offer), reason="Not now", by=approver, at=NOON)
        assert job_of(offer).state == "CANCELLED"

        enrolments.reopen(rolled.again(offer), by=manager, at=NOON)

        found = rolled.again(offer)
        assert (found.state, job_of(found).state) == ("ALERTED", "PROPOSED")
        assert found.job_id != offer.job_id


def test_one_that_upgrades_is_never_left_out(customer, approver, offer, manager):
    with tenancy.transaction(customer):
        jobs.approve(job_of(offer), by=approver, at=NOON)
        following.begin(job_of(offer), by=None, at=NOON)
        with pytest.raises(TransitionNotAllowed):
            enrolments.exclude(rolled.again(offer), reason="No", by=manager, at=NOON)


def test_one_that_failed_is_left_out_with_a_reason_and_its_failure_counts_no_more(
    customer, approver, offer, manager
):  # fmt: skip
    with tenancy.transaction(customer):
        jobs.approve(job_of(offer), by=approver, at=NOON)
        following.begin(job_of(offer), by=None, at=NOON)
        failed = rolled.again(offer)
        failed.fail(reason="Given up")
        failed.save()
    assert standings.failures(failed.rollout) == {failed.wave_id: 1}
    with tenancy.transaction(customer):
        enrolments.exclude(rolled.again(offer), reason="They buy new", by=manager, at=NOON)

    found = Enrolment.across.get(pk=offer.pk)
    assert (found.state, found.code, found.reason) == ("EXCLUDED", "by-hand", "They buy new")
    assert rolled.moves(customer)[-1] == "excluded"
    assert standings.failures(found.rollout) == {}
