"""/_sim/: what a test or a demo does to the park from outside. Never part of an appliance."""

import hmac

from appliances.simulator import (
    buttons,
    clock,
    doors,
    faults,
    jump_clients as clients,
    operations,
    people,
    updates,
)
from appliances.simulator.messages import Request, Response, as_json
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused, Unknown

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def answer(park: Park, request: Request) -> Response:
    """Only under a loopback name (or one that is allowed by setting), and with the key if set."""
    if problem := _stranger(park, request):
        return as_json({"message": problem}, 403)
    parts = request.path.strip("/").split("/")[1:]
    route = ROUTES.get(
        (request.method, "/".join([*parts[:1], *["*"] * len(parts[1:2]), *parts[2:]]))
    )
    if route is None:
        return as_json({"message": "There is no such control."}, 404)
    try:
        return as_json(route(park, request.json(), *parts[1:2]))
    except Refused as refusal:
        return as_json({"message": str(refusal), "code": refusal.code}, 409)
    except Unknown as problem:
        return as_json({"message": str(problem)}, 404)
    except (ValueError, KeyError, TypeError) as problem:
        park.undo()
        return as_json({"message": f"{type(problem).__name__}: {problem}"}, 400)


def _stranger(park: Park, request: Request) -> str:
    allowed = LOOPBACK | set(park.settings.control_hosts.lower().split(","))
    if request.host not in allowed:
        return "The control surface answers to loopback names only."
    key = park.settings.control_key
    if key and not hmac.compare_digest(
        request.headers.get("x-sim-control", "").encode(), key.encode()
    ):
        return "X-Sim-Control is missing or wrong."
    return ""


def truth(park: Park, appliance: dict) -> dict:
    """Everything about an appliance, what no API tells with it."""
    now = park.now(appliance)
    rows = appliance["jump_clients"]
    return appliance | {
        "now": now,
        "own_time": doors.own_time(park, appliance),
        "away": operations.away(appliance),
        "serves": park.serves(appliance),
        "connected": park.connected(appliance),
        "logged_in": len(people.logged_in(appliance, now, serving=park.serves(appliance))),
        "updates": updates.feed(park, appliance),
        "jump_clients_pending": sum(clients.needs_update(row, now) for row in rows),
        "jump_clients_stranded": sum(row["stranded"] for row in rows),
        "effects": park.store.effects(appliance["hostname"]),
        "effect_counts": park.store.counts(appliance["hostname"]),
    }


def _list(park: Park, body: dict) -> dict:
    keys = (
        "hostname",
        "public_name",
        "guid",
        "product",
        "build",
        "base",
        "failover_role",
        "cluster_role",
    )
    return {
        "appliances": [
            {key: row[key] for key in keys}
            | {"away": operations.away(row), "serves": park.serves(row)}
            | {"syncs": (row["operation"] or {}).get("kind") in ("sync", "swap")}
            for row in park.appliances.values()
        ]
    }


def _own(park: Park, hostname: str) -> dict:
    if hostname not in park.appliances:
        raise Unknown(f"There is no appliance {hostname!r}.")
    return park.appliances[hostname]


def _truth(park: Park, body: dict, hostname: str) -> dict:
    return truth(park, _own(park, hostname))


def _patch(park: Park, body: dict, hostname: str) -> dict:
    """Sets fields of the document as they are given; nothing is checked."""
    appliance = _own(park, hostname)
    if unknown := set(body) - set(appliance):
        raise ValueError(f"unknown keys {sorted(unknown)}")
    appliance |= body
    park.touch(appliance)
    return truth(park, appliance)


def _remove(park: Park, body: dict, hostname: str) -> dict:
    _own(park, hostname)
    park.forget(hostname)
    return {}


def _press(park: Park, body: dict, hostname: str) -> dict:
    appliance = _own(park, hostname)
    fields = {key: value for key, value in body.items() if key != "button"}
    return {"result": buttons.press(park, appliance, str(body.get("button", "")), fields)}


def _faults(park: Park, body: dict, hostname: str) -> dict:
    appliance = _own(park, hostname)
    appliance["faults"] = faults.parse(body)
    park.touch(appliance)
    return appliance["faults"]


def _add_faults(park: Park, body: dict, hostname: str) -> dict:
    appliance = _own(park, hostname)
    kept = {key: value for key, value in appliance["faults"].items() if key not in body}
    appliance["faults"] = kept | faults.parse(body)
    park.touch(appliance)
    return appliance["faults"]


def _clock(park: Park, body: dict) -> dict:
    return park.clock.as_json() | {"now": park.now(), "real": park.real_time()}


def _set_clock(park: Park, body: dict) -> dict:
    park.set_clock(clock.from_json(body, park.real_time(), park.clock))
    return _clock(park, {})


def fill(park: Park, body: dict) -> dict:
    """Adds to the park, or makes anew what is there: {packages, sites, appliances, replace}."""
    if body.get("replace"):
        park.clear()
    if "packages" in body:
        park.offer(body["packages"])
    for site in body.get("sites", []):
        park.sites.setdefault(site["public_name"], dict(site) | {"swing": site.get("swing", "dns")})
        park.dirty.add(("site", site["public_name"]))
    made = [park.add(spec) for spec in body.get("appliances", [])]
    return {"appliances": [_credentials(row) for row in made], "packages": len(park.packages)}


def _credentials(appliance: dict) -> dict:
    """What its maker needs to talk to it."""
    keys = ("client_id", "client_secret", "name")
    return {
        "hostname": appliance["hostname"],
        "public_name": appliance["public_name"],
        "guid": appliance["guid"],
        "serial": appliance["serial"],
        "accounts": [{key: row[key] for key in keys} for row in appliance["accounts"]],
        "users": [
            {key: row[key] for key in ("username", "password")} for row in appliance["users"]
        ],
    }


def _empty(park: Park, body: dict) -> dict:
    park.clear()
    return {}


def _point(park: Park, body: dict, public_name: str) -> dict:
    park.point(public_name, body["behind"], body.get("swing", ""))
    return park.sites[public_name]


ROUTES = {
    ("GET", "appliances"): _list,
    ("GET", "appliances/*"): _truth,
    ("PATCH", "appliances/*"): _patch,
    ("DELETE", "appliances/*"): _remove,
    ("POST", "appliances/*/press"): _press,
    ("PUT", "appliances/*/faults"): _faults,
    ("PATCH", "appliances/*/faults"): _add_faults,
    ("GET", "clock"): _clock,
    ("PUT", "clock"): _set_clock,
    ("POST", "park"): fill,
    ("DELETE", "park"): _empty,
    ("PUT", "sites/*"): _point,
}
