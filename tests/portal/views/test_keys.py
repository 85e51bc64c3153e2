"""A person makes and revokes keys of their own; the key's text is shown once."""

import re

import pytest
from django.test import Client

from portal.models import ApiKey
from portal.services import keys
from tests import factories

NEW = {"name": "CMDB", "scope": "READ", "days": 30}


@pytest.fixture
def elif_kaya(db):
    customer = factories.a_customer("Meridian", slug="meridian")
    return customer, factories.a_member(customer, "APPROVER", "Elif Kaya")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_key_is_shown_once_and_works(elif_kaya):
    customer, person = elif_kaya
    client = signed_in(person)

    answer = client.post("/keys/issue/", {**NEW, "customer": str(customer.pk)})

    token = re.search(r'id="token">([^<]+)<', answer.content.decode())[1]
    assert keys.find(token, address="").user == person
    again = client.get("/keys/").content.decode()
    assert "CMDB" in again
    assert token not in again


def test_a_customers_person_cannot_have_a_key_for_everybody(elif_kaya):
    other = factories.a_customer("Borealis", slug="borealis")
    client = signed_in(elif_kaya[1])

    for customer in ("", str(other.pk)):
        assert client.post("/keys/issue/", {**NEW, "customer": customer}).status_code == 422
    assert not ApiKey.objects.exists()
    assert "Borealis" not in client.get("/keys/").content.decode()


def test_staff_may_have_a_key_for_every_customer(db):
    agent = factories.staff()

    answer = signed_in(agent).post("/keys/issue/", {**NEW, "customer": ""})

    assert answer.status_code == 200
    assert ApiKey.objects.get().customer is None


def test_a_revoked_key_is_dead_and_nobody_revokes_anothers(elif_kaya):
    customer, person = elif_kaya
    client = signed_in(person)
    client.post("/keys/issue/", {**NEW, "customer": str(customer.pk)})
    key = ApiKey.objects.get()
    stranger = signed_in(factories.staff())

    assert stranger.post(f"/keys/{key.pk}/revoke/").status_code == 404
    assert client.post(f"/keys/{key.pk}/revoke/").status_code == 302
    assert ApiKey.objects.get().revoked_at is not None


def test_a_key_is_made_for_addresses_and_renewed(elif_kaya):
    customer, person = elif_kaya
    client = signed_in(person)
    form = {**NEW, "customer": str(customer.pk)}
    assert client.post("/keys/issue/", {**form, "networks": "here"}).status_code == 409
    client.post("/keys/issue/", {**form, "networks": "192.0.2.0/24, 2001:db8::7"})
    key = ApiKey.objects.get()

    assert "192.0.2.0/24, 2001:db8::7/128" in client.get("/keys/").content.decode()
    stranger = signed_in(factories.staff())
    assert stranger.post(f"/keys/{key.pk}/rotate/").status_code == 404
    answer = client.post(f"/keys/{key.pk}/rotate/")
    assert 'id="token">chg_live_' in answer.content.decode()
    assert ApiKey.objects.count() == 2


def test_the_page_names_what_ends_with_a_key(elif_kaya):
    customer, person = elif_kaya
    given = {"user": person, "by": person, "customer": customer, "at": factories.NOON}
    first, _token = keys.issue("CMDB", **given)
    keys.issue("CMDB for the night", **given, maker=first)

    page = signed_in(person).get("/keys/").content.decode()
    signed_in(person).post(f"/keys/{first.pk}/revoke/")

    assert page.count("the key that it made ends too: CMDB for the night") == 1
    assert not ApiKey.objects.filter(revoked_at=None).exists()
