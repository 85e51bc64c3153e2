import pytest
from django.test import Client

from portal import tenancy
from portal.models import Membership
from tests import factories

pytestmark = pytest.mark.usefixtures("db")


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_a_stranger_is_sent_to_sign_in():
    response = Client().get("/")

    assert (response.status_code, response["Location"]) == (302, "/sign-in/?next=%2F")


def test_a_person_of_several_customers_chooses_one():
    person = factories.a_member(factories.a_customer("Zeta", slug="zeta"))
    other = factories.a_customer("Alpha", slug="alpha")
    with tenancy.transaction(other):
        Membership.objects.create(customer=other, user=person, role="VIEWER")
    factories.a_customer("Foreign", slug="foreign")

    content = signed_in(person).get("/").content.decode()

    assert content.index("Alpha") < content.index("Zeta")
    assert "Foreign" not in content


def test_a_person_without_a_customer_is_told_what_is_missing():
    content = signed_in(factories.a_person(email="new@example.com")).get("/").content.decode()

    assert "You belong to no customer" in content
    assert "new@example.com" in content


def test_a_person_of_one_customer_goes_straight_there():
    person = factories.a_member(factories.a_customer("Zeta", slug="zeta"))

    response = signed_in(person).get("/")

    assert (response.status_code, response["Location"]) == (302, "/c/zeta/")
