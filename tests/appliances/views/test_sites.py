from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appliances.models import Appliance, BaseHold, ReadinessCheck, Site
from appliances.services import licences, versions
from portal import clock, tenancy
from tests.factories import a_contract, a_customer, a_member

PAIR = {
    "name": "Pair",
    "public_name": "pair.example.com",
    "shape": "PAIR",
    "zone": "Europe/Paris",
    "swing": "DNS",
    "has_msi_consoles": "unknown",
    "has_integration_clients": "false",
    "form-TOTAL_FORMS": "3",
    "form-INITIAL_FORMS": "0",
    "form-0-letter": "a",
    "form-0-host": "a.example.com",
    "form-0-cluster_role": "SINGLE",
    "form-0-failover_role": "PRIMARY",
    "form-0-base_version": "3.2.4",
    "form-1-letter": "B",
    "form-1-host": "b.example.com",
    "form-1-cluster_role": "SINGLE",
    "form-1-failover_role": "BACKUP",
    "form-2-cluster_role": "SINGLE",
    "form-2-failover_role": "NONE",
}


def page_of(site) -> str:
    return f"/c/meridian/sites/{site.pk}/"


def test_the_list_shows_the_customers_open_sites_only(client, customer, site, signed_in):
    signed_in("VIEWER")
    with tenancy.transaction(customer):
        Site.objects.create(
            customer=customer,
            name="Closed",
            public_name="old.example.com",
            shape="SINGLE",
            zone="UTC",
            closed_at=clock.now(),
        )

    page = client.get("/c/meridian/sites/").content.decode()

    assert "Support desk" in page
    assert "22.3.1" in page
    assert "Closed" not in page


def test_the_list_takes_as_many_queries_for_three_sites_as_for_one(
    client, customer, site, signed_in
):
    signed_in("VIEWER")
    client.get("/c/meridian/sites/")

    one = _queries(client)
    with tenancy.transaction(customer):
        for number in (1, 2):
            more = Site.objects.create(
                customer=customer,
                name=f"Site {number}",
                public_name=f"s{number}.example.com",
                shape="SINGLE",
                zone="UTC",
            )
            Appliance.objects.create(customer=customer, site=more, letter="A", name="A", host="h")
    assert _queries(client) == one


def _queries(client) -> int:
    with CaptureQueriesContext(connection) as counted:
        assert client.get("/c/meridian/sites/").status_code == 200
    return len(counted)


@pytest.mark.parametrize(("words", "found"), [("desk", 1), ("a.meridian", 1), ("nothing", 0)])
def test_sites_are_found_by_name_and_host(client, site, signed_in, words, found):
    signed_in("VIEWER")

    page = client.get("/c/meridian/sites/", {"q": words}).content.decode()

    assert page.count("support.meridian.sim") == found


def test_a_member_limited_to_other_sites_does_not_see_it(client, customer, site):
    other = a_member(customer, "VIEWER", site_ids=[customer.pk])
    client.force_login(other)

    assert "Support desk" not in client.get("/c/meridian/sites/").content.decode()
    assert client.get(page_of(site)).status_code == 404


def test_a_stranger_gets_404(client, site, stranger):
    assert client.get("/c/meridian/sites/").status_code == 404
    assert client.get(page_of(site)).status_code == 404
    assert client.get("/sites/").status_code == 404


def test_staff_sees_the_sites_of_all_customers(client, site, other_customer, signed_in):
    signed_in(staff="AGENT")
    with tenancy.transaction(other_customer):
        Site.objects.create(
            customer=other_customer,
            name="North",
            public_name="n.example.com",
            shape="SINGLE",
            zone="UTC",
        )

    page = client.get("/sites/").content.decode()

    assert "Support desk" in page
    assert "Borealis" in page
    assert "North" not in client.get("/sites/", {"q": "meridian"}).content.decode()


def test_a_site_shows_its_versions_contract_and_licences(client, customer, site, signed_in):
    signed_in("VIEWER")
    at = clock.now()
    a_contract(customer)
    with tenancy.transaction(customer):
        box = Appliance.objects.get()
        versions.type_in(box, "BASE", "6.2.0", by=None, at=at)
        licences.record(
            site, number=15, expires_on=(at + timedelta(days=30)).date(), by=None, at=at
        )

    page = client.get(page_of(site)).content.decode()

    assert "support.meridian.sim" in page
    assert "6.2.0" in page
    assert "typed by a person" in page
    assert "ends soon" in page
    assert "Nobody has asked yet." in page


def test_a_stale_base_version_is_asked_of_those_who_may_type_it(client, site, signed_in):
    signed_in("OPERATOR")
    assert "Read the base version again" in client.get(page_of(site)).content.decode()
    signed_in("VIEWER")
    assert "Read the base version again" not in client.get(page_of(site)).content.decode()


