"""A portal as the autopilot knows one: its REST for steps, kept in memory, over real HTTP."""

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from appliances.simulator.autopilot.calls import Park, Portal
from appliances.simulator.autopilot.round import Autopilot


class Steps(ThreadingHTTPServer):
    """Asks for what is in `steps`; a confirmed one is asked no more."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.steps: dict[str, dict] = {}
        self.taken: list[str] = []
        self.confirmed: dict[str, dict] = {}
        self.refuse: dict[str, int] = {}  # verb: status
        self.keys: set[str] = set()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def ask(self, action: str, host: str | None = None, **more: object) -> dict:
        step = {
            "id": f"step-{len(self.steps) + 1}",
            "action": action,
            "state": "ASKING",
            "appliance": {"host": host, "simulated": True} if host else None,
            "package": None,
            "evidence_fields": [],
            "observed": False,
        }
        self.steps[step["id"]] = step | more
        return self.steps[step["id"]]


class Handler(BaseHTTPRequestHandler):
    server: Steps

    def do_GET(self) -> None:
        if self.headers.get("Authorization") != "Bearer key":
            self._answer(401, {})
            return
        rows = list(self.server.steps.values())
        page = int((re.search(r"page=(\d+)", self.path) or [0, 1])[1])
        following = None
        if len(rows) > 2 * page:
            following = f"http://elsewhere.example/api/v1/steps?page={page + 1}"
        self._answer(200, {"results": rows[2 * (page - 1) : 2 * page], "next": following})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        step, verb = re.fullmatch(r"/api/v1/steps/([^/]+)/(take|confirm)", self.path).groups()
        key = self.headers.get("Idempotency-Key")
        assert key
        assert key not in self.server.keys
        self.server.keys.add(key)
        if status := self.server.refuse.get(verb):
            self._answer(status, {"detail": "not now"})
            return
        if verb == "take":
            self.server.taken.append(step)
        else:
            self.server.confirmed[step] = json.loads(body)["evidence"]
            del self.server.steps[step]
        self._answer(200, {})

    def _answer(self, status: int, body: dict) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def portal() -> Iterator[Steps]:
    server = Steps()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def now() -> list[float]:
    return [0.0]


@pytest.fixture
def pilot(portal: Steps, simulator, now) -> Autopilot:
    calls = Portal(portal.url, "key"), Park(simulator.url)
    return Autopilot(*calls, clock=lambda: now[0])
