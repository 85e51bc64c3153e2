"""Replacements and returns on their pages: member, viewer, stranger, another customer."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from appliances.models import Appliance, HardwareReturn
from appliances.services import returns
from portal import tenancy
from tests import factories
from tests.conftest import NOON


@pytest.fixture
def signed(client, customer):
    def by(role):
        client.force_login(factories.a_member(customer, role))
        return client

    return by


NEW = {
    "name": "", "host": "new.meridian.sim", "dialect": "XML", "physical": "1", "model": "B400",
    "serial": "NEW1", "base_version": "6.2.0", "data_gb": "0", "certificate_pin": "",
}  # fmt: skip


def test_an_administrator_registers_a_replacement_and_a_viewer_may_not(
    signed, customer, site, appliance
):
    url = reverse("appliances:replacement-register", kwargs={"slug": "meridian", "pk": site.pk})
    assert signed("VIEWER").get(url).status_code == 403
    client = signed("ADMINISTRATOR")
    assert client.get(url).status_code == 200
    assert client.post(url, {}).status_code == 422

    answer = client.post(url, {**NEW, "replaces": str(appliance.pk)})

    assert answer.status_code == 302, answer.content
    with tenancy.transaction(customer):
        assert Appliance.known.get(replaces=appliance).place == "WAITING"
    page = client.get(answer.url).content.decode()
    assert "waits to take a place" in page


def test_a_failed_appliance_is_returned_step_by_step(signed, client, customer, site, appliance):
    kept = {"slug": "meridian"}
    opening = reverse("appliances:return-open", kwargs=kept | {"pk": site.pk})
    member = signed("OPERATOR")
    assert member.get(opening).status_code == 200
    answer = member.post(
        opening, {"appliance": str(appliance.pk), "kind": "REPLACE", "reason": "It burnt."}
    )
    with tenancy.transaction(customer):
        row = HardwareReturn.objects.get()
    page = reverse("appliances:return", kwargs=kept | {"pk": row.pk})
    assert answer.url == page
    assert member.get(page).status_code == 200
    move = {"pk": row.pk, "verb": "request"} | kept
    assert member.post(reverse("appliances:return-move", kwargs=move)).status_code == 302
    decide = reverse("appliances:return-decide", kwargs=move | {"verb": "authorise"})
    assert member.post(decide, {"rma_number": "R-1"}).status_code == 403
    wipe = reverse("appliances:return-move", kwargs=move | {"verb": "wipe"})
    assert member.post(wipe, {"serial": "X"}).status_code == 409
    client.force_login(factories.staff())
    assert client.post(decide, {"rma_number": "R-1"}).status_code == 302
    described = reverse("appliances:return-describe", kwargs=kept | {"pk": row.pk})
    assert client.post(described, {"kind": "ADVANCE", "carrier": "Parcel"}).status_code == 302
    with tenancy.transaction(customer):
        row = HardwareReturn.objects.get()
        assert (row.state, row.kind, row.carrier) == ("AUTHORISED", "ADVANCE", "Parcel")
    assert client.get(page).status_code == 200
    assert client.get(reverse("appliances:return-list-all")).status_code == 200
    assert client.get(reverse("appliances:return-list", kwargs=kept)).status_code == 200


def test_strangers_find_nothing(client, customer, other_customer, site, appliance, signed):
    signed("OPERATOR").post(
        reverse("appliances:return-open", kwargs={"slug": "meridian", "pk": site.pk}),
        {"appliance": str(appliance.pk), "kind": "REPLACE", "reason": "It burnt."},
    )
    with tenancy.transaction(customer):
        row = HardwareReturn.objects.get()
    client.force_login(factories.a_member(other_customer, "ADMINISTRATOR"))
    for slug in ("meridian", "borealis"):
        url = reverse("appliances:return", kwargs={"slug": slug, "pk": row.pk})
        assert client.get(url).status_code == 404


def test_every_fact_of_a_parcel_can_be_written_down(client, customer, appliance, site):
    client.force_login(factories.staff())
    with tenancy.transaction(customer):
        row = returns.open_failed(appliance, reason="Burnt.", kind="REPLACE", by=None, at=NOON)
    kept = {"slug": "meridian", "pk": row.pk}
    facts = {
        "kind": "ADVANCE", "severity": "2", "exposure": "4800", "currency": "EUR",
        "new_seal_intact": "true", "left_pair": "on", "ship_from_company": " Meridian  A.Ş. ",
        "ship_to_country": "France", "customs_eori": "FR1",
    }  # fmt: skip

    answer = client.post(reverse("appliances:return-describe", kwargs=kept), facts)

    assert answer.status_code == 302
    with tenancy.transaction(customer):
        found = HardwareReturn.objects.get()
    assert (found.severity, found.exposure, found.currency) == (2, 4800, "EUR")
    assert (found.new_seal_intact, found.left_pair) == (True, True)
    assert (found.ship_from, found.ship_to) == ({"company": "Meridian A.Ş."}, {"country": "France"})
    assert found.customs == {"eori": "FR1"}
    assert "Meridian A.Ş." in client.get(reverse("appliances:return", kwargs=kept)).content.decode()
    wrong = client.post(
        reverse("appliances:return-describe", kwargs=kept), {"kind": "ADVANCE", "severity": "4"}
    )
    assert wrong.status_code == 422


def test_the_pickup_is_told_on_the_sites_clock(client, customer, appliance, site):
    client.force_login(factories.staff())
    with tenancy.transaction(customer):
        row = returns.open_failed(appliance, reason="Burnt.", kind="REPLACE", by=None, at=NOON)
        HardwareReturn.objects.filter(pk=row.pk).update(state="PACKED", label_outside=True)
    move = {"slug": "meridian", "pk": row.pk, "verb": "book-pickup"}
    when = {"pickup_from": "2026-12-01T09:00", "pickup_until": "2026-12-01T12:00"}

    answer = client.post(
        reverse("appliances:return-move", kwargs=move), {"carrier": "Parcel", **when}
    )

    assert answer.status_code == 302
    with tenancy.transaction(customer):
        found = HardwareReturn.objects.get()
    assert found.pickup_from == datetime(2026, 12, 1, 6, tzinfo=UTC)
    assert found.pickup_until == datetime(2026, 12, 1, 9, tzinfo=UTC)