def test_a_locked_appliance_is_told_above_everything(client, customer, site, signed_in):
    signed_in("VIEWER")
    with tenancy.transaction(customer):
        box = Appliance.objects.get()
        BaseHold.objects.create(
            customer=customer,
            appliance=box,
            step_id=box.pk,
            job_id=box.pk,
            opened_at=clock.now(),
            reason="It did not come back.",
        )

    page = client.get(page_of(site)).content.decode()

    assert "Do not restart this appliance" in page
    assert "It did not come back." in page


@pytest.mark.parametrize("shape", ["PAIR", "CLUSTER_WITH_FAILOVER"])
def test_pairs_and_clusters_are_drawn(client, customer, site, signed_in, shape):
    signed_in("VIEWER")
    with tenancy.transaction(customer):
        Site.objects.update(shape=shape)
        Appliance.objects.update(failover_role="PRIMARY", cluster_role="MASTER")
        box = Appliance.objects.get()
        for letter, role, failover in (("B", "MASTER", "BACKUP"), ("N1", "TRAFFIC", "NONE")):
            Appliance.objects.create(
                customer=customer,
                site=box.site,
                letter=letter,
                name=letter,
                host=f"{letter}.example.com",
                cluster_role=role,
                failover_role=failover,
                region="East",
            )
        check = {"site": site, "customer": customer, "taken_at": clock.now()}
        ReadinessCheck.objects.create(
            appliance=box, name="REACHABILITY", status="BAD", valid_until=clock.now(), **check
        )

    page = client.get(page_of(site)).content.decode()

    assert "Primary" in page
    assert "Stands by" in page
    assert "No answer" in page
    assert "East" in page


def test_an_administrator_registers_a_pair(client, customer, signed_in):
    signed_in("ADMINISTRATOR")

    answer = client.post("/c/meridian/sites/register/", PAIR)

    assert answer.status_code == 302
    with tenancy.transaction(customer):
        site = Site.objects.get(public_name="pair.example.com")
        assert [box.letter for box in site.appliances.order_by("letter")] == ["A", "B"]
        assert site.appliances.get(letter="A").base_version == "3.2.4"
        assert (site.has_msi_consoles, site.has_integration_clients) == (None, False)


def test_a_registration_that_makes_no_shape_is_refused_with_a_sentence(client, customer, signed_in):
    signed_in("ADMINISTRATOR")

    answer = client.post("/c/meridian/sites/register/", PAIR | {"shape": "SINGLE"})

    assert answer.status_code == 409
    assert "one appliance" in answer.content.decode()
    with tenancy.transaction(customer):
        assert not Site.objects.exists()


def test_an_incomplete_registration_comes_back(client, signed_in):
    signed_in("ADMINISTRATOR")

    assert client.get("/c/meridian/sites/register/").status_code == 200
    assert client.post("/c/meridian/sites/register/", PAIR | {"name": ""}).status_code == 422
    assert client.post("/c/meridian/sites/register/", PAIR | {"form-1-host": ""}).status_code == 422


def test_a_site_is_changed_and_closed_by_who_may(client, customer, site, signed_in):
    signed_in("ADMINISTRATOR")
    facts = {"name": "Desk", "public_name": "support.meridian.sim", "zone": "Asia/Tokyo"}
    facts |= {"swing": "NAT", "has_msi_consoles": "true", "has_integration_clients": "unknown"}

    assert client.get(f"{page_of(site)}change/").status_code == 200
    assert client.post(f"{page_of(site)}change/", facts).status_code == 302
    assert client.post(f"{page_of(site)}change/", facts | {"zone": "Mars"}).status_code == 422
    assert client.post(f"{page_of(site)}close/").status_code == 302

    with tenancy.transaction(customer):
        changed = Site.objects.get()
    assert (changed.name, changed.zone, changed.has_msi_consoles) == ("Desk", "Asia/Tokyo", True)
    assert changed.closed_at is not None
    assert client.get(page_of(site)).status_code == 200


def test_members_without_the_right_get_403(client, site, signed_in):
    signed_in("OPERATOR")

    assert client.get("/c/meridian/sites/register/").status_code == 403
    assert client.get(f"{page_of(site)}change/").status_code == 403
    assert client.post(f"{page_of(site)}close/").status_code == 403


def test_a_site_of_another_customer_does_not_exist_here(client, site):
    other = a_customer("Elsewhere", slug="elsewhere")
    client.force_login(a_member(other))

    assert client.get(f"/c/elsewhere/sites/{site.pk}/").status_code == 404
