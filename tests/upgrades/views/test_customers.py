"""Staff's list of customers, and the page of one with its whole history."""

from datetime import timedelta

import pytest

from portal import audit, histories, tenancy
from portal.templatetags.happenings import HAPPENINGS
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser
from upgrades import queries
from upgrades.models import UpgradeJob

HERE = "/c/meridian/customer/"


def test_each_customer_has_a_line_with_what_is_open_there(world, running):
    other = factories.a_customer("Other")

    rows = {
        row.customer.name: row for row in browser(world.agent).get("/customers/").context["rows"]
    }

    assert (rows["Meridian Freight"].sites, rows["Meridian Freight"].open_jobs) == (1, 1)
    assert rows["Meridian Freight"].until is not None
    assert (rows["Other"].sites, rows["Other"].open_jobs, rows["Other"].until) == (0, 0, None)
    assert other.slug


def test_what_is_halted_is_said_in_the_list(world, locked):
    [row] = browser(world.agent).get("/customers/").context["rows"]

    assert row.urgent == 1


def test_a_customer_is_found_by_a_part_of_its_name(world):
    factories.a_customer("Other")
    client = browser(world.agent)

    found = client.get("/customers/", {"q": "FREIGHT"}).context["rows"]

    assert [row.customer.name for row in found] == ["Meridian Freight"]
    page = client.get("/customers/", {"q": "nobody"}).content.decode()
    assert "No customer is called like this" in page


def test_pages_follow_each_other_without_a_hole(world, monkeypatch):
    for number in range(4):
        factories.a_customer(f"Customer {number}", slug=f"customer-{number}")
    monkeypatch.setattr(queries, "PAGE", 2)
    monkeypatch.setattr("upgrades.customer_queries.PAGE", 2)
    client = browser(world.agent)
    names, after = [], 0
    while after is not None:
        context = client.get("/customers/", {"after": after}).context
        names += [row.customer.name for row in context["rows"]]
        after = context["older"]

    assert names == [*(f"Customer {number}" for number in range(4)), "Meridian Freight"]
    assert client.get("/customers/", {"after": "-1"}).status_code == 200


def test_the_list_costs_no_more_for_many(world, django_assert_max_num_queries):
    client = browser(world.agent)
    client.get("/customers/")
    for number in range(20):
        factories.a_customer(f"Customer {number}", slug=f"customer-{number}")

    with django_assert_max_num_queries(20, using="staff"):
        client.get("/customers/")


def test_a_customers_page_says_what_it_has_and_leads_to_all_of_it(world, locked):
    page = browser(world.agent).get(HERE)

    content = page.content.decode()
    assert [str(line["word"]) for line in page.context["lines"]] == ["Halted"]
    assert page.context["figures"].sites == 1
    for path in ("contacts/", "contracts/", "freezes/", "returns/", "members/", "audit/"):
        assert f'href="/c/meridian/{path}"' in content
    assert "UJ-1" in content


def test_the_history_is_all_that_happened_the_latest_first(world, running):
    entries = browser(world.agent).get(HERE).context["entries"]

    numbers = [entry["number"] for entry in entries]
    assert numbers == sorted(numbers, reverse=True)
    assert numbers[-1] == 1
    assert "/jobs/" in next(str(e["text"]) for e in entries if "Upgrade started" in str(e["text"]))


def test_the_history_is_narrowed_to_what_it_is_about(world, running):
    client = browser(world.agent)

    entries = client.get(HERE, {"about": "sites"}).context["entries"]

    assert entries
    assert not any("Upgrade" in str(entry["text"]) for entry in entries)
    assert client.get(HERE, {"about": "returns"}).context["entries"] == []
    everything = client.get(HERE, {"about": "nonsense"}).context
    assert everything["group"] == ""
    assert len(everything["entries"]) > len(entries)


def test_older_history_follows_on(world):
    with tenancy.transaction(world.customer):
        for number in range(70):
            audit.record("site.changed", world.site, by=world.agent, at=NOON + timedelta(number))
    client = browser(world.agent)
    first = client.get(HERE).context

    second = client.get(HERE, {"before": first["older"]}).context

    assert len(first["entries"]) == 50
    assert second["entries"][0]["number"] == first["entries"][-1]["number"] - 1
    assert second["entries"][-1]["number"] == 1


def test_nothing_of_another_customer_stands_there(world, running):
    other = factories.a_customer("Other")
    factories.a_member(other, "ADMINISTRATOR", "Otto Fremd")

    page = browser(world.agent).get("/c/other/customer/")

    assert page.context["lines"] == []
    assert page.context["jobs"] == []
    assert "Meridian" not in page.content.decode()


def test_names_are_text_and_no_markup(world, running):
    with tenancy.transaction(world.customer):
        type(world.site).objects.filter(pk=world.site.pk).update(name="<b>Desk</b>")

    content = browser(world.agent).get(HERE).content.decode()

    assert "<b>Desk</b>" not in content
    assert "&lt;b&gt;Desk&lt;/b&gt;" in content


def test_both_are_for_staff(world, stranger):
    for person in (world.approver, stranger):
        assert browser(person).get("/customers/").status_code == 404
    assert browser(world.approver).get(HERE).status_code == 403
    assert browser(stranger).get(HERE).status_code == 404


def test_staff_find_the_way_to_it_from_any_page_of_the_customer(world, running):
    content = browser(world.agent).get("/c/meridian/jobs/").content.decode()

    assert f'href="{HERE}"' in content
    assert HERE not in browser(world.approver).get("/c/meridian/jobs/").content.decode()


@pytest.mark.parametrize("name", sorted({name.split(".")[0] for name in HAPPENINGS}))
def test_every_event_is_about_one_thing(name):
    assert [code for code, (_t, lives) in histories.GROUPS.items() if name in lives] != []
    assert len([code for code, (_t, lives) in histories.GROUPS.items() if name in lives]) == 1


def test_an_event_of_no_upgrade_is_told_without_a_link(world):
    assert not UpgradeJob.across.exists()

    entries = browser(world.agent).get(HERE).context["entries"]

    assert entries
    assert not any("href" in str(entry["text"]) for entry in entries)


@pytest.mark.parametrize("asked", [
    {"before": "9" * 30}, {"before": "-1"}, {"before": "x"}, {"before": "1_2"}, {"before": "\x00"},
    {"about": "\x00"}, {"about": "job'; --"},
])  # fmt: skip
def test_an_address_that_was_tampered_with_is_no_fault(world, running, asked):
    assert browser(world.agent).get(HERE, asked).status_code == 200


@pytest.mark.parametrize("asked", [
    {"q": "\x00"}, {"q": "%_\\"}, {"q": "x" * 5000}, {"after": "²"}, {"after": "999999"},
])  # fmt: skip
def test_nor_is_one_of_the_list(world, asked):
    assert browser(world.agent).get("/customers/", asked).status_code == 200
