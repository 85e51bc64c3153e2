"""The fleet's pages are staff's alone; a filter's mistakes are said at their place."""

import re
from zoneinfo import ZoneInfo

import pytest
from django.db.models.functions import Now

from portal.models import User
from tests import factories
from tests.appliances.services.test_filtering import a_site
from upgrades.models import FleetCount
from upgrades.services.fleetwide import counting, kept

PAGES = ("/fleet/", "/fleet/behind/", "/fleet/support/")
FILES = ("/fleet/versions.csv", "/fleet/behind.csv", "/fleet/support.csv")


@pytest.fixture
def fleet(db):
    customer = factories.a_customer("Lyon", slug="lyon")
    a_site(customer, "=one", product="24.1.1")
    a_site(customer, "two", product="25.1", shape="PAIR")
    return customer


def body(answer):
    return (b"".join(answer) if answer.streaming else answer.content).decode()


@pytest.mark.parametrize("page", [*PAGES, *FILES, "/sites/"])
def test_customers_people_find_nothing_there(client, fleet, page):
    client.force_login(factories.a_member(fleet, "ADMINISTRATOR"))
    assert client.get(page).status_code == 404


@pytest.mark.parametrize("page", [*PAGES, *FILES])
def test_staff_sees_it_narrowed_by_the_filter(client, fleet, page):
    client.force_login(factories.staff("AGENT"))
    whole, some = client.get(page), client.get(page, {"q": "shape:pair"})

    assert (whole.status_code, some.status_code) == (200, 200)
    whole, some = body(whole), body(some)
    assert ("24.1.1" in whole, "25.1" in whole) == (True, True)
    assert ("24.1.1" in some.replace("product<24.1.1", ""), "25.1" in some) == (False, True)


@pytest.mark.parametrize("page", [*PAGES, "/sites/"])
def test_a_filter_that_cannot_be_read_is_said_at_its_place(client, fleet, page):
    client.force_login(factories.staff("AGENT"))
    shown = body(client.get(page, {"q": "region:emea shape:<b>"}))

    assert "“shape” cannot be “&lt;b&gt;”." in shown
    assert "region:emea shape:<mark>&lt;b&gt;</mark>" in shown
    assert "It may be: cluster, cluster-with-failover, pair, single." in shown
    assert "<b>" not in shown.partition('role="search"')[2].partition("</form>")[0]


def test_a_file_calculates_nothing(client, fleet):
    client.force_login(factories.staff("AGENT"))
    answer = client.get("/fleet/behind.csv")
    assert "Lyon,'=one,'=one.example.com" in body(answer)
    assert answer["Content-Disposition"] == 'attachment; filename="behind.csv"'


def test_the_links_of_the_matrix_lead_to_the_filtered_list(client, fleet):
    client.force_login(factories.staff("AGENT"))
    shown = body(client.get("/fleet/?by=customer&q=shape%3Apair"))
    assert 'href="/sites/?q=shape%3Apair%20product%3A25.1%20customer%3Alyon"' in shown

    listed = body(client.get("/sites/?q=shape%3Apair%20product%3A25.1%20customer%3Alyon"))
    assert ("two.example.com" in listed, "=one.example.com" in listed) == (True, False)


@pytest.fixture
def kept_fleet(fleet, monkeypatch):
    """Counted once, as a fleet whose counting takes long; a site came since."""
    monkeypatch.setattr(kept, "FEW", -1)
    monkeypatch.setattr(kept, "QUICK", -1)
    for by in counting.AXES:
        kept.count_now(by)
    a_site(fleet, "three", product="26.2")
    return fleet


@pytest.mark.parametrize("by", counting.AXES)
def test_a_kept_count_says_when_it_was_made_and_is_made_anew_on_demand(client, kept_fleet, by):
    client.force_login(factories.staff("AGENT"))
    shown = body(client.get("/fleet/", {"by": by}))
    assert ("Counted at " in shown, ">26.2<" in shown) == (True, False)
    address = re.search('action="(/fleet/count/[^"]*)"', shown)[1].replace("&amp;", "&")

    answer = client.post(address)

    assert (answer.status_code, answer["Location"]) == (302, f"/fleet/?by={by}")
    assert ">26.2<" in body(client.get(answer["Location"]))


def test_what_a_filter_names_and_files_are_counted_at_each_look(client, kept_fleet):
    client.force_login(factories.staff("AGENT"))
    some = body(client.get("/fleet/", {"q": "shape:single"}))
    assert ("Counted at " in some, ">26.2<" in some) == (False, True)
    assert "26.2" in body(client.get("/fleet/versions.csv"))


def test_the_time_is_on_the_readers_clock(client, kept_fleet):
    FleetCount.objects.update(counted_at=Now())
    at = FleetCount.objects.get(pk="shape").counted_at
    reader = factories.staff("AGENT")
    User.objects.filter(pk=reader.pk).update(zone="Asia/Kolkata")
    client.force_login(reader)
    there = at.astimezone(ZoneInfo("Asia/Kolkata"))
    assert f"Counted at {there:%H:%M:%S} IST (UTC+05:30)" in body(client.get("/fleet/"))


def test_nobody_but_staff_has_it_counted_and_nobody_by_a_link(client, kept_fleet):
    before = list(FleetCount.objects.order_by("pk").values())
    client.force_login(factories.a_member(kept_fleet, "ADMINISTRATOR"))
    assert client.post("/fleet/count/").status_code == 404
    client.force_login(factories.staff("AGENT"))
    assert client.get("/fleet/count/").status_code == 405
    assert list(FleetCount.objects.order_by("pk").values()) == before
