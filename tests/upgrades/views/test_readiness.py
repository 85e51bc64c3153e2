"""Drift, differences and the test site on the pages of upgrades, as each role."""

from datetime import timedelta

import pytest

from appliances.models import Appliance, Difference, Drift, Site
from appliances.services import drift, waivers
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades.views.conftest import address, browser
from tests.upgrades.views.test_plans import chosen, path_of
from upgrades.services import testing


@pytest.fixture
def drifted(world):
    with tenancy.transaction(world.customer):
        return drift.open_one(Appliance.objects.get(), "PRODUCT", "12.1", "12.2.0", at=NOON)


@pytest.fixture
def differs(world, running):
    with tenancy.transaction(world.customer):
        return Difference.objects.create(
            customer=world.customer, appliance=Appliance.objects.get(), job_id=running.pk,
            window=1, key="users", before=9, after=3, beyond=True, found_at=NOON,
        )  # fmt: skip


@pytest.fixture
def lab(world):
    with tenancy.transaction(world.customer):
        made = Site.objects.create(
            customer=world.customer, name="Lab", public_name="lab.meridian.sim", shape="SINGLE",
            zone="UTC", simulated=True,
        )  # fmt: skip
        return testing.mark(made, test_of=world.site, by=world.agent)


def accept_of(row):
    return f"/c/meridian/drifts/{row.pk}/accept/"


def ended(world):
    with tenancy.transaction(world.customer):
        return Drift.objects.get().ended


def test_an_approver_accepts_a_drift_on_the_start_page(world, drifted):
    client = browser(world.approver)
    page = client.get("/c/meridian/").content.decode()
    assert "12.2.0" in page
    assert accept_of(drifted) in page

    assert client.post(accept_of(drifted), {"found": "12.2.0"}).status_code == 302

    assert ended(world) == "ACCEPTED"
    assert accept_of(drifted) not in client.get("/c/meridian/").content.decode()


def test_support_accepts_it_from_the_queue(world, drifted):
    client = browser(world.agent)
    page = client.get("/now/").content.decode()
    assert "Meridian Freight" in page
    assert accept_of(drifted) in page

    assert client.post(accept_of(drifted), {"found": "12.2.0"}).status_code == 302

    assert ended(world) == "ACCEPTED"


def test_who_may_not_accept_sees_it_without_a_button(world, drifted, viewer):
    client = browser(viewer)
    page = client.get("/c/meridian/").content.decode()

    assert "12.2.0" in page
    assert accept_of(drifted) not in page
    assert client.post(accept_of(drifted), {"found": "12.2.0"}).status_code == 403
    assert ended(world) == ""


def test_strangers_and_the_confined_see_no_drift(world, drifted, stranger, confined):
    assert browser(stranger).get("/c/meridian/").status_code == 404
    assert browser(stranger).post(accept_of(drifted), {"found": "12.2.0"}).status_code == 404
    assert "12.2.0" not in browser(confined).get("/c/meridian/").content.decode()
    assert browser(confined).post(accept_of(drifted), {"found": "12.2.0"}).status_code in (403, 404)
    assert ended(world) == ""


def test_a_difference_waits_on_the_live_page_until_somebody_looked(world, running, differs):
    client, path = browser(world.operator), f"/c/meridian/differences/{differs.pk}/acknowledge/"
    page = client.get(address(world, running)).content.decode()
    assert "What the windows changed" in page
    assert "to be looked at" in page
    assert path in page

    assert client.post(path, {"remark": "They left."}).status_code == 302

    page = client.get(address(world, running)).content.decode()
    assert "They left." in page
    assert path not in page
    assert client.post(path, {}).status_code == 409


def test_a_viewer_sees_a_difference_and_may_not_answer_for_it(world, running, differs, viewer):
    path = f"/c/meridian/differences/{differs.pk}/acknowledge/"
    client = browser(viewer)

    assert path not in client.get(address(world, running)).content.decode()
    assert client.post(path, {}).status_code == 403


def test_strangers_find_no_difference(world, differs, stranger):
    path = f"/c/meridian/differences/{differs.pk}/acknowledge/"

    assert browser(stranger).post(path, {}).status_code == 404


def test_a_plan_says_that_its_test_site_comes_first(world, lab):
    client = browser(world.operator)
    page = client.get(path_of(world)).content.decode()

    assert "Not confirmed on the test site yet" in page
    assert "Lab" in page
    assert "Submit for approval" not in page
    assert 'value="TESTED"' not in page  # an operator may not waive
    assert client.post(path_of(world), chosen(world)).status_code == 409


def test_who_may_answers_for_it_on_the_plan_itself(world, lab):
    client = browser(factories.a_member(world.customer, "ADMINISTRATOR", "Ada Min"))
    assert 'value="TESTED"' in client.get(path_of(world)).content.decode()
    given = {"check": "TESTED", "reason": "The lab is away.", "days": "3"}

    assert client.post(f"/c/meridian/sites/{world.site.pk}/waive/", given).status_code == 302

    page = client.get(path_of(world)).content.decode()
    assert "The lab is away." in page
    assert "Submit for approval" in page


def test_a_waiver_that_is_over_counts_no_more(world, lab):
    with tenancy.transaction(world.customer):
        waivers.give(
            world.site, "TESTED", reason="For an hour.", by=world.approver,
            at=NOON - timedelta(hours=2), expires_at=NOON - timedelta(hours=1),
        )  # fmt: skip

    assert "Submit for approval" not in browser(world.operator).get(path_of(world)).content.decode()
