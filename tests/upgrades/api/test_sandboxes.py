"""Sandboxes over REST: made by a program, simulated, and apart from every real customer."""

from datetime import timedelta

import pytest
from django.db import ProgrammingError
from django.utils.dateparse import parse_datetime

from appliances.models import Site
from appliances.services import catalogue as packages
from portal import tenancy
from portal.models import ApiKey, Customer
from tests import factories
from tests.conftest import NOON
from tests.portal.api.caller import ADMINISTER, Caller
from tests.upgrades.api.addresses import SITE
from tests.upgrades.api.test_jobs import refused
from upgrades.models import MaintenanceWindow
from upgrades.services import sandboxes

WISH = {"name": "Our CI"}
SPAN = {"start": "2026-11-24T00:00:00Z", "end": "2026-12-24T00:00:00Z"}


class Tokened(Caller):
    """Calls with a key that somebody else made."""

    def __init__(self, token):
        self.headers = {"Authorization": f"Bearer {token}"}
        self.key = ApiKey.objects.get(prefix=token[:17])


@pytest.fixture
def administrator(world, noon):
    return Caller(factories.a_member(world.customer), world.customer, ADMINISTER)


@pytest.fixture
def made(administrator):
    return administrator.done("sandboxes", WISH, 201)


def test_its_sites_are_simulated_and_an_upgrade_is_asked_for_and_approved(
    db, noon, park, administrator
):
    packages.load(packages.read(packages.VENDOR, packages.DEMO))
    told = administrator.done("sandboxes", {**WISH, "shapes": ["SINGLE", "PAIR"]}, 201)
    own, approver = Tokened(told["token"]), Tokened(told["approver_token"])
    assert {told["token"][:9], told["approver_token"][:9]} == {"chg_test_"}
    assert [row["ready"] for row in administrator.rows("sandboxes")] == [False]

    assert sandboxes.due()
    sandboxes.build_due(NOON)
    sandboxes.build_due(NOON)

    assert not sandboxes.due()
    [shown] = own.rows("sandboxes")
    assert (shown["id"], shown["ready"]) == (told["id"], True)
    sites = own.rows("sites")
    assert [(site["shape"], site["simulated"]) for site in sites] == [
        ("SINGLE", True), ("PAIR", True),
    ]  # fmt: skip
    [newest] = [
        package for package in own.rows("packages", limit=100)
        if (package["kind"], package["version"]) == ("product", "23.2.1")
    ]  # fmt: skip
    draft = own.done("jobs", {"site": sites[0]["id"], "target": newest["id"]}, 201)
    proposed = own.done(f"jobs/{draft['id']}/submit")
    digest = {"digest": proposed["plan"]["digest"]}
    assert own.post(f"jobs/{draft['id']}/approve", digest).status_code == 409
    assert approver.done(f"jobs/{draft['id']}/approve", digest)["state"] == "SCHEDULED"


def test_its_keys_touch_nothing_else_and_no_other_key_touches_it(world, park, agent, administrator,
                                                                 made):  # fmt: skip
    packages.load(packages.read(packages.VENDOR, packages.DEMO))
    sandboxes.build_due(NOON)
    own = Tokened(made["token"])
    [site], [window] = own.rows("sites"), own.rows("windows")

    assert own.get(f"sites/{world.site.pk}").status_code == 404
    assert own.get(f"customers/{world.customer.pk}").status_code == 404
    assert [row["id"] for row in own.rows("customers")] == [made["id"]]
    for live in (administrator, agent):
        assert live.get(f"sites/{site['id']}").status_code == 404
        assert live.post(f"sites/{site['id']}/check").status_code == 404
        assert live.get(f"customers/{made['id']}").status_code == 404
        for noun in ("customers", "sites", "appliances", "windows", "contracts", "audit"):
            ids = [row["id"] for row in live.rows(noun, limit=100)]
            assert not {made["id"], site["id"], window["id"]} & {*ids}, noun
            assert "Our CI" not in str(live.get(noun, limit=100).content), noun
        windows = live.get("calendar", kind="WINDOW", site=site["id"], **SPAN)
        assert windows.json().get("results", []) == []


