"""Counts of the fleet are what the links behind them list; as few queries for many sites."""

from datetime import date

import pytest
from django.db import connections
from django.test.utils import CaptureQueriesContext

from appliances.models import Appliance, Package, Site
from appliances.services import catalogue, filtering
from portal import tenancy
from tests import factories
from tests.appliances.services.test_filtering import a_site
from tests.conftest import NOON
from upgrades.services.fleetwide import behind, counting, matrix, support

DAY = date(2026, 12, 1)


@pytest.fixture
def fleet(db):
    catalogue.load(catalogue.read(catalogue.VENDOR, catalogue.DEMO))
    covered, bare = factories.a_customer("Lyon"), factories.a_customer("Ankara")
    factories.a_contract(covered)
    a_site(covered, "one", product="24.1.1", base="7.1.0", region="emea")
    half = a_site(covered, "two", product="24.1.1", base="7.1.0", shape="PAIR", region="apac")
    with tenancy.transaction(covered):
        Appliance.objects.create(
            customer=covered, site=half, letter="B", name="B", host="b.two", region="emea",
            product_version="26.2", base_version="8.1.0",
        )  # fmt: skip
    a_site(bare, "three", product="12.2.0", base="3.3.2")
    a_site(bare, "four", product="26.2", base="8.1.0", region='say "hi", you')
    a_site(bare, "five", product="", base="", region="EMEA")
    a_site(bare, "six", product="10.0", base="1.0")
    return covered, bare


def everything():
    return Site.across.all()


def listed(sentence):
    return filtering.matching(everything(), sentence, on=DAY).filter(closed_at=None).count()


@pytest.mark.parametrize("by", counting.AXES)
@pytest.mark.parametrize("sentence", ["", "shape:single,pair"])
def test_every_count_is_what_its_link_lists(fleet, by, sentence):
    found = filtering.matching(everything(), sentence, on=DAY)
    shown = matrix.matrix(found, by, sentence=sentence)

    cells = [cell for line in shown.lines for cell in line.cells if cell.filter]
    assert len(cells) >= 4
    for cell in (*cells, *(line for line in shown.lines if line.filter)):
        number = cell.number if isinstance(cell, matrix.Cell) else cell.total
        assert listed(cell.filter) == number, cell


def test_the_matrix_by_shape_as_a_table(fleet):
    table = list(matrix.matrix(everything(), counting.SHAPE).table())

    assert table == [
        ["Release", "single appliance", "failover pair", "All"],
        ["26.2", 1, 1, 2],
        ["24.1.1", 1, 1, 2],
        ["12.2", 1, 0, 1],
        ["10", 1, 0, 1],
        ["not known", 1, 0, 1],
    ]


def test_a_site_without_an_appliance_counts_with_its_customer_as_the_link_lists_it(fleet):
    covered, _bare = fleet
    with tenancy.transaction(covered):
        Site.objects.create(
            customer=covered, name="empty", public_name="empty.example", zone="UTC", shape="SINGLE"
        )
    shown = matrix.matrix(everything(), counting.CUSTOMER)
    line = next(line for line in shown.lines if line.title == "Lyon")
    assert (line.total, listed(line.filter)) == (3, 3)


def test_customers_come_a_page_at_a_time_and_all_in_a_file(fleet, monkeypatch):
    first = matrix.matrix(everything(), counting.CUSTOMER, most=1)
    second = matrix.matrix(everything(), counting.CUSTOMER, most=1, after=1)
    whole = matrix.matrix(everything(), counting.CUSTOMER, most=None)

    assert ([line.title for line in first.lines], first.next, first.before) == (["Ankara"], 1, None)
    assert ([line.title for line in second.lines], second.next, second.before) == (
        ["Lyon"],
        None,
        0,
    )
    assert [(line.title, line.total) for line in whole.lines] == [("Ankara", 4), ("Lyon", 2)]


def test_a_site_is_as_far_behind_as_its_furthest_appliance(fleet):
    shown = behind.behind(everything())

    assert shown.target == "26.2"
    assert [(step.words, step.sites) for step in shown.steps] == [
        ("is there", 1), ("1 hop", 2), ("5 hops", 1), ("8 hops", 1),
        ("versions not known", 1),
    ]  # fmt: skip
    assert shown.behind == 5
    for group in shown.groups:
        assert not group.filter or listed(group.filter) == group.sites


def test_hops_are_those_to_the_release_that_is_asked_for_and_an_unknown_one_is_the_newest(fleet):
    assert [s.words for s in behind.behind(everything(), target="24.1.1").steps][:1] == ["is there"]
    assert behind.behind(everything(), target="no such").target == "26.2"


def test_without_a_package_that_all_need_there_is_no_way(fleet):
    Package.objects.filter(version="8.1.0").update(withdrawn_at=NOON)
    told = {step.words: step.sites for step in behind.behind(everything()).steps}
    assert told == {"is there": 1, "no way there": 4, "versions not known": 1}


def test_the_file_of_what_is_behind_names_each_site(fleet):
    rows = {row[1]: row[-1] for row in behind.listed(everything())}
    assert rows == {
        "Site": "Hops to 26.2", "one": 1, "two": 1, "three": 5, "four": 0,
        "five": "versions not known", "six": 8,
    }  # fmt: skip


def test_support_says_what_has_ended_and_who_has_no_contract(fleet):
    Package.objects.filter(version="24.1.1").update(supported_until=date(2027, 1, 15))
    Package.objects.filter(version="26.2").update(supported_until=date(2028, 8, 1))
    shown = support.support(everything(), on=DAY)

    assert [(one.product, one.state, one.sites) for one in shown.releases] == [
        ("10", "NOT_KNOWN", 1), ("12.2", "ENDED", 1), ("24.1.1", "ENDS_SOON", 2),
        ("26.2", "COVERED", 2),
    ]  # fmt: skip
    assert (shown.ended, shown.without_contract) == (1, 4)
    assert listed(shown.contract_filter) == 4
    assert all(listed(one.filter) == one.sites for one in shown.releases)


def test_an_empty_fleet_and_one_without_a_catalogue_are_shown_too(db):
    assert matrix.matrix(everything(), counting.REGION).lines == ()
    assert behind.behind(everything()).steps == ()
    customer = factories.a_customer("Lyon")
    a_site(customer, "one")
    assert [step.words for step in behind.behind(everything()).steps] == ["versions not known"]
    assert [one.state for one in support.support(everything(), on=DAY).releases] == ["NOT_KNOWN"]


@pytest.mark.parametrize(
    "read",
    [
        *(lambda by=by: matrix.matrix(everything(), by) for by in counting.AXES),
        lambda: behind.behind(everything()),
        lambda: list(behind.listed(everything())),
        lambda: support.support(everything(), on=DAY),
    ],
    ids=[*counting.AXES, "behind", "listed", "support"],
)
def test_many_sites_take_as_many_queries_as_few(fleet, read):
    covered, bare = fleet
    few = _queries(read)
    for number in range(4):
        a_site(bare, f"more{number}", product="25.1", base="7.4.0", region=f"r{number}")
        a_site(factories.a_customer(f"New {number}"), f"new{number}")
    assert _queries(read) == few


def _queries(read):
    with (
        CaptureQueriesContext(connections["staff"]) as across,
        CaptureQueriesContext(connections["default"]) as own,
    ):
        read()
    return len(across) + len(own)
