from datetime import timedelta

from appliances.models import Site
from appliances.services import reminders, versions
from portal import clock, tenancy
from portal.models import Message
from tests.factories import a_member


def test_operators_are_asked_once_for_a_base_version_that_is_old(customer, appliance):
    operator = a_member(customer, "OPERATOR", "Murat", language="fr")
    a_member(customer, "VIEWER")
    at = clock.now()
    with tenancy.transaction(customer):
        versions.type_in(appliance, "BASE", "3.2.4", by=None, at=at)

    assert reminders.ask_for_base_versions(at=at + timedelta(days=29)) == 0
    assert reminders.ask_for_base_versions(at=at + timedelta(days=31)) == 1
    assert reminders.ask_for_base_versions(at=at + timedelta(days=31)) == 0

    with tenancy.transaction(customer):
        message = Message.objects.get()
    assert (message.address, message.language) == (operator.email, "fr")
    assert f"/appliances/{appliance.pk}/versions/" in message.body_text
    assert "3.2.4" in message.body_text


def test_a_base_version_nobody_ever_read_is_asked_for(customer, other_customer, appliance):
    a_member(customer, "OPERATOR")
    a_member(other_customer, "OPERATOR")

    assert reminders.ask_for_base_versions(at=clock.now()) == 1


def test_nobody_is_asked_about_a_closed_site(customer, site):
    a_member(customer, "OPERATOR")
    with tenancy.transaction(customer):
        Site.objects.update(closed_at=clock.now())

    assert reminders.ask_for_base_versions(at=clock.now()) == 0