def test_a_test_key_of_staff_does_nothing_to_the_platform(park, agent, catalogue):
    maker = Caller(factories.staff("ADMINISTRATOR", "Ada Lind"), None, ADMINISTER)
    told = maker.done("sandboxes", WISH, 201)
    own = Tokened(told["token"])

    assert own.rows("packages")
    for noun in ("rollouts", "settlements", "thresholds"):
        assert refused(own.get(noun)) == (403, "key-of-sandbox"), noun
    assert refused(own.post("thresholds", {"values": {}})) == (403, "key-of-sandbox")
    withdrawn = own.post(f"packages/{catalogue['12.1'].pk}/withdraw")
    assert refused(withdrawn) == (403, "key-of-sandbox")
    assert refused(own.post("sandboxes", WISH)) == (409, "sandbox-in-sandbox")
    assert [row["prefix"] for row in own.rows("keys")] == [told["token"][:17]]
    assert [row["id"] for row in maker.rows("keys")] == [str(maker.key.pk)]
    assert maker.post(f"keys/{own.key.pk}/rotate").status_code == 404
    fresh = own.done(f"keys/{own.key.pk}/rotate", {"hours": 0}, 201)
    assert fresh["token"].startswith("chg_test_")
    assert maker.done(f"keys/{maker.key.pk}/rotate", status=201)["customer"] is None


@pytest.mark.parametrize("production", [False, True])
def test_without_a_simulator_there_is_none(administrator, settings, production):
    settings.PRODUCTION = production
    settings.SIMULATOR_URL = "http://127.0.0.1:8100" if production else ""

    assert refused(administrator.post("sandboxes", WISH)) == (409, "no-simulator")
    assert not sandboxes.due()
    with tenancy.with_sandboxes():
        assert not Customer.across.filter(sandbox_shapes__isnull=False).exists()


def test_a_simulator_that_is_away_is_waited_for(made, park, settings):
    away, settings.SIMULATOR_URL = settings.SIMULATOR_URL, "http://127.0.0.1:1"
    sandboxes.build_due(NOON)
    assert sandboxes.due()

    settings.SIMULATOR_URL = away
    sandboxes.build_due(NOON)

    with tenancy.transaction(made["id"]):
        assert Site.objects.count() == MaintenanceWindow.objects.count() == 1
        assert Customer.objects.get(pk=made["id"]).ready


def test_its_keys_are_no_wider_than_their_maker_and_there_is_a_most(world, noon):
    member = factories.a_member(world.customer)
    maker = Caller(member, world.customer, ADMINISTER, networks=["127.0.0.0/8"],
                   lives=timedelta(days=3))  # fmt: skip

    told = maker.done("sandboxes", WISH, 201)

    for token in (told["token"], told["approver_token"]):
        row = Tokened(token).get("keys").json()["results"][0]
        assert row["networks"] == ["127.0.0.0/8"]
        assert parse_datetime(row["expires_at"]) == maker.key.expires_at
    for _each in range(sandboxes.MOST - 1):
        maker.done("sandboxes", WISH, 201)
    assert refused(maker.post("sandboxes", WISH)) == (409, "too-many-sandboxes")


def test_its_keys_are_in_no_repeated_answer(administrator):
    first = administrator.post("sandboxes", WISH, **{"Idempotency-Key": "k1"})
    again = administrator.post("sandboxes", WISH, **{"Idempotency-Key": "k1"})

    assert again.json() == {**first.json(), "token": None, "approver_token": None}
    assert len(administrator.rows("sandboxes")) == 1


@pytest.mark.parametrize(
    ("values", "code"),
    [({"role": "APPROVER"}, "forbidden"), ({"site_ids": ["x"]}, "key-of-sites")],
)
def test_only_administrators_of_every_site_open_one(world, noon, values, code):
    sites = [world.site.pk] if "site_ids" in values else None
    member = factories.a_member(world.customer, values.get("role", "ADMINISTRATOR"), site_ids=sites)
    program = Caller(member, world.customer, ADMINISTER)

    assert refused(program.post("sandboxes", WISH)) == (403, code)


def test_it_is_one_for_life_and_has_no_real_site(made):
    own = Tokened(made["token"])
    assert refused(own.post("sites", SITE)) == (409, "sandbox-simulates")
    with tenancy.transaction(made["id"]), pytest.raises(ProgrammingError, match="never changes"):
        Customer.objects.filter(pk=made["id"]).update(sandbox_shapes=None)
