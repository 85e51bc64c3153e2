"""A member is limited to sites on a page; who is limited themselves cannot lift it."""

import pytest
from django.test import Client

from appliances.models import Site
from portal import tenancy
from portal.models import AuditEvent, Membership
from tests import factories

pytestmark = pytest.mark.usefixtures("db", "noon")


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def customer():
    return factories.a_customer("Meridian Freight", slug="meridian")


@pytest.fixture
def two(customer):
    with tenancy.transaction(customer):
        return [
            Site.objects.create(
                customer=customer, name=f"Desk {n}", public_name=f"desk{n}.example.com",
                shape="SINGLE", zone="Europe/Berlin",
            )
            for n in (1, 2)
        ]  # fmt: skip


def member_of(customer, user):
    with tenancy.transaction(customer):
        return Membership.objects.get(user=user)


def path_of(customer, user):
    return f"/c/meridian/members/{member_of(customer, user).pk}/sites/"


def test_a_member_sees_what_was_ticked_and_nothing_else(customer, two):
    administrator = factories.a_member(customer, "ADMINISTRATOR")
    viewer = factories.a_member(customer, "VIEWER", "Vera Blum")
    client, path = browser(administrator), path_of(customer, viewer)
    assert "Desk 1" in client.get(path).content.decode()

    assert client.post(path, {"which": "some"}).status_code == 422
    given = {"which": "some", "sites": [str(two[0].pk)]}
    assert client.post(path, given).status_code == 302

    assert member_of(customer, viewer).site_ids == [two[0].pk]
    page = browser(viewer).get("/c/meridian/sites/").content.decode()
    assert "Desk 1" in page
    assert "Desk 2" not in page
    with tenancy.transaction(customer):
        told = AuditEvent.objects.get(name="member.changed").data
        assert (told["was"]["sites"], told["sites"]) == (None, [str(two[0].pk)])
    assert client.post(path, {"which": "every"}).status_code == 302
    assert member_of(customer, viewer).site_ids is None


def test_another_customers_site_cannot_be_ticked(customer, two):
    administrator = factories.a_member(customer, "ADMINISTRATOR")
    other = factories.a_customer("Borealis")
    given = {"which": "some", "sites": [str(other.pk)]}

    path = path_of(customer, administrator)
    assert browser(administrator).post(path, given).status_code == 422


def test_who_is_limited_neither_lifts_it_nor_decides_about_other_sites(customer, two):
    limited = factories.a_member(customer, "ADMINISTRATOR", "Lena", site_ids=[two[0].pk])
    viewer = factories.a_member(customer, "VIEWER", "Vera Blum")
    client = browser(limited)

    assert client.post(path_of(customer, limited), {"which": "every"}).status_code == 409
    own = {"which": "some", "sites": [str(two[0].pk)]}
    assert client.post(path_of(customer, viewer), own).status_code == 409
    wider = {"which": "some", "sites": [str(two[1].pk)]}
    assert client.post(path_of(customer, limited), wider).status_code == 422

    assert member_of(customer, limited).site_ids == [two[0].pk]
    assert member_of(customer, viewer).site_ids is None


def test_who_is_limited_invites_to_their_own_sites_and_removes_nobody_else(customer, two):
    limited = factories.a_member(customer, "ADMINISTRATOR", "Lena", site_ids=[two[0].pk])
    viewer = factories.a_member(customer, "VIEWER", "Vera Blum")
    client = browser(limited)
    given = {"email": "new@example.com", "name": "Nia New", "role": "ADMINISTRATOR"}

    assert client.post("/c/meridian/members/invite/", given).status_code == 302
    member = member_of(customer, viewer)
    for act in ("remove", "change"):
        path = f"/c/meridian/members/{member.pk}/{act}/"
        assert client.post(path, {"role": "ADMINISTRATOR"}).status_code == 409

    with tenancy.transaction(customer):
        assert Membership.objects.get(user__email="new@example.com").site_ids == [two[0].pk]
        assert Membership.objects.get(pk=member.pk).role == "VIEWER"


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "APPROVER"])
def test_other_members_are_forbidden_and_strangers_find_nothing(customer, role):
    one = factories.a_member(customer, role)
    stranger = factories.a_member(factories.a_customer("Borealis"), "ADMINISTRATOR")
    path = path_of(customer, one)

    for answer in (browser(one).get(path), browser(one).post(path, {"which": "every"})):
        assert answer.status_code == 403
    for answer in (browser(stranger).get(path), browser(stranger).post(path, {"which": "every"})):
        assert answer.status_code == 404


def test_support_limits_members_too(customer, two):
    viewer = factories.a_member(customer, "VIEWER")
    given = {"which": "some", "sites": [str(two[1].pk)]}

    path = path_of(customer, viewer)
    assert browser(factories.staff()).post(path, given).status_code == 302

    assert member_of(customer, viewer).site_ids == [two[1].pk]
