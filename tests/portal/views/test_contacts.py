"""Contacts and promises: the customer's administrator and staff, nobody else."""

import pytest
from django.test import Client

from portal import tenancy
from portal.models import Contact, Customer, Membership, Promise
from portal.services import contacts
from tests.factories import NOON, a_customer, a_member, staff

Role = Membership.Role
GIVEN = {
    "name": "Elif", "email": "elif@example.com", "phone": "", "language": "tr",
    "zone": "Europe/Istanbul", "rank": "1",
}  # fmt: skip
PROMISED = {"kind": "NOTICE", "days": "7", "agreed_on": "2026-11-01"}


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


@pytest.fixture
def admin(customer):
    return a_member(customer, Role.ADMINISTRATOR, "Ayla")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


def path(rest=""):
    return f"/c/marmara/{rest}"


def test_an_administrator_keeps_contacts(customer, admin):
    client = browser(admin)

    assert client.post(path("contacts/make/"), GIVEN).status_code == 302
    with tenancy.transaction(customer):
        contact = Contact.objects.get()
    change = path(f"contacts/{contact.pk}/change/")
    assert "elif@example.com" in client.get(change).content.decode()
    assert client.post(change, {**GIVEN, "email": "new@example.com"}).status_code == 302
    assert "new@example.com" in client.get(path("contacts/")).content.decode()
    wrong = client.post(change, {**GIVEN, "zone": "Mars/Olympus"})
    assert wrong.status_code == 409
    assert "Choose a time zone" in wrong.content.decode()
    assert client.post(path("contacts/make/"), {**GIVEN, "rank": "0"}).status_code == 422
    assert client.post(path(f"contacts/{contact.pk}/end/")).status_code == 302
    assert "new@example.com" not in client.get(path("contacts/")).content.decode()


@pytest.mark.parametrize("role", [Role.VIEWER, Role.OPERATOR, Role.APPROVER])
def test_others_of_the_customer_may_not(customer, role):
    client = browser(a_member(customer, role))

    assert client.get(path("contacts/")).status_code == 403
    for rest in ("contacts/make/", "promises/make/", "alerts/links/", "alerts/agreement/"):
        assert client.post(path(rest), GIVEN).status_code == 403


def test_strangers_find_nothing(customer):
    client = browser(a_member(a_customer("Other")))

    assert client.get(path("contacts/")).status_code == 404
    assert client.post(path("contacts/make/"), GIVEN).status_code == 404


def test_staff_promise_and_write_down_what_was_agreed(customer, admin):
    manager, agent = browser(staff("ROLLOUT_MANAGER", "Max")), browser(staff("AGENT", "Ana"))

    assert agent.get(path("contacts/")).status_code == 200
    assert agent.post(path("promises/make/"), PROMISED).status_code == 403
    assert manager.post(path("promises/make/"), PROMISED).status_code == 302
    assert manager.post(path("promises/make/"), {**PROMISED, "days": "3"}).status_code == 409
    given = {"silent_rule": "BOOK", "account_manager": ""}
    assert manager.post(path("alerts/agreement/"), given).status_code == 302
    assert browser(admin).post(path("alerts/agreement/"), given).status_code == 403
    with tenancy.transaction(customer):
        assert Promise.objects.get().days == 7
        assert Customer.objects.get().silent_rule == "BOOK"
        pk = Promise.objects.get().pk
    assert manager.post(path(f"promises/{pk}/end/")).status_code == 409
    assert browser(admin).post(path(f"promises/{pk}/end/")).status_code == 302


def test_a_customer_demands_sign_in_for_its_links(customer, admin):
    client = browser(admin)

    assert client.post(path("alerts/links/"), {"links_need_sign_in": "on"}).status_code == 302
    with tenancy.transaction(customer):
        assert Customer.objects.get().links_need_sign_in
    assert client.post(path("alerts/links/"), {}).status_code == 302
    with tenancy.transaction(customer):
        assert not Customer.objects.get().links_need_sign_in


def test_who_sees_some_sites_alone_decides_for_nobody_about_others(customer):
    limited = a_member(customer, Role.ADMINISTRATOR, "Lim", site_ids=[customer.pk])
    with tenancy.transaction(customer):
        whole = contacts.make(name="All", phone="1", by=None, at=NOON)
    client = browser(limited)

    assert client.post(path("contacts/make/"), GIVEN).status_code == 409
    assert client.post(path(f"contacts/{whole.pk}/end/")).status_code == 409
