"""One box for everything: who finds what, what is exact, and what anybody may write into it."""

import re

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from appliances.models import Appliance, Site
from portal import tenancy
from portal.models import Contact, Membership, Message
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views.conftest import browser

HERE, ALL = "/c/meridian/search/", "/search/"
CONTROL = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE")


@pytest.fixture
def full(world, proposed):
    """A site with everything that has a name: serial, contact, message."""
    with tenancy.transaction(world.customer):
        Appliance.objects.update(serial="SN-4711")
        Contact.objects.create(customer=world.customer, name="Jana Desk", email="desk@example.com")
        Message.objects.create(
            customer=world.customer, kind="x", dedupe_key="x", address="a@example.com",
            language="en", zone="UTC", subject="Desk upgraded", body_text="", message_id="x",
            next_at=NOON, written_at=NOON,
        )  # fmt: skip
    return world


def found(user, path, query):
    """Titles of groups → titles of their rows; where an exact reference leads instead."""
    page = browser(user).get(path, {"q": query})
    if page.status_code == 302:
        return page["Location"]
    assert page.status_code == 200
    main = page.content.decode().partition("<main")[2]
    groups = {}
    for group in re.findall(r'<section class="sec" id="(\w+)">(.*?)</section>', main, re.DOTALL):
        groups[group[0]] = re.findall(r"<b>(.*?)</b>", group[1])
    return groups


def test_staff_find_everything_of_everybody(full):
    desk = found(full.agent, ALL, "desk")
    assert "Desk upgraded" in desk.pop("message")
    assert desk == {"site": ["Support desk"], "contact": ["Jana Desk"]}
    assert found(full.agent, ALL, "MERIDIAN") == {
        "customer": ["Meridian Freight"], "site": ["Support desk"], "appliance": ["Support A"],
    }  # fmt: skip
    assert found(full.agent, ALL, "novak") == {"person": ["Jan Novak"]}
    assert found(full.agent, ALL, "14.1")["package"] == ["Product 14.1.1"]
    assert "procedure" in found(full.agent, ALL, "cluster")


def test_a_whole_reference_leads_straight_to_its_page(full, proposed):
    job, site = f"/c/meridian/jobs/{proposed.pk}/", f"/c/meridian/sites/{full.site.pk}/"
    assert found(full.agent, ALL, "uj-1") == job
    assert found(full.operator, HERE, " UJ-1 ") == job
    assert found(full.agent, ALL, "sn-4711") == site
    assert found(full.agent, ALL, "G-PREP-12") == "/catalogue/guide/#G-PREP-12"
    assert found(full.operator, HERE, "G-PREP-12").startswith("/c/meridian/catalogue/procedures/")
    assert found(full.agent, ALL, "SN-471") == {"appliance": ["Support A"]}
    assert found(full.agent, ALL, "UJ-2") == {}
    assert len(found(full.agent, ALL, "g-prep")["guide"]) == 8


def test_two_rows_of_one_reference_are_shown_not_chosen(full, proposed):
    other = factories.a_customer("Other")
    with tenancy.transaction(other):
        site = Site.objects.create(
            customer=other, name="Elsewhere", public_name="x.sim", shape="SINGLE", zone="UTC"
        )
        type(proposed).objects.create(
            customer=other, number=1, site=site, procedure="single", made_at=NOON,
            target=full.packages["12.2.0"], requested_by=full.agent,
        )  # fmt: skip
    assert sorted(found(full.agent, ALL, "UJ-1")["job"]) == ["UJ-1 Elsewhere", "UJ-1 Support desk"]
    assert found(full.operator, HERE, "UJ-1").startswith("/c/meridian/jobs/")


def test_a_member_finds_what_is_its_customers_and_its_role_may_see(full, viewer):
    assert found(full.operator, HERE, "desk") == {"site": ["Support desk"]}
    assert found(viewer, HERE, "meridian") == {"site": ["Support desk"], "appliance": ["Support A"]}
    admin = factories.a_member(full.customer, "ADMINISTRATOR", "Ada Min")
    assert found(admin, HERE, "desk") == {"site": ["Support desk"], "contact": ["Jana Desk"]}


