"""Where the guide is served is read from procedures, rules and the list beside them."""

from appliances import actions as do
from tests import factories
from tests.upgrades.views.conftest import browser
from upgrades.planning.guide import BESIDE, IDS, Where
from upgrades.procedures import PROCEDURES
from upgrades.reports import guide


def entries():
    return {entry.id: entry for _title, those in guide.chapters() for entry in those}


def test_every_id_stands_once_in_the_order_of_the_guide():
    shown = [entry.id for _title, those in guide.chapters() for entry in those]

    assert shown == list(IDS)


def test_an_id_leads_to_the_lines_that_cite_it():
    first = entries()["G-SYNC-8"].cited[0]

    assert first.line is not None
    assert (first.page.name, first.line.text) == (
        "pair-synchronous", "Establish failover, B as backup",
    )  # fmt: skip


def test_an_id_of_a_page_as_a_whole_has_no_line():
    first = entries()["G-PAIR-1"].cited[0]

    assert (first.page.name, first.line) == ("pair-synchronous", None)


def test_a_line_that_pages_share_stands_once_and_says_on_how_many():
    (cited,) = entries()["G-MANUAL-2"].cited
    updating = [
        page.title
        for page in PROCEDURES.values()
        if any(s.action == do.INSTALL for phase in page.phases() for s in phase.steps)
    ]

    assert list(cited.pages) == updating
    assert cited.more == len(updating) - 1


def test_a_rule_has_its_sentence_and_what_is_beside_says_where_it_is_met():
    found = entries()

    assert found["G-RULE-9"].rule == "A failure in a base update halts everything"
    assert found["G-LIC-1"].beside == [
        guide.Told("record", "Licences of a site", "page of the site", "/sites/")
    ]


def test_no_name_of_our_code_stands_on_the_page(db):
    known = {place.module for places in BESIDE.values() for place in places if place.module}

    page = browser(factories.staff()).get("/catalogue/guide/").content.decode()

    assert "Licences of a site" in page
    assert [name for name in known if name in page] == []


def test_every_place_leads_to_a_page_that_every_agent_may_open(db):
    assert guide.LEADS.keys() == set(Where)
    agent = browser(factories.staff())

    addresses = {told.url for entry in entries().values() for told in entry.beside}

    assert {url: agent.get(url).status_code for url in addresses} == dict.fromkeys(addresses, 200)


def test_what_nothing_serves_is_said_to_be_missing():
    missing = [entry for entry in entries().values() if not entry.is_served]

    assert missing == []
    assert [entry.id for entry in entries().values() if entry.later] == []
    assert "Checklist, label and packing slip" in [one.words for one in entries()["G-RMA-3"].beside]
