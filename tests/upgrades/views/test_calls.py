"""Calls that support makes, and what stands on its start page."""

from datetime import timedelta

from portal import clock, tenancy
from portal.models import AuditEvent
from portal.services import messages
from tests.conftest import NOON
from tests.portal.api.caller import READ, Caller
from tests.upgrades.alerting import a_contact, a_ready, again
from tests.upgrades.views.conftest import browser
from upgrades.models import Enrolment, PhoneCall
from upgrades.services import alerts


def alerted(world):
    a_contact(world, "Phone", rank=1, email="", phone="+90 555 0100")
    a_contact(world, "Jana", rank=2, email=world.approver.email)
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)
        return PhoneCall.objects.get()


def test_a_call_stands_on_the_start_page_until_it_is_made(world, viewer, stranger):
    call = alerted(world)
    agent, path = browser(world.agent), f"/c/meridian/calls/{call.pk}/done/"

    page = agent.get("/now/").content.decode()
    assert "tel:+90 555 0100" in page
    for person, code in ((viewer, 403), (world.approver, 403), (stranger, 404)):
        assert browser(person).post(path, {"said": "x"}).status_code == code
    assert agent.post(path, {"said": " "}).status_code == 409
    assert agent.post(path, {"said": "Will answer by mail"}).status_code == 302
    assert agent.post(path, {"said": "again"}).status_code == 409
    assert "tel:+90" not in agent.get("/now/").content.decode()
    made = again(world, call)
    assert (made.said, made.done_by_id) == ("Will answer by mail", world.agent.pk)
    with tenancy.transaction(world.customer):
        told = AuditEvent.objects.get(name="call.made")
        assert (told.job_id, told.data) == (job_of(call), {"who": str(call.contact)})
    events = Caller(viewer, world.customer, READ).get(f"jobs/{told.job_id}/events").content
    assert b"call.made" in events
    assert b"Will answer by mail" not in events, "what support writes of a call is support's"


def job_of(call):
    return Enrolment.objects.get(pk=call.enrolment_id).job_id


def test_what_has_not_left_stands_on_the_start_page(world):
    alerted(world)
    agent = browser(world.agent)

    assert "Notices that have not left" not in agent.get("/now/").content.decode()
    with clock.at(NOON + timedelta(hours=1)):
        page = agent.get("/now/").content.decode()
    assert "Notices that have not left" in page
    assert "Meridian Freight" in page


def test_a_mail_that_came_back_is_said_on_its_page(world, settings, viewer):
    alerted(world)
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    messages.send_due(NOON)
    with tenancy.transaction(world.customer):
        message = messages.Message.objects.get()
    path = f"/c/meridian/messages/{message.pk}/"
    agent = browser(world.agent)

    assert "It came back" in agent.get(path).content.decode()
    assert browser(viewer).post(f"{path}came-back/").status_code == 403
    assert agent.post(f"{path}came-back/").status_code == 302
    assert agent.post(f"{path}came-back/").status_code == 409
    assert again(world, message).state == "BOUNCED"