def test_whoever_is_confined_finds_nothing_of_other_sites(full, confined):
    for query in ("desk", "meridian", "SN-4711", "UJ-1", "support"):
        groups = found(confined, HERE, query)
        assert not {"site", "appliance", "job", "return", "message"} & set(groups), query
    with tenancy.transaction(full.customer):
        Contact.objects.update(site_ids=[full.site.pk])
    assert found(confined, HERE, "desk") == {}


def test_strangers_find_no_page_and_on_their_own_nothing_of_others(full, stranger):
    assert browser(stranger).get(HERE, {"q": "desk"}).status_code == 404
    for query in ("desk", "meridian", "SN-4711", "UJ-1", "novak", "example.com"):
        groups = found(stranger, "/c/other/search/", query)
        text = str(groups)
        assert "Support" not in text
        assert "Novak" not in text
        assert "Jana" not in text
    assert Client().get(ALL, {"q": "desk"})["Location"].startswith("/sign-in/")


def test_a_member_of_one_customer_is_led_there_and_of_several_chooses(full):
    assert found(full.operator, ALL, "a&b") == f"{HERE}?q=a%26b"
    other = factories.a_customer("Other")
    with tenancy.transaction(other):
        Membership.objects.create(customer=other, user=full.operator, role="VIEWER")
    page = browser(full.operator).get(ALL, {"q": "desk"}).content.decode()
    assert 'href="/c/meridian/search/?q=desk"' in page
    assert 'href="/c/other/search/?q=desk"' in page


@pytest.mark.parametrize(
    "query",
    [
        "", " ", "x", "%%", "__", "\\\\", "a\0b", "'; --", '"quoted"', "<b>bold</b>", "x" * 5000,
        "ıİ ǆ", "😀😀", "UJ-999999999999", "UJ-999999999", "{{ 7|add:7 }}", "\u202eabc", "G-",
    ],
)  # fmt: skip
def test_whatever_is_written_is_answered_and_shown_as_it_is(full, query):
    page = browser(full.agent).get(ALL, {"q": query})

    assert page.status_code == 200
    source = page.content.decode()
    assert "<b>bold" not in source
    assert "Support desk" not in source
    assert len(source) < 100_000


def test_eight_of_a_kind_and_the_list_of_all(full):
    with tenancy.transaction(full.customer):
        for number in range(9):
            Site.objects.create(
                customer=full.customer, name=f"Depot {number}", public_name=f"d{number}.sim",
                shape="SINGLE", zone="UTC",
            )  # fmt: skip
    page = browser(full.operator).get(HERE, {"q": "depot"}).content.decode()

    assert page.count("<b>Depot") == 8
    [all_of_them] = re.findall(r'class="go" href="([^"]+)"', page)
    listed = browser(full.operator).get(all_of_them.replace("&amp;", "&")).content.decode()
    assert all(f"Depot {number}" in listed for number in range(9))


def test_it_asks_the_database_a_bounded_number_of_times(full):
    for user, path in ((full.agent, ALL), (full.operator, HERE)):
        client = browser(user)
        client.get(path)
        for query in ("desk", "11", "g-prep"):
            with (
                CaptureQueriesContext(connections["default"]) as own,
                CaptureQueriesContext(connections["staff"]) as across,
            ):
                client.get(path, {"q": query})
            asked = [*own.captured_queries, *across.captured_queries]
            assert sum(not each["sql"].startswith(CONTROL) for each in asked) <= 20


def test_the_box_stands_in_the_bar_and_needs_no_script(full):
    for user, start, action in ((full.agent, "/now/", ALL), (full.operator, "/c/meridian/", HERE)):
        page = browser(user).get(start).content.decode()
        assert f'role="search" action="{action}"' in page
