"""A sandbox and a real customer, each with an upgrade to do."""

from datetime import date, time

import pytest

from appliances.models import Site
from appliances.services import sites
from portal import tenancy
from portal.models import ApiKey, Membership
from portal.services import keys
from tests import factories
from tests.conftest import NOON
from tests.upgrades.conftest import World
from upgrades.models import UpgradeJob
from upgrades.services import jobs, sandboxes, windows

TWO_HOPS = "14.1.1"


@pytest.fixture
def world(catalogue, noon, park, monkeypatch):
    """A sandbox with its one site in the simulator, two releases behind."""
    monkeypatch.setattr(sandboxes, "VERSIONS", {"base": "3.2.4", "product": "12.1"})
    home = factories.a_customer("Home")
    program = factories.a_member(home, "ADMINISTRATOR", "Ines Duarte")
    maker, _token = keys.issue(
        "CI", user=program, by=program, at=NOON, customer=home, scope="ADMINISTER"
    )
    park.clock(anchor_virtual=NOON.timestamp())
    made = sandboxes.open_one("Our CI", shapes=["SINGLE"], maker=maker, at=NOON)
    sandboxes.build_due(NOON)
    with tenancy.transaction(made.customer):
        [approver] = [row.user for row in Membership.objects.filter(role="APPROVER")]
        return World(made.customer, Site.objects.get(), program, approver, program, catalogue)


@pytest.fixture
def key(world):
    return ApiKey.objects.get(user=world.agent, customer=world.customer)


@pytest.fixture
def real(world, noon):
    """A real customer whose upgrade was approved for the same night."""
    customer = factories.a_customer("Bora Lines", slug="bora", zone="Europe/Istanbul")
    factories.a_contract(customer)
    approver = factories.a_member(customer, "APPROVER", "Deniz Kaya")
    with tenancy.transaction(customer):
        site = sites.register(
            by=world.agent, at=NOON, name="Desk", public_name="support.bora.sim", shape="SINGLE",
            zone="Europe/Istanbul", simulated=True, has_msi_consoles=False,
            has_integration_clients=False, appliances=({
                "letter": "A", "name": "A", "host": "a.bora.sim", "product_version": "12.1",
                "base_version": "3.2.4",
            },),
        )  # fmt: skip
        windows.add(
            site, rule="FREQ=DAILY", starts_on=date(2026, 11, 1), at_time=time(22, 0),
            minutes=360, title="", by=world.agent, at=NOON,
        )  # fmt: skip
        job = jobs.draft(
            site, world.packages[TWO_HOPS], by=world.agent, at=NOON, procedure="single",
            method="automatic",
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=NOON)
    with tenancy.transaction(customer):
        job = UpgradeJob.objects.get(pk=job.pk)
        jobs.approve(job, by=approver, at=NOON, digest=job.plan["digest"])
    return customer
