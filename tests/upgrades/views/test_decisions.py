"""The page of a decision link, opened from the mails that a mail server really received."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from portal import clock, tenancy
from portal.models import AuditEvent, Customer, Membership, Promise
from portal.services import contacts, messages
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import READ, Caller
from tests.upgrades.alerting import a_contact, a_ready, again, links_in
from tests.upgrades.views.conftest import browser
from upgrades.models import Booking, DecisionLink, Enrolment, UpgradeJob
from upgrades.services import alerts, jobs, pathmoves


@pytest.fixture
def jana(world):
    return a_contact(world, "Jana", email=world.approver.email)


@pytest.fixture
def enrolment(world, jana):
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        return alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)


@pytest.fixture
def path(world, enrolment, sink):
    """Of the link in the mail, as a path."""
    messages.send_due(NOON)
    [link] = links_in(sink, world.approver.email)
    return link


def job_of(world):
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.with_site().get()


def digest(page):
    return re.search(r'name="digest" value="(\w+)"', page.content.decode())[1]


def answer(path, client=None, **given):
    client = client or Client()
    known = {"digest": digest(client.get(path)), "answer": "accept"}
    return client.post(path, {**known, **given})


def said(response):
    return " ".join(response.content.decode().split())


def test_opening_decides_nothing_whoever_opens_and_however_often(world, enrolment, path):
    client = Client()
    for _ in range(3):
        assert client.get(path).status_code == 200
        assert client.head(path).status_code == 200
    assert client.put(path).status_code == 405

    page = said(client.get(path))
    assert "For Jana, Meridian Freight, support.meridian.sim. Opening this page has decided" in page
    assert "Release" not in page
    assert job_of(world).state == "PROPOSED"
    assert again(world, enrolment).state == "ALERTED"


def test_accepting_is_the_approval_in_the_contacts_name(world, enrolment, path):
    response = answer(path)

    assert response.status_code == 200
    assert "these nights are booked" in said(response)
    job = job_of(world)
    assert (job.state, job.approved_by) == ("SCHEDULED", world.approver)
    assert again(world, enrolment).state == "BOOKED"
    with tenancy.transaction(world.customer):
        event = AuditEvent.objects.get(name="job.approved")
        assert (event.actor_id, event.data["way"]) == (world.approver.pk, "link")
        assert event.data["digest"] == job.plan["digest"]
        assert Booking.objects.get().state == "BOOKED"
        made = AuditEvent.objects.get(name="decision.made").data
        assert (made["answer"], made["contact"]) == ("ACCEPTED", "Jana")
    viewer = Caller(factories.a_member(world.customer, "VIEWER"), world.customer, READ)
    events = viewer.get(f"jobs/{job.pk}/events").content
    assert b"decision.made" in events
    assert b"@" not in events, "whoever may see no contact reads no address of one"


def test_a_link_works_once(world, path):
    assert answer(path).status_code == 200
    for response in (Client().get(path), Client().post(path, {"answer": "decline"})):
        assert response.status_code == 409
        assert "Jana has answered by this link: accepted. It works once." in said(response)
    assert job_of(world).state == "SCHEDULED"


def test_another_time_is_taken_and_approved(world, enrolment, path):
    page = Client().get(path).content.decode()
    starts = re.findall(r'value="(2026-[^"]+)"(?! disabled)', page)
    with tenancy.transaction(world.customer):
        before = Booking.objects.get().starts_at

    response = answer(path, answer=starts[3])

    assert response.status_code == 200
    with tenancy.transaction(world.customer):
        booking = Booking.objects.get()
        assert DecisionLink.objects.get().answer == "MOVED"
    assert (booking.state, booking.starts_at.isoformat()) == ("BOOKED", starts[3])
    assert booking.starts_at != before
    assert job_of(world).approved_by == world.approver


def test_a_shorter_notice_than_promised_is_the_customers_own_consent(world, path):
    with tenancy.transaction(world.customer):
        promise = Promise(customer=world.customer, kind="NOTICE", days=60)
        promise.agreed_on = NOON.date()
        promise.save()
    page = Client().get(path).content.decode()
    first = re.search(r'value="(2026-[^"]+)"', page)[1]

    assert answer(path, answer=first).status_code == 200
    with tenancy.transaction(world.customer):
        event = AuditEvent.objects.get(name="notice.shortened")
        assert (event.actor_id, event.data["promised"]) == (world.approver.pk, 60)


def test_a_time_that_is_not_possible_is_refused_with_its_reason_and_the_link_lives(world, path):
    noon = (NOON + timedelta(days=20)).isoformat()
    response = answer(path, answer=noon)

    assert response.status_code == 409
    assert "outside the maintenance windows" in said(response)
    assert Client().get(path).status_code == 200
    assert job_of(world).state == "PROPOSED"
    assert answer(path, answer="tomorrow").status_code == 422


def test_declining_needs_a_reason_and_frees_the_nights(world, enrolment, path):
    silent = answer(path, answer="decline")
    assert silent.status_code == 422
    assert "Tell us why" in said(silent)

    assert answer(path, answer="decline", reason="Year’s end").status_code == 200

    assert job_of(world).state == "CANCELLED"
    found = again(world, enrolment)
    assert (found.state, found.reason) == ("DECLINED", "Year’s end")
    with tenancy.transaction(world.customer):
        assert Booking.objects.get().state == "CANCELLED"
        alerts.reopen(Enrolment.objects.get(), at=NOON)
        assert DecisionLink.objects.filter(ended_at=None).count() == 1
    assert again(world, enrolment).state == "ALERTED"


def test_when_the_answer_is_due_the_link_is_over(enrolment, path):
    with clock.at(enrolment.answer_by + timedelta(minutes=1)):
        response = Client().get(path)

    assert response.status_code == 409
    assert "The time to answer by this link is over." in said(response)


@pytest.mark.parametrize("token", ["x" * 43, "..%2f", "ı" * 43, "a" * 4000])
def test_a_forged_link_opens_nothing(world, path, token):
    for response in (Client().get(f"/d/{token}/"), Client().post(f"/d/{token}/")):
        assert response.status_code in (404, 409)
        assert "Meridian" not in response.content.decode()


def test_guessing_is_slowed_down(db):
    codes = {Client().get(f"/d/{number:043}/").status_code for number in range(60)}
    assert codes == {409}
    assert "Too many tries" in said(Client().get(f"/d/{'y' * 43}/"))


def test_forwarded_to_somebody_who_is_signed_in_it_is_not_theirs(world, path):
    response = browser(world.operator).get(path)

    assert response.status_code == 409
    assert "This link is for Jana, and you are signed in as Jan Novak." in said(response)
    assert browser(world.approver).get(path).status_code == 200


def test_a_customer_may_demand_sign_in(world, path):
    with tenancy.transaction(world.customer):
        Customer.objects.filter(pk=world.customer.pk).update(links_need_sign_in=True)

    for response in (Client().get(path), Client().post(path, {"answer": "accept"})):
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in/?next=%2Fd%2F")
    assert job_of(world).state == "PROPOSED"
    assert answer(path, browser(world.approver)).status_code == 200


def test_a_plan_that_changed_meanwhile_is_looked_at_again(world, path):
    client = Client()
    seen = digest(client.get(path))
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.with_site().get()
        start = Booking.objects.get().starts_at + timedelta(days=1)
        pathmoves.move(job, start, by=world.agent, at=NOON)

    response = client.post(path, {"digest": seen, "answer": "accept"})

    assert response.status_code == 409
    assert "The plan has changed since you opened this page." in said(response)
    assert answer(path).status_code == 200


def test_what_support_took_back_cannot_be_decided(world, path):
    with tenancy.transaction(world.customer):
        jobs.withdraw(UpgradeJob.objects.with_site().get(), by=world.agent, at=NOON)
    response = Client().get(path)

    assert response.status_code == 409
    assert "This was decided meanwhile, or a newer mail took" in said(response)


def test_who_lost_the_right_decides_nothing(world, jana, path):
    with tenancy.transaction(world.customer):
        Membership.objects.filter(user=world.approver).update(role="VIEWER")
    assert "may not decide about this site any more" in said(Client().get(path))
    with tenancy.transaction(world.customer):
        Membership.objects.filter(user=world.approver).update(role="APPROVER")
        contacts.end(jana, by=world.agent, at=NOON)
    assert Client().get(path).status_code == 409
