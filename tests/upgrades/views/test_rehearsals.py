"""Rehearsing from a plan's page: what can be chosen, how far it is, the report, who may see it."""

import pytest

from appliances.services import replacements
from portal import tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades.views.conftest import address, browser
from upgrades.models import Rehearsal, UpgradeJob
from upgrades.services.rehearsals import performing
from upgrades.services.rehearsals.faults import CATALOGUE


def chosen(world, target="12.2.0", **more):
    given = {"target": str(world.packages[target].pk), "procedure": "single"}
    return given | {"method": "automatic", "earliest": ""} | more


def start_of(world):
    return f"/c/meridian/sites/{world.site.pk}/rehearse/"


def page_of(row, rest=""):
    return f"/c/meridian/rehearsals/{row.pk}/{rest}"


@pytest.fixture
def asked(world):
    """Somebody has started a rehearsal; no worker has come yet."""
    given = chosen(world, faults=["base-fails"], seed="7")
    response = browser(world.operator).post(start_of(world), given)
    assert response.status_code == 302, response.content.decode()
    with tenancy.transaction(world.customer):
        return Rehearsal.objects.get()


@pytest.fixture
def played(world, asked):
    return performing.perform(world.customer.pk, asked.pk)


def test_only_faults_that_can_happen_are_offered(world):
    content = browser(world.operator).get(start_of(world), chosen(world)).content.decode()

    assert "A base update fails" in content
    assert "A worker of the portal is lost" in content
    assert str(CATALOGUE["dns-slow"].title) not in content
    assert "Drawn by the seed" in content


def test_a_rehearsal_is_written_down_with_who_asked_for_what(world, asked):
    assert (asked.state, asked.seed, asked.asked_by) == ("WAITING", 7, world.operator)
    assert [one["name"] for one in asked.faults] == ["base-fails"]
    with tenancy.transaction(world.customer):
        event = AuditEvent.objects.get(name="rehearsal.asked")
    assert event.data["digest"] == asked.digest


def test_nonsense_starts_nothing(world):
    wrong = browser(world.operator).post(start_of(world), chosen(world, faults=["fire"], seed="x"))

    assert wrong.status_code == 422
    with tenancy.transaction(world.customer):
        assert not Rehearsal.objects.exists()


def test_two_at_once_are_enough(world, asked):
    client = browser(world.operator)
    assert client.post(start_of(world), chosen(world)).status_code == 302

    refused = client.post(start_of(world), chosen(world))

    assert refused.status_code == 409
    assert "2 rehearsals are under way already." in refused.content.decode()


def test_while_it_waits_the_page_says_how_far_it_is_and_asks_again(world, asked):
    content = browser(world.operator).get(page_of(asked)).content.decode()

    assert "Waiting to begin" in content
    assert 'hx-trigger="every 2s"' in content
    assert "Cancel this rehearsal" in content
    assert "Look again" in content  # without JavaScript
    part = browser(world.operator).get(page_of(asked, "live/"))
    assert "HX-Refresh" not in part


def test_a_cancelled_one_is_over(world, asked):
    client = browser(world.operator)
    assert client.post(page_of(asked, "cancel/")).status_code == 302

    assert "Nothing is kept of it." in client.get(page_of(asked)).content.decode()
    assert client.post(page_of(asked, "cancel/")).status_code == 409
    assert client.get(page_of(asked, "live/"))["HX-Refresh"] == "true"
    assert performing.perform(world.customer.pk, asked.pk).state == "CANCELLED"


def test_the_report_says_where_it_would_halt_and_what_then(world, played):
    content = browser(world.operator).get(page_of(played)).content.decode()

    for words in (
        "would halt",
        f"It stops at step {played.report['stopped']['seq']}: Install the base package",
        "What then",
        "Do not restart the appliance.",
        "Two people release the hold",
        "The repair that fits then: ",
        "A base update fails",
        "Users cut off",
        "Timeline",
        "A failure in a base update halts everything",
        "no real appliance was touched",
    ):
        assert words in content, words
    assert "Do not run this plan" not in content


def test_plan_and_approval_say_that_this_very_plan_was_rehearsed(world, played, proposed):
    client = browser(world.approver)

    plan = client.get(f"/c/meridian/sites/{world.site.pk}/plan/", chosen(world)).content.decode()
    other = client.get(
        f"/c/meridian/sites/{world.site.pk}/plan/", chosen(world, "14.1.1")
    ).content.decode()
    job = client.get(address(world, proposed)).content.decode()

    assert "would halt" in plan
    assert "not rehearsed" not in plan
    assert "not rehearsed" in other
    assert "not rehearsed" in job  # its target is another one


def test_who_may(world, asked, viewer, stranger, confined):
    for person, start, page, cancel in (
        (viewer, 403, 200, 403),
        (stranger, 404, 404, 404),
        (confined, 404, 404, 404),
    ):
        client = browser(person)
        assert client.get(start_of(world), chosen(world)).status_code == start, person
        assert client.get(page_of(asked)).status_code == page, person
        assert client.get(page_of(asked, "live/")).status_code == page, person
        assert client.post(page_of(asked, "cancel/")).status_code == cancel, person


def test_staff_may(world, asked):
    assert browser(world.agent).get(page_of(asked)).status_code == 200


def test_not_before_goes_with_the_rehearsal(world):
    """The day that was chosen on the plan's page, at its beginning on the site's clock."""
    response = browser(world.operator).post(start_of(world), chosen(world, earliest="2027-01-15"))

    assert response.status_code == 302
    with tenancy.transaction(world.customer):
        assert Rehearsal.objects.get().earliest.isoformat() == "2027-01-14T21:00:00+00:00"


def delivered(world):
    with tenancy.transaction(world.customer):
        old = world.site.appliances.get()
        return replacements.register(
            old, name="New one", host="new.meridian.sim", physical=True, serial="NEW0001",
            base_version="3.2.4", by=world.agent, at=NOON,
        )  # fmt: skip


def given_up(world):
    with tenancy.transaction(world.customer):
        box = world.site.appliances.get()
        return UpgradeJob.objects.create(
            customer=world.customer, number=70, site=world.site, procedure="single",
            target=world.packages["12.2.0"], requested_by=world.agent, made_at=NOON,
            started_at=NOON, ended_at=NOON, state="ABANDONED", left_behind=["clients-removed"],
            left_state={"clients-removed": [str(box.pk)]},
        )  # fmt: skip


@pytest.mark.parametrize("kind", ["replacement", "repair"])
def test_plans_with_nothing_to_choose_are_rehearsed_from_their_own_page(
    world, viewer, stranger, kind
):
    if kind == "replacement":
        plan = f"/c/meridian/replacements/{delivered(world).pk}/plan/"
    else:
        plan = f"/c/meridian/jobs/{given_up(world).pk}/repair/"
    client, start = browser(world.operator), f"{plan}rehearse/"

    assert start in client.get(plan).content.decode()
    page = client.get(start, {"method": "automatic"}).content.decode()
    response = client.post(start, {"method": "automatic", "seed": "5"})

    title = "New one takes the place of Support A" if kind == "replacement" else "Repair of what"
    assert f"Rehearse: {title}" in page
    assert response.status_code == 302
    assert title in client.get(response["Location"]).content.decode()
    with tenancy.transaction(world.customer):
        row = Rehearsal.objects.get()
        assert (row.seed, row.replacement_id is None) == (5, kind == "repair")
    assert browser(viewer).post(start).status_code == 403
    assert browser(stranger).post(start).status_code == 404
