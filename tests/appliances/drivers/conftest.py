"""One simulator for the folder; every test parks appliances of its own in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from urllib.parse import urlsplit

import pytest

from appliances.drivers.base import Connection, Driver
from appliances.drivers.registry import driver_for
from appliances.simulator.process import Simulator
from portal.egress import Guard

numbers = count(1)
PRODUCT = {"xml": "22.3.1", "json": "25.1.2", "old": "15.2.1"}


@dataclass
class Parked:
    """A simulated appliance, and how it would be reached."""

    simulator: Simulator
    made: dict
    guard: Guard

    @property
    def host(self) -> str:
        return self.made["hostname"]

    @property
    def guid(self) -> str:
        return self.made["guid"]

    def connection(self, dialect: str = "xml", **more: object) -> Connection:
        if dialect == "old":
            user = self.made["users"][0]
            known = {"auth": "old", "account": user["username"], "secret": user["password"]}
        else:
            account = self.made["accounts"][0]
            known = {
                "dialect": dialect,
                "account": account["client_id"],
                "secret": account["client_secret"],
            }
        plain = {"host": self.host, "guid": self.guid, "simulated": True}
        return Connection(**{**plain, **known, **more})

    def driver(self, dialect: str = "xml", **more: object) -> Driver:
        return driver_for(self.connection(dialect, **more), guard=self.guard)

    def faults(self, **faults: object) -> None:
        self.simulator.faults(self.host, **faults)

    def truth(self) -> dict:
        return self.simulator.truth(self.host)


@pytest.fixture(scope="package")
def simulator() -> Iterator[Simulator]:
    settings = {"SIM_SYNC_SECONDS": 0.6, "SIM_FIRST_SYNC_SECONDS": 0.1}
    with Simulator(**settings) as running:
        yield running


@pytest.fixture(scope="package")
def guard(simulator: Simulator) -> Guard:
    parts = urlsplit(simulator.url)
    return Guard(simulator=(parts.hostname, parts.port))


@pytest.fixture
def park(simulator: Simulator, guard: Guard) -> Callable[..., Parked]:
    def make(dialect: str = "xml", **spec: object) -> Parked:
        spec = {"hostname": f"box-{next(numbers)}.sim", "product": PRODUCT[dialect], **spec}
        return Parked(simulator, simulator.park(spec)[0], guard)

    return make


@pytest.fixture
def pair(park) -> Callable[..., tuple[Parked, Parked]]:
    """A primary and its backup behind one public name."""

    def make(dialect: str = "xml", **spec: object) -> tuple[Parked, Parked]:
        number = next(numbers)
        one, other = f"a-{number}.sim", f"b-{number}.sim"
        public = {"public_name": f"site-{number}.sim", "build": "51234", "hash": "0" * 40, **spec}
        primary = park(dialect, hostname=one, failover_role="primary", peer=other, **public)
        backup = park(dialect, hostname=other, failover_role="backup", peer=one, **public)
        return primary, backup

    return make
