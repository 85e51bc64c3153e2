"""Checks, waivers, drift and thresholds of a site on their pages, as each role and a stranger."""

import pytest

from appliances.models import Drift, InstallationThreshold, Threshold, Waiver
from appliances.services import drift
from portal import tenancy
from upgrades.services import watching


@pytest.fixture
def at(site):
    return f"/c/meridian/sites/{site.pk}/"


@pytest.fixture
def drifted(customer, appliance, noon):
    with tenancy.transaction(customer):
        return drift.open_one(appliance, "PRODUCT", "22.3.1", "22.4.1", at=noon)


def test_the_page_shows_answers_by_weight(client, customer, site, at, signed_in, answering):
    answering(clock_offset=4000)
    signed_in("VIEWER")
    watching.check(customer.pk, site.pk)

    page = client.get(f"{at}checks/").content.decode()

    assert page.index("Holds an upgrade") < page.index("To watch") < page.index("Good")
    assert "Its clock is off by too much." in page
    assert "Answer for it" not in page


def test_who_may_waives_a_check_and_withdraws_it(client, customer, at, signed_in):
    who = signed_in("APPROVER")
    given = {"check": "CLOCK", "reason": "It is set tonight.", "days": "3"}

    assert client.post(f"{at}waive/", given).status_code == 302
    with tenancy.transaction(customer):
        waiver = Waiver.objects.get()
        assert (waiver.given_by_id, waiver.check_name) == (who.pk, "CLOCK")
    assert "It is set tonight." in client.get(f"{at}checks/").content.decode()

    assert client.post(f"/c/meridian/waivers/{waiver.pk}/withdraw/").status_code == 302
    with tenancy.transaction(customer):
        assert Waiver.objects.get().withdrawn_at is not None


@pytest.mark.parametrize("name", ["IDENTITY", "BASE_HOLD", "DRIFT"])
def test_some_checks_are_never_waived(client, customer, at, signed_in, name):
    signed_in("ADMINISTRATOR")

    answer = client.post(f"{at}waive/", {"check": name, "reason": "Please.", "days": "3"})

    assert answer.status_code == 409
    with tenancy.transaction(customer):
        assert not Waiver.objects.exists()


def test_a_drift_is_accepted_as_it_was_seen(client, customer, appliance, at, signed_in, drifted):
    who = signed_in("APPROVER")
    page = client.get(f"{at}checks/").content.decode()
    assert "22.4.1" in page

    path = f"/c/meridian/drifts/{drifted.pk}/accept/"
    assert client.post(path, {"found": "22.5", "remark": ""}).status_code == 409
    assert client.post(path, {"found": "22.4.1", "remark": "We did."}).status_code == 302

    with tenancy.transaction(customer):
        appliance.refresh_from_db()
        ended = Drift.objects.get()
        assert (appliance.product_version, ended.ended, ended.ended_by_id) == (
            "22.4.1", "ACCEPTED", who.pk,
        )  # fmt: skip
        assert appliance.readings.get().source == "API"


def test_an_administrator_sets_thresholds(client, customer, signed_in):
    signed_in("ADMINISTRATOR")
    assert "As given: 120." in client.get("/c/meridian/thresholds/").content.decode()

    assert client.post("/c/meridian/thresholds/", {"CLOCK__warns_seconds": "60"}).status_code == 302
    assert client.post("/c/meridian/thresholds/", {"CLOCK__warns_seconds": "0"}).status_code == 422

    with tenancy.transaction(customer):
        assert list(Threshold.objects.values_list("key", "value")) == [("CLOCK.warns_seconds", 60)]
    assert not InstallationThreshold.objects.exists()


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR"])
def test_who_may_not_is_told_so(client, at, signed_in, drifted, role):
    signed_in(role)

    assert client.post(f"{at}waive/", {"check": "CLOCK"}).status_code == 403
    assert client.post(f"/c/meridian/drifts/{drifted.pk}/accept/").status_code == 403
    assert client.get("/c/meridian/thresholds/").status_code == 403


def test_a_stranger_gets_404(client, at, stranger, drifted):
    assert client.get(f"{at}checks/").status_code == 404
    assert client.post(f"{at}waive/", {"check": "CLOCK"}).status_code == 404
    assert client.post(f"/c/meridian/drifts/{drifted.pk}/accept/").status_code == 404
    assert client.get("/c/meridian/thresholds/").status_code == 404
