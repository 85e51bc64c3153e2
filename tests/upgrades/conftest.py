"""A customer with a site several releases behind, windows every night, and the simulator."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time
from typing import Any

import pytest

from appliances.models import Appliance, Package, Requirement, Site
from appliances.services import credentials, sites
from appliances.simulator.process import Simulator
from portal import tenancy
from portal.models import Customer, User
from tests import factories
from tests.conftest import NOON
from upgrades.services import windows

# Quick, and with API accounts from the first release on, so that one account serves every hop.
QUICK = {
    "SIM_INSTALL_SECONDS": "0.2", "SIM_BASE_SECONDS": "0.2", "SIM_SYNC_SECONDS": "0.2",
    "SIM_OAUTH_FROM": "10.1", "SIM_CONFIG_FROM": "10.1",
}  # fmt: skip
BASES = ("3.2.4", "3.3.2", "4.0.1")
PRODUCTS = {
    "12.1": (),
    "12.2.0": (("BASE", "3.2.4", True),),
    "14.1.1": (("BASE", "4.0.1", False), ("PRODUCT", "12.2.0", False)),
}


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(str(tmp_path_factory.mktemp("simulator")), **QUICK) as running:
        yield running


@pytest.fixture
def park(simulator: Simulator, settings: Any) -> Simulator:
    """The simulator, empty; the installation's SIMULATOR_URL names it."""
    settings.SIMULATOR_URL = simulator.url
    simulator.control("DELETE", "park")
    return simulator


@pytest.fixture
def catalogue(db: None) -> dict[str, Package]:
    return a_catalogue()


def a_catalogue() -> dict[str, Package]:
    """The guide's own case and one release more: 12.2.0 is blocked by base 3.2.4."""
    rows = {}
    for kind, versions in (("BASE", BASES), ("PRODUCT", PRODUCTS)):
        for version in versions:
            rows[version] = Package.objects.create(
                kind=kind, version=version, name=f"{kind.title()} {version}", provenance="DEMO",
                dwell_hours=24 if kind == "PRODUCT" else 0, is_major=kind == "PRODUCT",
            )  # fmt: skip
    for version, needs in PRODUCTS.items():
        for kind, least, above in needs:
            Requirement.objects.create(
                package=rows[version], kind=kind, version=least, above=above, provenance="DEMO"
            )
    return rows


def feed(catalogue: dict[str, Package]) -> list[dict[str, Any]]:
    """The same packages as the simulator offers them."""
    return [
        {
            "kind": row.kind.lower(), "version": row.version, "name": row.name,
            "requires": [
                {"kind": n.kind.lower(), "op": ">" if n.above else ">=", "version": n.version}
                for n in row.requirements.all()
            ],
        }
        for row in catalogue.values()
    ]  # fmt: skip


@dataclass
class World:
    """Everybody and everything of one story."""

    customer: Customer
    site: Site
    agent: User
    approver: User
    operator: User
    packages: dict[str, Package]

    @property
    def appliance(self) -> Appliance:
        with tenancy.transaction(self.customer):
            return Appliance.objects.get(site=self.site, letter="A")


SINGLE = ({
    "letter": "A", "name": "Support A", "host": "a.meridian.sim",
    "product_version": "12.1", "base_version": "3.2.4",
},)  # fmt: skip


def a_world(
    catalogue: dict[str, Package], *appliances: dict[str, Any], minutes: int = 360, **site: Any
) -> World:
    """Meridian Freight under contract, with people, nights of so many minutes and one site.

    `appliances` and `site` are what sites.register() takes; left out, it is one appliance.
    """
    customer = factories.a_customer("Meridian Freight", slug="meridian", zone="Europe/Istanbul")
    factories.a_contract(customer)
    agent = factories.staff(name="Ines Duarte")
    approver = factories.a_member(customer, "APPROVER", "Jana Vesela")
    operator = factories.a_member(customer, "OPERATOR", "Jan Novak")
    given = {
        "name": "Support desk", "public_name": "support.meridian.sim", "shape": "SINGLE",
        "zone": "Europe/Istanbul", "simulated": True,
        "has_msi_consoles": False, "has_integration_clients": False,
    }  # fmt: skip
    with tenancy.transaction(customer):
        made = sites.register(
            by=agent, at=NOON, appliances=appliances or SINGLE, **(given | site)
        )  # fmt: skip
        windows.add(
            made, rule="FREQ=DAILY", starts_on=date(2026, 11, 1), at_time=time(22, 0),
            minutes=minutes, title="", by=agent, at=NOON,
        )  # fmt: skip
    return World(customer, made, agent, approver, operator, catalogue)


def stand(park: Simulator, world: World, *specs: dict[str, Any]) -> Simulator:
    """The simulator plays the world's appliances (found by host name), and the portal knows their
    accounts."""
    made = {row["hostname"]: row for row in park.park(*specs, packages=feed(world.packages))}
    with tenancy.transaction(world.customer):
        for box in Appliance.objects.filter(site=world.site):
            told = made[box.host]
            box.guid = told["guid"]
            box.save()
            account = told["accounts"][0]
            credentials.store(
                box, account=account["client_id"], secret=account["client_secret"],
                auth="OAUTH", by=world.agent,
            )  # fmt: skip
    return park


@pytest.fixture
def world(catalogue: dict[str, Package]) -> World:
    """Meridian Freight under contract, with one appliance at base 3.2.4 and product 12.1."""
    return a_world(catalogue)


@pytest.fixture
def answering(park: Simulator, world: World) -> Simulator:
    """The simulator plays the world's appliance, and the portal knows its account."""
    return stand(park, world, {
        "hostname": "a.meridian.sim", "public_name": "support.meridian.sim",
        "product": "12.1", "base": "3.2.4", "installers": 2,
        "jump_clients": {"count": 12, "passive": 0.25, "off": 0.0, "seed": 1},
    })  # fmt: skip
