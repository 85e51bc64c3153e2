"""The fleet's pages are staff's alone; a filter's mistakes are said at their place."""

import pytest

from tests import factories
from tests.appliances.services.test_filtering import a_site

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
