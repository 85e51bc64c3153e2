"""A driver against a listener that says exactly what a test tells it to."""

from collections.abc import Iterator
from contextlib import contextmanager

from appliances.drivers.base import Connection
from appliances.drivers.json_command import JsonDriver
from appliances.drivers.pace import Pace
from appliances.drivers.remote import Remote
from appliances.drivers.session import Session
from appliances.drivers.tokens import Account, Tokens
from appliances.drivers.xml_command import XmlDriver
from portal.egress import Guard, Target
from tests.portal.egress_listeners import Listener, listening, page

GUID = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"
HEALTHY_XML = f"""<?xml version="1.0" encoding="UTF-8"?>
<health_check xmlns="https://www.beyondtrust.com/namespaces/API/command">
  <appliance id="{GUID}">sra-ist-01</appliance>
  <version>24.1.2 (51234-0123456789abcdef0123456789abcdef01234567)</version>
  <success>1</success>
  <failover_role>primary</failover_role>
  <enabled_shared_ips><ip>192.0.2.10</ip></enabled_shared_ips>
  <last_data_sync_time ts="1718000000">2024-06-10T06:13:20.104+0000</last_data_sync_time>
  <last_data_sync_status>Data-Sync completed successfully.</last_data_sync_status>
</health_check>""".encode()
HEALTHY_JSON = f"""{{"version": "25.1.2", "build": "60321", "appliance_hostname": "sra-ist-01",
 "appliance_id": "{GUID}", "cluster_role": "primary", "failover_role": "primary",
 "enabled_shared_ips": ["192.0.2.10"], "last_data_sync": "2025-06-10T06:13:20+00:00",
 "last_data_sync_status": "ok"}}""".encode()


class Script:
    """Answers in order; the last one for ever. Each is a body, or a whole raw answer."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.said = 0

    def __call__(self, client) -> None:
        answer = self.answers[min(self.said, len(self.answers) - 1)]
        self.said += 1
        client.sendall(answer if answer.startswith(b"HTTP/") else page(answer))

    def will_say(self, *answers: bytes) -> None:
        self.answers, self.said = list(answers), 0


class Stage:
    def __init__(self, listener: Listener, script: Script) -> None:
        self.listener, self.script = listener, script

    def driver(self, dialect: str) -> Remote:
        """`old`, `xml` or `json`; with OAuth there is a token already."""
        auth = "old" if dialect == "old" else "oauth"
        kind = "json" if dialect == "json" else "xml"
        known = {"account": "watch", "secret": "p&ss=wörd ", "simulated": True}
        connection = Connection("a.sim", guid=GUID, dialect=kind, auth=auth, **known)
        tokens = Tokens()
        account = Account.of("a.sim", "watch", connection.secret)
        tokens.get(account, lambda: ("t0", 3600))
        door = Guard(simulator=("127.0.0.1", self.listener.port)).door(
            Target("a.sim", simulated=True)
        )
        session = Session(connection, door, tokens=tokens, pace=Pace(sleep=lambda seconds: None))
        return JsonDriver(session) if kind == "json" else XmlDriver(session)


@contextmanager
def staged() -> Iterator[Stage]:
    script = Script()
    with listening(script) as listener:
        yield Stage(listener, script)
