"""A simulator for the folder, and a plain way to speak HTTP with its appliances."""

import base64
import http.client
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlencode, urlsplit
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring

from appliances.simulator.process import Simulator

numbers = count(1)
QUICK = {
    "SIM_INSTALL_SECONDS": 0.3,
    "SIM_BASE_SECONDS": 0.3,
    "SIM_SYNC_SECONDS": 0.3,
    "SIM_FIRST_SYNC_SECONDS": 0.1,
    "SIM_RESET_SECONDS": 0.2,
    "SIM_DRAIN_SECONDS": 0.4,
}
PACKAGES = [
    {"kind": "base", "version": "3.3.2"},
    {"kind": "base", "version": "7.4.0"},
    {
        "kind": "product",
        "version": "12.2.0",
        "requires": [{"kind": "base", "op": ">=", "version": "3.3.2"}],
    },
    {
        "kind": "product",
        "version": "22.4.1",
        "requires": [{"kind": "product", "op": ">=", "version": "21.1"}],
    },
    {
        "kind": "product",
        "version": "25.2.1",
        "requires": [{"kind": "base", "op": ">=", "version": "7.4"}],
    },
]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> object:
        return json.loads(self.body)

    def xml(self) -> Element:
        return fromstring(self.body)

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Appliance:
    """One simulated appliance, as a client with or without a token sees it."""

    simulator: Simulator
    made: dict
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        return self.made["hostname"]

    def call(
        self,
        path: str,
        method: str = "GET",
        *,
        body: bytes | None = None,
        host: str = "",
        json: dict | None = None,
        form: dict | None = None,
        headers: dict | None = None,
    ) -> Answer:
        address = urlsplit(self.simulator.url)
        sent = {"Host": host or self.host} | self.headers | (headers or {})
        if form is not None:
            body = urlencode(form, doseq=True).encode()
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        if json is not None:
            body = _bytes(json)
            sent["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
        try:
            connection.request(method, path, body, sent)
            answer = connection.getresponse()
            return Answer(answer.status, dict(answer.headers), answer.read())
        finally:
            connection.close()

    def ask_for_token(self, secret: str = "", account: int = 0) -> Answer:
        row = self.made["accounts"][account]
        pair = f"{row['client_id']}:{secret or row['client_secret']}"
        basic = {"Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
        form = {"grant_type": "client_credentials"}
        return self.call("/oauth2/token", "POST", form=form, headers=basic)

    def sign_in(self) -> "Appliance":
        token = self.ask_for_token().json()["access_token"]
        self.headers["Authorization"] = f"Bearer {token}"
        return self

    def command(self, action: str, **fields: object) -> Element:
        query = urlencode({"action": action} | fields)
        return self.call(f"/api/command?{query}").xml()

    def press(self, button: str, **fields: object) -> dict:
        return self.simulator.press(self.host, button, **fields)

    def press_and_wait(self, button: str, **fields: object) -> dict:
        self.press(button, **fields)
        return self.simulator.settled(self.host)

    def truth(self) -> dict:
        return self.simulator.truth(self.host)

    def faults(self, **faults: object) -> None:
        self.simulator.faults(self.host, **faults)


def _bytes(body: dict) -> bytes:
    return json.dumps(body).encode()


def local(element: Element) -> str:
    """The name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


@pytest.fixture
def name_of() -> Callable[[Element], str]:
    return local


@pytest.fixture
def texts() -> Callable[[Element], dict[str, str]]:
    """The children of an element as {name: text}."""
    return lambda element: {local(child): child.text or "" for child in element}


@pytest.fixture(scope="package")
def simulator() -> Iterator[Simulator]:
    with Simulator(**QUICK) as running:
        running.park(packages=PACKAGES)
        yield running


@pytest.fixture
def appliance(simulator: Simulator) -> Callable[..., Appliance]:
    def make(**spec: object) -> Appliance:
        spec = {"hostname": f"one-{next(numbers)}.sim", "product": "22.3.1"} | spec
        return Appliance(simulator, simulator.park(spec)[0])

    return make


@pytest.fixture
def pair(appliance) -> Callable[..., tuple[Appliance, Appliance]]:
    def make(**spec: object) -> tuple[Appliance, Appliance]:
        number = next(numbers)
        a, b = f"a-{number}.sim", f"b-{number}.sim"
        common = {"public_name": f"pair-{number}.sim"} | spec
        primary = appliance(hostname=a, failover_role="primary", peer=b, **common)
        backup = appliance(hostname=b, failover_role="backup", peer=a, **common)
        if int(str(spec.get("product", "22")).split(".")[0]) > 16:
            primary.sign_in()
            backup.sign_in()
        return primary, backup

    return make


@pytest.fixture(autouse=True)
def real_time_again(simulator: Simulator) -> Iterator[None]:
    """A test that moved the clock leaves it moved: only its speed is put back."""
    yield
    if simulator.clock()["rate"] != 1:
        simulator.clock(rate=1)
