"""The decision page in its contact’s language; a name is no markup; no stranger gets through."""

from django.test import Client

from portal import tenancy
from portal.services import messages
from tests import factories
from tests.conftest import NOON
from tests.upgrades.alerting import a_contact, a_ready, links_in
from tests.upgrades.views import test_decisions
from tests.upgrades.views.conftest import browser
from upgrades.models import Enrolment
from upgrades.services import alerts

jana, enrolment, path = test_decisions.jana, test_decisions.enrolment, test_decisions.path


def test_the_page_speaks_the_contacts_language_on_their_clock(world, sink):
    a_contact(world, "Jana", email=world.approver.email, language="tr", zone="Asia/Tokyo")
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)
    messages.send_due(NOON)
    response = Client().get(links_in(sink, world.approver.email)[0])

    assert response["Content-Language"] == "tr"
    assert "JST" in response.content.decode()


def test_a_name_of_the_customers_is_no_markup(world, sink):
    a_contact(world, "<script>alert(1)</script>", email=world.approver.email)
    enrolment = a_ready(world)
    with tenancy.transaction(world.customer):
        alerts.alert(Enrolment.objects.get(pk=enrolment.pk), at=NOON)
    messages.send_due(NOON)

    page = Client().get(links_in(sink, world.approver.email)[0]).content.decode()
    assert "<script>alert" not in page
    html = sink.mails[-1].get_body(("html",)).get_content()
    assert "<script>alert" not in html


def test_a_stranger_who_is_signed_in_elsewhere_is_not_let_through(world, path):
    stranger = factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR", "Otto")
    assert browser(stranger).get(path).status_code == 409
