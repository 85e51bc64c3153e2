"""The two places the autopilot talks to: the portal's REST, the simulator's control surface."""

import json
import urllib.error
import urllib.request
import uuid
from urllib.parse import quote, urlencode

TIMEOUT = 20


class Refused(Exception):
    """An answer other than 2xx, or none at all (status 0). `code` and `message`: which one, and the
    page's own sentence, where it says so."""

    def __init__(self, status: int, text: str):
        super().__init__(f"{status}: {text}")
        self.status = status
        try:
            told = json.loads(text)
        except ValueError:
            told = None
        told = told if isinstance(told, dict) else {}
        self.code, self.message = str(told.get("code", "")), str(told.get("message", ""))


def call(
    method: str, address: str, headers: dict[str, str], body: dict | bytes | None = None
) -> dict:
    """JSON (or bytes as they are) in, JSON out. Raises Refused."""
    if not address.startswith(("http://", "https://")):
        raise Refused(0, f"not a web address: {address}")
    plain = body is None or isinstance(body, bytes)
    sent = body if plain else json.dumps(body).encode()
    head = {"Accept": "application/json", "Content-Type": "application/json"} | headers
    request = urllib.request.Request(address, data=sent, method=method, headers=head)  # noqa: S310
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:  # noqa: S310
            content = answer.read()
    except urllib.error.HTTPError as problem:
        with problem:
            text = problem.read(2000).decode("utf-8", "replace")
        raise Refused(problem.code, text) from None
    except OSError as problem:
        raise Refused(0, str(problem)) from None
    try:
        return json.loads(content) if content.strip() else {}
    except ValueError:
        raise Refused(0, "the answer is no JSON") from None


class Portal:
    def __init__(self, address: str, key: str):
        self.address, self.key = address.rstrip("/"), key

    def open_steps(self) -> list[dict]:
        """What waits for a person, or for the portal to see what a person did."""
        query = urlencode({"state": "ASKING,WATCHING", "simulated": "true"})
        found, address = [], f"{self.address}/api/v1/steps?{query}"
        while address:
            page = call("GET", address, self._headers())
            found += page.get("results", [])
            address = self._ours(page.get("next"))
        return found

    def _ours(self, following: str | None) -> str:
        """The next page, always asked where we are: a portal may know itself by another name."""
        if not following:
            return ""
        return f"{self.address}/api/v1/steps?{following.partition('?')[2]}"

    def take(self, step: dict) -> None:
        self._post(step, "take", None)

    def confirm(self, step: dict, evidence: dict) -> None:
        self._post(step, "confirm", {"evidence": evidence})

    def show(self, step: dict, picture: bytes) -> str:
        """Upload a picture for a step; its id, to be named in the evidence."""
        headers = self._headers() | {"Content-Type": "image/png"}
        address = f"{self.address}/api/v1/steps/{quote(str(step['id']))}/evidence"
        return call("POST", address, headers, picture)["id"]

    def _post(self, step: dict, verb: str, body: dict | None) -> None:
        headers = self._headers() | {"Idempotency-Key": str(uuid.uuid4()), "If-Match": "*"}
        address = f"{self.address}/api/v1/steps/{quote(str(step['id']))}/{verb}"
        call("POST", address, headers, body)

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key}"}


class Park:
    def __init__(self, address: str, control_key: str = ""):
        self.address, self.headers = address.rstrip("/"), {"X-Sim-Control": control_key}

    def truth(self, host: str) -> dict:
        return call("GET", f"{self.address}/_sim/appliances/{quote(host)}", self.headers)

    def hosts(self) -> list[dict]:
        return call("GET", f"{self.address}/_sim/appliances", self.headers)["appliances"]

    def press(self, host: str, button: str, **fields) -> dict:
        address = f"{self.address}/_sim/appliances/{quote(host)}/press"
        return call("POST", address, self.headers, {"button": button} | fields)["result"]
