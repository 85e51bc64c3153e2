"""Who is connected to an appliance: representatives, customers, Jumpoints."""

import math

from appliances.simulator import faults, jump_clients, seeds

USUAL = {"support_customer": 2, "presentation_attendee": 0, "push_agent": 1}
TYPES = ("representative", *USUAL)
NAMES = ("Deniz Kaya", "Claire Martin", "Amara Diallo", "Jonas Weber", "Elif Demir", "Noor Haddad")


def reps(spec: int | list, hostname: str, now: float) -> list[dict]:
    rows = [{} for _ in range(spec)] if isinstance(spec, int) else spec
    return [
        {
            "id": index,
            "name": NAMES[(index - 1) % len(NAMES)],
            "type": "Normal",
            "since": now - seeds.number(4 * 3600, hostname, "rep", index),
            "away_until": None,
            "sessions": 1 if index == 1 else 0,
        }
        | row
        for index, row in enumerate(rows, start=1)
    ]


def jumpoints(spec: int | list, hostname: str, now: float) -> list[dict]:
    rows = [{} for _ in range(spec)] if isinstance(spec, int) else spec
    return [
        {
            "id": index,
            "name": f"Jumpoint {index}",
            "platform": "windows-x86",
            "code_name": f"jumpoint_{index}",
            "enabled": True,
            "off": False,
            "stays_away": False,  # off from the next release on
            "clustered": False,
            "comments": "",
            "connected_at": now - seeds.number(86400, hostname, "jumpoint", index),
            "nodes": 1,
        }
        | row
        for index, row in enumerate(rows, start=1)
    ]


def sessions_are_lost(appliance: dict, at: float, away_minutes: float) -> None:
    """Everybody is cut off; they come back after a while if the appliance accepts them."""
    appliance["sessions_lost_at"] = at
    for rep in appliance["reps"]:
        rep["away_until"] = at + away_minutes * 60


def logged_in(appliance: dict, now: float, *, serving: bool) -> list[dict]:
    """Representatives whose console is connected. Nobody works on an appliance out of service."""
    if not serving:
        return []
    return [row for row in appliance["reps"] if (row["away_until"] or 0) <= now]


def counts(appliance: dict, now: float, *, serving: bool, settings, real: float) -> dict[str, int]:
    """Connected clients by type. `now` is the simulator's clock, `real` drives the draining."""
    operation = appliance["operation"] or {}
    if operation.get("kind") == "swap":
        return dict.fromkeys(TYPES, 0)
    lost = appliance["sessions_lost_at"]
    back = serving and (lost is None or now >= lost + settings.return_minutes * 60)
    share = _still_connected(appliance, real, settings.drain_seconds) if back else 0.0
    reps = len(logged_in(appliance, now, serving=serving))
    found = {"representative": math.ceil(reps * share)}
    for kind, usual in appliance["clients"].items():
        found[kind] = math.ceil(usual * share)
    customers = found.get("support_customer", 0) - len(appliance["terminated"])
    stay = int(faults.peek(appliance, "never_drains") or 0) if back else 0
    found["support_customer"] = max(0, customers, stay)
    return found


def _still_connected(appliance: dict, real: float, drain: float) -> float:
    """The share of clients left on a node that takes no new ones."""
    if appliance["accepting"]:
        return 1.0
    if appliance["drain_began"] is None:
        return 0.0
    return max(0.0, 1.0 - (real - appliance["drain_began"]) / max(drain, 0.001))


def online_jump_clients(appliance: dict, now: float) -> int:
    return sum(jump_clients.is_online(row, now) for row in appliance["jump_clients"])


def rows(appliance: dict, counted: dict[str, int], now: float) -> list[dict]:
    """Made-up but steady connected clients; ids hold as long as the appliance is not updated."""
    host, epoch = appliance["hostname"], appliance["sessions_lost_at"]
    return [
        {
            "id": seeds.hexes(32, host, kind, index, epoch),
            "type": kind,
            "hostname": f"{kind.replace('_', '-')}-{index + 1}.example",
            "platform": "Windows 10 (x64)",
            "since": now - 300 - seeds.number(7200, host, kind, index),
            "index": index,
        }
        for kind in TYPES
        for index in range(counted.get(kind, 0))
    ]
