"""The silent customer's ladder: each rung once, by its due time, whatever is late or doubled."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.models import Contact, Customer, Message
from portal.services import ledger, messages
from tests.conftest import NOON
from tests.upgrades.alerting import a_contact, a_ready, again
from upgrades.models import Booking, DecisionLink, Enrolment, PhoneCall, UpgradeJob
from upgrades.services import alerts, jobs, silence, waking

DAY = timedelta(days=1)


@pytest.fixture
def enrolment(world):
    a_contact(world, "Jana", rank=1, email=world.approver.email)
    a_contact(world, "Second", rank=2)
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        return alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)


def told(world):
    """Kind and address of every message, in the order in which they were written."""
    with tenancy.transaction(world.customer):
        rows = Message.objects.order_by("written_at", "address", "kind", "pk")
        return [(row.kind, row.address.partition("@")[0]) for row in rows]


def pass_through(enrolment, *, until=8, step=timedelta(hours=4)):
    """The sweep, every few hours, and twice each time."""
    at = NOON
    messages.send_due(at)
    while at < NOON + until * DAY:
        at += step
        silence.look_after(at)
        silence.look_after(at)
        messages.send_due(at)


def test_each_rung_is_taken_once_and_at_last_the_offer_lapses(world, enrolment):
    pass_through(enrolment)

    assert told(world) == [
        ("readiness_alert", "jana.vesela"),
        ("readiness_alert", "jana.vesela"),  # the reminder
        ("readiness_alert", "second"),
        ("customer_silent", "ines.duarte"),  # without an account manager: the rollout's maker
        ("offer_lapsed", "jana.vesela"),
        ("offer_lapsed", "second"),
    ]
    found = again(world, enrolment)
    assert (found.state, found.rung) == ("LAPSED", "rule")
    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get().state == "CANCELLED"
        assert Booking.objects.get().state == "CANCELLED"
        assert not DecisionLink.objects.filter(ended_at=None).exists()


def test_where_it_was_agreed_the_offered_nights_are_booked(world, enrolment):
    with tenancy.transaction(world.customer):
        Customer.objects.update(silent_rule="BOOK", account_manager=world.agent)
        offered = Booking.objects.get().starts_at

    pass_through(enrolment)

    assert again(world, enrolment).state == "BOOKED"
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get()
        booking = Booking.objects.get()
    assert (job.state, job.approved_by) == ("SCHEDULED", None)
    assert (booking.state, booking.starts_at) == ("BOOKED", offered)
    kinds = [kind for kind, _address in told(world)]
    assert kinds.count("booked_as_agreed") == 2


def test_an_answer_ends_the_ladder(world, enrolment):
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.with_site().get()
        alerts.jobs.approve(job, by=world.approver, at=NOON)
    before = told(world)

    pass_through(enrolment)

    assert told(world) == before


def test_after_a_standstill_rungs_keep_their_distance_and_the_deadline_waits(world, enrolment):
    late = NOON + timedelta(days=30)
    for minutes in range(5):
        silence.look_after(late + timedelta(minutes=minutes))

    found = again(world, enrolment)
    assert found.rung == "reminder"
    assert found.rung_at > late
    assert found.answer_by > late + DAY
    with tenancy.transaction(world.customer):  # the offered night is over: nothing books it
        Customer.objects.update(silent_rule="BOOK")
    at = late
    for _ in range(60):
        at += timedelta(hours=4)
        silence.look_after(at)
    assert again(world, enrolment).state == "LAPSED"


def test_nothing_is_booked_for_somebody_who_was_never_told(world, enrolment, sink):
    with tenancy.transaction(world.customer):
        Customer.objects.update(silent_rule="BOOK")
        offered = Booking.objects.get().starts_at
    sink.stop()  # for two weeks

    pass_through(enrolment, until=7.5)
    assert again(world, enrolment).state == "ALERTED"
    assert again(world, enrolment).answer_by > NOON + 7.5 * DAY
    at = NOON + 7.5 * DAY
    while at < offered + DAY:
        at += timedelta(hours=6)
        silence.look_after(at)

    assert again(world, enrolment).state == "LAPSED"
    with tenancy.transaction(world.customer):
        assert Booking.objects.get().state == "CANCELLED"


def test_a_mail_that_left_late_leaves_time_to_answer(world, enrolment, sink):
    with tenancy.transaction(world.customer):
        Customer.objects.update(silent_rule="BOOK")
        Booking.objects.update(slot=(NOON + 20 * DAY, NOON + 21 * DAY))
    for hours in range(0, 24 * 7, 6):
        silence.look_after(NOON + timedelta(hours=hours))
    left = NOON + 6.9 * DAY
    messages.send_due(left)

    at = NOON + 7 * DAY
    while at < left + 3.4 * DAY:
        silence.look_after(at)
        at += timedelta(hours=2)
    assert again(world, enrolment).state == "ALERTED"
    silence.look_after(left + 4.1 * DAY)
    assert again(world, enrolment).state == "BOOKED"


def test_a_paused_rollout_climbs_no_rung(world, enrolment):
    rollout = enrolment.rollout
    rollout.pause(reason="A bad build")
    rollout.save()

    pass_through(enrolment)

    assert told(world) == [("readiness_alert", "jana.vesela")]


def test_what_support_took_back_is_not_booked(world, enrolment):
    with tenancy.transaction(world.customer):
        Customer.objects.update(silent_rule="BOOK")
        alerts.jobs.withdraw(UpgradeJob.objects.with_site().get(), by=world.agent, at=NOON)

    pass_through(enrolment)

    assert again(world, enrolment).state == "EXCLUDED"
    assert [kind for kind, _address in told(world)] == ["readiness_alert"]


def test_a_mail_that_the_server_refuses_for_good_tells_the_next_at_once(world, enrolment, sink):
    sink.refusals[world.approver.email] = "550 No such user"
    messages.send_due(NOON)

    silence.look_after(NOON)
    silence.look_after(NOON)
    messages.send_due(NOON)

    assert sink.told == ["second@example.com"]
    with tenancy.transaction(world.customer):
        gone = Contact.objects.get(name="Jana")
        assert gone.bounced_at == NOON
        assert [call.contact_id for call in PhoneCall.objects.all()] == [gone.pk]


def test_a_mail_that_came_back_later_does_the_same(world, enrolment, sink):
    messages.send_due(NOON)
    later = NOON + timedelta(hours=1)
    with tenancy.transaction(world.customer):
        ledger.came_back(Message.objects.get(), by=world.agent, at=later)

    silence.look_after(later)
    silence.look_after(later + timedelta(hours=1))

    assert told(world) == [("readiness_alert", "jana.vesela"), ("readiness_alert", "second")]
    with tenancy.transaction(world.customer):
        assert Message.objects.get(address=world.approver.email).state == "BOUNCED"
        assert PhoneCall.objects.count() == 1


def test_everybody_bounced_is_everybody_telephoned(world, enrolment, sink):
    for address in (world.approver.email, "second@example.com"):
        sink.refusals[address] = "550 No such user"
    for hours in range(6):
        messages.send_due(NOON + timedelta(hours=hours))
        silence.look_after(NOON + timedelta(hours=hours))

    with tenancy.transaction(world.customer):
        assert PhoneCall.objects.count() == 2
    assert len(told(world)) == 2


def test_a_proposal_that_nobody_answers_is_asked_again_twice(world):
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["12.2.0"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON, earliest=NOON + 10 * DAY)
    at = NOON
    while at < NOON + 12 * DAY:
        at += timedelta(hours=6)
        waking.remind_approvers(at)
        waking.remind_approvers(at)

    assert told(world) == [("upgrade_proposed", "jana.vesela")] * 3


def test_a_readiness_alert_is_not_asked_again_as_a_proposal(world, enrolment):
    with tenancy.transaction(world.customer):
        first = Booking.objects.get().starts_at
    waking.remind_approvers(first - DAY)

    assert told(world) == [("readiness_alert", "jana.vesela")]
