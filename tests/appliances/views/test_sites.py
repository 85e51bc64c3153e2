from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from appliances import queries
from appliances.models import Appliance, BaseHold, ReadinessCheck, Site
from appliances.services import licences, versions
from portal import clock, tenancy
from tests.factories import a_contract, a_member


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


def test_a_long_list_is_turned_page_by_page(client, customer, site, signed_in, monkeypatch):
    monkeypatch.setattr(queries, "PAGE", 1)
    signed_in("VIEWER")
    with tenancy.transaction(customer):
        Site.objects.create(
            customer=customer, name="A site before it", public_name="a.example.com",
            shape="SINGLE", zone="UTC",
        )  # fmt: skip

    first = client.get("/c/meridian/sites/")
    second = client.get("/c/meridian/sites/?after=1")

    assert [row.site.name for row in first.context["rows"]] == ["A site before it"]
    assert [row.site.name for row in second.context["rows"]] == ["Support desk"]
    assert "?after=1" in first.content.decode()
    assert "?after=0" in second.content.decode()


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
