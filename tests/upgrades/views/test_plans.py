import pytest

from portal import tenancy
from portal.models import Contract, Message
from tests.upgrades.views.conftest import browser
from upgrades.models import Booking, MaintenanceWindow, UpgradeJob


def path_of(world):
    return f"/c/meridian/sites/{world.site.pk}/plan/"


def chosen(world, target="14.1.1", **more):
    given = {"target": str(world.packages[target].pk), "procedure": "single"}
    return given | {"method": "automatic", "earliest": ""} | more


def test_a_plan_is_looked_at_before_it_exists(world):
    response = browser(world.operator).get(path_of(world))

    content = response.content.decode()
    assert response.status_code == 200
    for words in (
        "Upgrade to Product 14.1.1",
        "The package after it needs base above 3.2.4.",
        "at least 24 h",
        "Mon 23 Nov 2026 22:00–04:00",
        "Upgrade of a single appliance",
        "lines of the page are left out",
        "It is not so that consoles are deployed by MSI.",
        "At least 24 h between the product packages of two releases",
        "Please decide: upgrade of Support desk to 14.1.1",
        "Submit for approval",
    ):
        assert words in content, words
    assert "BROKEN" not in {mark["state"] for mark in response.context["marks"]}
    with tenancy.transaction(world.customer):
        assert not UpgradeJob.objects.exists()
        assert not Message.objects.exists()


def test_every_release_says_how_far_it_is(world):
    options = browser(world.operator).get(path_of(world)).context["options"]["first"]

    assert [(option["title"], option["detail"]) for option in options] == [
        ("Product 14.1.1", "2 hops: 12.2.0, 14.1.1"),
        ("Product 12.2.0", "1 hop: 12.2.0"),
    ]


def test_the_address_says_what_is_planned(world):
    given = chosen(world, "12.2.0", method="manual", earliest="2026-12-01")

    response = browser(world.operator).get(path_of(world), given)

    assert response.context["drawn"].target.version == "12.2.0"
    assert "Make the Appliance Download Key" in response.content.decode()
    starts = {night.start.date().isoformat() for night in response.context["nights"]}
    assert min(starts) >= "2026-12-01"


@pytest.mark.parametrize(
    "wrong",
    [{"target": "no-uuid"}, {"procedure": "atlas"}, {"method": "magic"}, {"earliest": "soon"}],
)
def test_an_address_that_makes_no_sense_plans_nothing(world, wrong):
    response = browser(world.operator).get(path_of(world), chosen(world) | wrong)

    assert response.status_code == 422
    assert "Submit for approval" not in response.content.decode()


def test_submitting_drafts_holds_windows_and_asks_for_approval(world):
    response = browser(world.operator).post(path_of(world), chosen(world))

    assert response.status_code == 302
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get()
        assert (job.state, job.requested_by) == ("PROPOSED", world.operator)
        assert {booking.state for booking in Booking.objects.all()} == {"HELD"}
    assert response.url == f"/c/meridian/jobs/{job.pk}/"


def test_a_window_too_short_is_refused_with_its_remedy_and_nothing_changed(world):
    with tenancy.transaction(world.customer):
        MaintenanceWindow.objects.update(minutes=60)
    client = browser(world.operator)

    page = client.get(path_of(world)).content.decode()
    response = client.post(path_of(world), chosen(world))

    assert "longer: it takes" in page
    assert "Nothing was changed." in page
    assert "Submit for approval" not in page
    assert response.status_code == 409
    with tenancy.transaction(world.customer):
        assert not UpgradeJob.objects.exists()


def test_without_windows_nothing_is_booked_and_the_page_says_what_to_add(world):
    with tenancy.transaction(world.customer):
        MaintenanceWindow.objects.all().delete()

    page = browser(world.operator).get(path_of(world)).content.decode()

    assert "This site has no maintenance windows in this time." in page


def test_a_contract_that_ends_before_is_refused_with_its_date(world):
    with tenancy.transaction(world.customer):
        Contract.objects.update(ends_on="2026-11-24")
    client = browser(world.operator)

    page = client.get(path_of(world)).content.decode()

    assert "The maintenance contract ends on Tue 24 Nov 2026" in page
    assert client.post(path_of(world), chosen(world)).status_code == 409


def test_a_second_job_at_a_site_is_refused(world, proposed):
    response = browser(world.operator).post(path_of(world), chosen(world))

    assert response.status_code == 409
    assert "UJ-1 is already under way at this site." in response.content.decode()
