"""Sites, appliances, readings, readiness and packages over REST."""

import io

import pytest
from django.test import Client
from PIL import Image

from appliances.models import Appliance, Package, ReadinessCheck, Requirement
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import Caller
from tests.upgrades.operator import PIXEL

NOBODYS = "8a1a4cb8-9a3c-4bd7-9c80-2f5ae0f0ffff"


@pytest.fixture
def operator(customer, site, noon):
    return Caller(factories.a_member(customer, "OPERATOR", "Jan Novak"), customer)


def test_a_site_has_its_appliances_versions_and_zone(operator, site):
    seen = operator.get(f"sites/{site.pk}").json()

    assert (seen["shape"], seen["zone"], seen["licence"]) == ("SINGLE", "Europe/Istanbul", None)
    [box] = seen["appliances"]
    assert (box["letter"], box["product_version"], box["base_is_stale"]) == ("A", "22.3.1", True)
    assert "secret" not in str(seen)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, 1), ({"shape": "SINGLE,PAIR"}, 1), ({"shape": "PAIR"}, 0), ({"closed": "true"}, 0),
        ({"closed": "false"}, 1), ({"public_name": "support.meridian.sim"}, 1),
        ({"simulated": "false"}, 0),
    ],
)  # fmt: skip
def test_sites_are_filtered(operator, query, found):
    assert len(operator.rows("sites", **query)) == found


def test_a_version_is_typed_in_with_its_picture(operator, appliance):
    path = f"appliances/{appliance.pk}"
    picture = (
        Client()
        .post(f"/api/v1/{path}/evidence", PIXEL, content_type="image/png", headers=operator.headers)
        .json()["id"]
    )

    reading = operator.done(
        f"{path}/readings", {"kind": "base", "version": "6.2.0", "picture": picture}, status=201
    )

    assert (reading["kind"], reading["source"], reading["picture_id"]) == (
        "base",
        "PERSON",
        picture,
    )
    assert reading["read_by"]["name"] == "Jan Novak"
    box = operator.get(path).json()
    assert (box["base_version"], box["base_at"], box["base_is_stale"]) == (
        "6.2.0", "2026-11-23T12:00:00Z", False,
    )  # fmt: skip
    assert [row["id"] for row in operator.rows(f"{path}/readings")] == [reading["id"]]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "base", "version": "six"}, "version"),
        ({"kind": "licence", "version": "6"}, "kind"),
        ({"kind": "base", "version": "6", "read_at": "2026-11-24T12:00:00Z"}, "read_at"),
        ({"kind": "base", "version": "6", "picture": NOBODYS}, "picture"),
        ({"version": "6"}, "kind"),
        ({"kind": "base", "version": "6", "colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_a_reading_that_cannot_be_right_names_its_field(operator, appliance, body, field):
    answer = operator.post(f"appliances/{appliance.pk}/readings", body)

    assert (answer.status_code, list(answer.json()["errors"])) == (400, [field])
    assert operator.rows(f"appliances/{appliance.pk}/readings") == []


def test_readiness_is_asked_in_the_background_and_read_afterwards(operator, customer, site):
    answer = operator.post(f"sites/{site.pk}/readiness")
    with tenancy.transaction(customer):
        ReadinessCheck.objects.create(
            customer=customer, site=site, appliance=Appliance.objects.get(), name="HEALTH",
            status="BAD", reason="It did not answer, so this is not known.", taken_at=NOON,
            valid_until=NOON, blocks=True,
        )  # fmt: skip

    assert (answer.status_code, answer.json()) == (202, {"asked_at": "2026-11-23T12:00:00Z"})
    [check] = operator.get(f"sites/{site.pk}/readiness").json()["checks"]
    assert (check["name"], check["status"], check["blocks"]) == ("HEALTH", "BAD", True)
    assert check["appliance"]["letter"] == "A"


def test_packages_carry_requirements_and_how_well_they_are_known(operator):
    base = Package.objects.create(
        kind="BASE", version="4.0.1", name="Base 4.0.1", provenance="DEMO"
    )
    product = Package.objects.create(
        kind="PRODUCT", version="14.1", name="Product 14.1", provenance="INFERRED"
    )
    Requirement.objects.create(
        package=product, kind="BASE", version="3.2.4", above=True, provenance="DOCUMENTED",
        source_note="the page says so",
    )  # fmt: skip

    assert [row["version"] for row in operator.rows("packages")] == ["4.0.1", "14.1"]
    [seen] = operator.rows("packages", kind="product")
    assert (seen["kind"], seen["provenance"]) == ("product", "INFERRED")
    assert seen["requirements"] == [
        {
            "kind": "base", "above": True, "version": "3.2.4", "provenance": "DOCUMENTED",
            "source_note": "the page says so",
        }
    ]  # fmt: skip
    assert operator.get(f"packages/{base.pk}").json()["requirements"] == []
    assert operator.rows("packages", withdrawn="true") == []


def a_picture():
    made = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(made, "PNG")
    return made.getvalue()


def test_an_appliance_has_a_place_and_a_photograph(customer, appliance, noon):
    admin = Caller(factories.a_member(customer, "ADMINISTRATOR", "Ada Min"), customer, "ADMINISTER")
    with tenancy.transaction(customer):
        Appliance.objects.update(rack_place="Hall 2, rack 14")
    path = f"/api/v1/appliances/{appliance.pk}/photograph"

    kept = Client().post(path, a_picture(), content_type="image/png", headers=admin.headers)

    assert kept.status_code == 201
    seen = admin.get(f"appliances/{appliance.pk}").json()
    assert (seen["rack_place"], seen["photograph_id"]) == ("Hall 2, rack 14", kept.json()["id"])
    refused = Client().post(path, b"no picture", content_type="image/png", headers=admin.headers)
    assert refused.status_code == 400
    assert admin.get(f"appliances/{appliance.pk}").json()["photograph_id"] == kept.json()["id"]


def test_an_operator_keeps_no_photograph_of_an_appliance(operator, appliance):
    path = f"/api/v1/appliances/{appliance.pk}/photograph"

    answer = Client().post(path, PIXEL, content_type="image/png", headers=operator.headers)

    assert answer.status_code == 403
