"""The readiness alert: what it draws up, whom it tells, and what it says."""

from datetime import date, timedelta

import pytest

from portal import tenancy
from portal.errors import Refused
from portal.models import AuditEvent, Contact, Membership, Message, Promise
from tests import factories
from tests.conftest import NOON
from tests.upgrades.alerting import a_contact, a_ready, again
from upgrades.models import Booking, DecisionLink, Enrolment, PhoneCall, UpgradeJob
from upgrades.services import alerts, jobs


def alerted(world, enrolment):
    with tenancy.transaction(world.customer):
        return alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)


def mails(world):
    with tenancy.transaction(world.customer):
        return list(Message.objects.order_by("written_at", "address"))


def test_an_alert_holds_the_nights_and_tells_the_first_contact(world):
    a_contact(world, "Jana", rank=1, email=world.approver.email, language="fr")
    a_contact(world, "Later", rank=2)
    enrolment = alerted(world, a_ready(world))

    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get()
        first = Booking.objects.order_by("slot").first()
        link = DecisionLink.objects.get()
    assert (enrolment.state, enrolment.job_id, job.state) == ("ALERTED", job.pk, "PROPOSED")
    assert enrolment.answer_by == NOON + timedelta(days=7)
    assert first.state == "HELD"
    assert first.starts_at > enrolment.answer_by + timedelta(days=1)
    [mail] = mails(world)  # and no proposal beside it
    assert (mail.kind, mail.address, mail.language) == (
        "readiness_alert", world.approver.email, "fr",
    )  # fmt: skip
    assert (link.job_id, link.contact_id, link.digest) == (job.pk, mail.contact_id, link.digest)
    assert mail.link_id == link.pk
    assert "https://link.invalid/" in mail.body_text  # the ledger keeps nothing that opens it


def test_what_an_alert_says(world):
    a_contact(world, "Jana", email=world.approver.email)
    world.packages["12.2.0"].changelog = "https://vendor.example/12.2.0"
    world.packages["12.2.0"].save()
    alerted(world, a_ready(world))

    [mail] = mails(world)
    text = " ".join(mail.body_text.split())
    assert mail.subject == "Your upgrade to 12.2.0 is ready: please choose the nights"
    for said in (
        "Dear Jana, your site support.meridian.sim can go from 12.1 to 12.2.0. It takes one night.",
        "Answer by Mon 30 Nov 2026, 15:00 UTC+03:00 13:00 CET (UTC+01:00)",
        "If you do not answer The offer lapses",
        "Nights on offer Tue 1 Dec 2026, 22:00 UTC+03:00 until 04:00",
        "(yours: 20:00 CET (UTC+01:00) until 02:00)",
        "Users signed out",
        "Last possible date Sat 20 Feb 2027",
        "https://vendor.example/12.2.0",
        "A new console.",
        "Opening the page decides nothing",
        "A text for your users: Our remote support at support.meridian.sim is renewed",
    ):
        assert said in text, said
    assert "https://vendor.example/12.2.0" in mail.body_html


def test_who_may_not_approve_gets_no_link_and_is_told_who_can(world):
    a_contact(world, "Olaf", rank=1, email=world.operator.email)
    a_contact(world, "Jana", rank=2, email=world.approver.email)
    alerted(world, a_ready(world))

    [mail] = mails(world)
    assert mail.link_id is None
    assert "Who may decide         Jana" in mail.body_text
    assert "/jobs/" in mail.body_text


def test_a_customer_without_contacts_is_told_through_its_approvers(world):
    alerted(world, a_ready(world))

    with tenancy.transaction(world.customer):
        contact = Contact.objects.get()
        assert AuditEvent.objects.filter(name="contact.made", actor_kind="portal").count() == 1
    assert (contact.email, contact.user_id) == (world.approver.email, world.approver.pk)
    assert [mail.address for mail in mails(world)] == [world.approver.email]


def test_whoever_has_no_mail_is_telephoned_and_the_next_is_told(world):
    a_contact(world, "Phone", rank=1, email="", phone="+90 555 0100")
    jana = a_contact(world, "Jana", rank=2, email=world.approver.email)
    enrolment = alerted(world, a_ready(world))

    with tenancy.transaction(world.customer):
        assert PhoneCall.objects.get().contact.name == "Phone"
    assert [mail.address for mail in mails(world)] == [world.approver.email]
    assert again(world, enrolment).contact_id == jana.pk


def test_a_contact_of_another_site_is_not_told(world):
    a_contact(world, "Elsewhere", rank=1, site_ids=[world.customer.pk])
    a_contact(world, "Jana", rank=2, email=world.approver.email)
    alerted(world, a_ready(world))

    assert [mail.address for mail in mails(world)] == [world.approver.email]


def test_promised_times_are_kept(world):
    with tenancy.transaction(world.customer):
        for kind, days in (("ANSWER", 10), ("NOTICE", 21)):
            Promise.objects.create(
                customer=world.customer, kind=kind, days=days, agreed_on=date(2026, 1, 1)
            )
    enrolment = alerted(world, a_ready(world))

    with tenancy.transaction(world.customer):
        first = Booking.objects.order_by("slot").first()
    assert enrolment.answer_by == NOON + timedelta(days=10)
    assert first.starts_at >= NOON + timedelta(days=21)


def test_nights_that_were_held_before_are_kept_unless_they_leave_no_time_to_answer(world):
    enrolment = a_ready(world)
    release = world.packages["12.2.0"]
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, release, procedure="single", method="automatic", by=world.agent, at=NOON
        )
        jobs.submit(job, by=world.agent, at=NOON, earliest=NOON + timedelta(days=20))
        Enrolment.objects.filter(pk=enrolment.pk).update(job=job)
        first = Booking.objects.get().starts_at

    alerted(world, enrolment)

    with tenancy.transaction(world.customer):
        assert UpgradeJob.objects.get().pk == job.pk
        assert Booking.objects.get(state="HELD").starts_at == first


def test_a_refused_alert_leaves_nothing(world):
    enrolment = a_ready(world, last_possible_on=date(2026, 11, 25))

    with pytest.raises(Refused) as refusal:
        alerted(world, enrolment)

    assert refusal.value.code == "outside-rollout"
    assert again(world, enrolment).state == "READY"
    with tenancy.transaction(world.customer):
        assert not UpgradeJob.objects.exists()
        assert not Message.objects.exists()


def test_a_paused_rollout_alerts_nobody(world):
    enrolment = a_ready(world)
    enrolment.rollout.pause(reason="A bad build")
    enrolment.rollout.save()

    with pytest.raises(Refused):
        alerted(world, enrolment)


def test_approving_on_the_portals_page_ends_the_link_and_books_the_place(world):
    enrolment = alerted(world, a_ready(world))
    with tenancy.transaction(world.customer):
        from_page = UpgradeJob.objects.with_site().get()
        alerts.jobs.approve(from_page, by=world.approver, at=NOON)
        link = DecisionLink.objects.get()

    assert again(world, enrolment).state == "BOOKED"
    assert (link.answer, link.ended_at) == ("ELSEWHERE", NOON)


def test_a_member_who_lost_the_right_may_not_decide(world):
    contact = a_contact(world, "Jana", email=world.approver.email)
    with tenancy.transaction(world.customer):
        assert alerts.contacts.may_decide(contact, world.site.pk)
        Membership.objects.filter(user=world.approver).update(role="VIEWER")
        assert not alerts.contacts.may_decide(contact, world.site.pk)
    stranger = factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR", "Otto")
    assert a_contact(world, "Otto", email=stranger.email).user is None
