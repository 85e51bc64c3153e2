"""What the autopilot types into the fields of a step: what the simulator's pages show."""

from datetime import UTC, datetime, timedelta

from appliances.simulator.seeds import hexes
from appliances.simulator.updates import is_installed

YEAR = timedelta(days=365)
SAID = {"carrier": "Demo Parcel", "tracking": "DP 0000 4711"}  # what no page of an appliance shows


def fill(step: dict, truth: dict | None, shown: dict) -> dict:
    """A value for every required field, and for optional ones whose value is known.

    `truth` is what is so of the appliance after the act, `shown` what the page said to it.
    """
    known = _known(truth or {}, shown, step)
    filled = {}
    for field in step.get("evidence_fields") or []:
        name, kind = field["name"], field.get("kind", "text")
        if kind == "file":
            continue
        value = known.get(name)
        if value is None and field.get("required", True):
            value = _by_kind(field, kind, truth or {}, step)
        if value is not None:
            filled[name] = value
    return filled


def _by_kind(field: dict, kind: str, truth: dict, step: dict) -> object:
    now = _now(truth)
    plain = {
        "tick": True,
        "number": 0,
        "version": truth.get("product") or "0",
        "date": (now + YEAR).date().isoformat(),
        "datetime": now.isoformat(),
    }
    if kind == "choice":
        return _first(field.get("choices"))
    if found := SAID.get(field["name"]):
        return found
    words = f"Done on {truth.get('hostname', 'the site')} by the autopilot."
    return plain.get(kind, words)


def _first(choices: list | None) -> str:
    """A choice may be a word, a pair of value and label, or an object with a value."""
    if not choices:
        return ""
    one = choices[0]
    if isinstance(one, dict):
        return str(one.get("value", ""))
    return str(one[0] if isinstance(one, list | tuple) else one)


def _now(truth: dict) -> datetime:
    at = truth.get("now")
    return (datetime.now(UTC) if at is None else datetime.fromtimestamp(at, UTC)).replace(
        microsecond=0
    )


def _known(truth: dict, shown: dict, step: dict) -> dict:
    """By the field's name. What is None is not known."""
    if not truth:
        return {}
    return _versions(truth) | _files(truth, shown) | _list(truth, step) | _counts(truth, shown)


def _versions(truth: dict) -> dict:
    return {
        "base_version": truth["base"],
        "product_version": truth["product"] or None,
        "console_version": truth["product"] or None,
        "client_version": truth["product"] or None,
        "build": truth["build"] or None,
        "serial": truth["serial"],
        "machine": f"bench-1.{truth['public_name']}",
        "other_machine": f"bench-2.{truth['public_name']}",
        "host_name": truth["public_name"],
        "issued_to": truth["public_name"],
        "addresses": truth["shared_ip"] or truth["own_ip"],
        "answers_at": truth["own_ip"],
        "offset_seconds": int(truth["own_time"] - truth["now"]),
        "synced_at": _moment(truth["last_sync_at"] or truth["cluster_synced_at"]),
        "began_at": _moment(truth["now"]),
    }


def _moment(at: float | None) -> str | None:
    return None if at is None else datetime.fromtimestamp(int(at), UTC).isoformat()


def _files(truth: dict, shown: dict) -> dict:
    files = shown.get("files") or []
    return {
        "file_name": f"{truth['hostname']}.nsb" if "sha256" in shown else None,
        "sha256": shown.get("sha256"),
        "size_kb": max(1, shown["size"] // 1024) if "size" in shown else None,
        "fingerprint": shown.get("fingerprint") or hexes(64, truth["public_name"], "certificate"),
        "kept_at": f"The safe of {truth['public_name']}",
        "list_kept_at": f"The safe of {truth['public_name']}",
        "files": "\n".join(row["file"] for row in files) or None,
        "checksums": "\n".join(row["sha256"] for row in files) or None,
        "installers": "\n".join(shown.get("installers") or []) or None,
        "ticket": f"SIM-{truth['serial'][-4:]}" if "key" in shown else None,
    }


SEEN = 8  # greyed rows that fit on the screen; nobody types more


def _list(truth: dict, step: dict) -> dict:
    """The Updates page: what is offered, what is greyed out and why."""
    rows = truth["updates"]
    package = step.get("package") or {}
    pair = (package.get("kind"), package.get("version"))
    listed = not package or any((row["kind"], row["version"]) == pair for row in rows)
    offered = [row["name"] for row in rows if not row["blocked"]]
    blocked = [f"{row['name']}: {row['blocked']}" for row in rows if row["blocked"]]
    return {
        "offered": "\n".join(offered) or "nothing",
        "blocked": "\n".join(blocked[:SEEN]) or None,
        "licences": truth["licences"].get("number"),
        "licences_expire_on": truth["licences"].get("expires"),
        "all_there": True if listed or is_installed(truth, package) else None,
    }


def _counts(truth: dict, shown: dict) -> dict:
    clients = len(truth["jump_clients"])
    pending = truth["jump_clients_pending"]
    return {
        "nodes": shown.get("nodes"),
        "before": shown.get("before"),
        "after": shown.get("after", truth["max_concurrent_jump_upgrades"]),
        "jump_clients": shown.get("removed", clients),
        "pending": pending,
        "followed": clients - pending,
        "decision": "They follow when their hosts are switched on." if pending else None,
        "connected": sum(not row["off"] for row in truth["jumpoints"]),
        "users": len(truth["users"]),
        "consoles": truth["logged_in"],
    }
