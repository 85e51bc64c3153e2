"""A customer with a site, and the simulator as a process of its own to answer for it."""

from collections.abc import Iterator

import pytest

from appliances.models import Appliance, Site
from appliances.services import credentials
from appliances.simulator.process import Simulator
from portal import tenancy
from portal.models import Customer
from portal.services import customers
from tests.conftest import NOON

QUICK = {"SIM_INSTALL_SECONDS": "0.2", "SIM_BASE_SECONDS": "0.2", "SIM_SYNC_SECONDS": "0.2"}


@pytest.fixture(scope="session")
def simulator(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Simulator]:
    with Simulator(str(tmp_path_factory.mktemp("simulator")), **QUICK) as running:
        yield running


@pytest.fixture
def park(simulator: Simulator, settings) -> Simulator:
    """The simulator, empty; the installation's SIMULATOR_URL names it."""
    settings.SIMULATOR_URL = simulator.url
    simulator.control("DELETE", "park")
    return simulator


@pytest.fixture
def customer(db) -> Customer:
    return customers.open_customer("Meridian Freight", slug="meridian", at=NOON)


@pytest.fixture
def other_customer(db) -> Customer:
    return customers.open_customer("Borealis", slug="borealis", at=NOON)


@pytest.fixture
def site(customer) -> Site:
    """A single appliance A at base 3.2.4 and product 12.1, as the customer's record says."""
    with tenancy.transaction(customer):
        made = Site.objects.create(
            customer=customer,
            name="Support desk",
            public_name="support.meridian.sim",
            shape=Site.Shape.SINGLE,
            zone="Europe/Istanbul",
            simulated=True,
        )
        Appliance.objects.create(
            customer=customer,
            site=made,
            letter="A",
            name="Support A",
            host="a.meridian.sim",
            product_version="22.3.1",
            simulated=True,
        )
    return made


@pytest.fixture
def appliance(customer, site) -> Appliance:
    with tenancy.transaction(customer):
        return Appliance.objects.get(site=site)


@pytest.fixture
def answering(park, customer, appliance):
    """answering(product="24.1.1"): the park has this appliance, and the record its account."""

    def make(**spec) -> Appliance:
        plain = {
            "hostname": appliance.host,
            "public_name": "support.meridian.sim",
            "product": "22.3.1",
            "base": "6.2.0",
        }
        made = park.park(plain | spec)[0]
        account = made["accounts"][0]
        with tenancy.transaction(customer):
            appliance.guid = made["guid"]
            appliance.save()
            credentials.store(
                appliance,
                account=account["client_id"],
                secret=account["client_secret"],
                auth="OAUTH",
                by=None,
            )
        return appliance

    return make
