"""The rows of the configuration API."""

import secrets

from appliances.simulator import appliance as appliances, jump_clients as clients, seeds
from appliances.simulator.clock import rfc3339
from appliances.simulator.park import Park

SHARED = "shared"


def jump_clients(park: Park, appliance: dict) -> list[dict]:
    """Only clients in shared Jump Groups are listed."""
    now, lost = park.now(appliance), park.settings.lost_after_minutes * 60
    rows = [row for row in appliance["jump_clients"] if row["jump_group_type"] == SHARED]
    return [clients.as_json(row, now, lost) for row in rows]


def installers(park: Park, appliance: dict) -> list[dict]:
    return [installer(row) for row in appliance["installers"]]


def installer(row: dict) -> dict:
    hidden = ("valid", "expires_at", "created_at")
    shown = {key: value for key, value in row.items() if key not in hidden}
    key = seeds.hexes(48, row["installer_id"], "key")
    return shown | {
        "expiration_timestamp": rfc3339(row["expires_at"]),
        "key_info": {"encodedInfo": key, "filename": "installer"},
    }


def new_installer(park: Park, appliance: dict, body: dict) -> tuple[dict, dict]:
    """The row, and an error bag that must be empty."""
    errors = {}
    group = body.get("jump_group_id")
    if not isinstance(group, int) or isinstance(group, bool) or group < 1:
        errors["jump_group_id"] = ["is required and must be a number"]
    if body.get("connection_type", "active") not in ("active", "passive"):
        errors["connection_type"] = ["must be active or passive"]
    minutes = body.get("valid_duration", 1440)
    if not isinstance(minutes, int) or not 10 <= minutes <= 525600:
        errors["valid_duration"] = ["must lie between 10 and 525600"]
        minutes = 1440
    now = park.now(appliance)
    row = {
        "id": max((one["id"] for one in appliance["installers"]), default=0) + 1,
        "installer_id": secrets.token_hex(16),
        "name": str(body.get("name", "")),
        "jump_group_id": group,
        "jump_group_type": str(body.get("jump_group_type", SHARED)),
        "connection_type": body.get("connection_type", "active"),
        "tag": str(body.get("tag", "")),
        "comments": str(body.get("comments", "")),
        "max_offline_minutes": 0,
        "expires_at": now + minutes * 60,
        "created_at": now,
        "valid": True,
    }
    return row, errors


def jumpoints(park: Park, appliance: dict) -> list[dict]:
    now = park.now(appliance)
    keys = ("id", "name", "platform", "code_name", "enabled", "clustered", "comments")
    return [
        {key: row[key] for key in keys} | {"connected": _connected(row, now)}
        for row in appliance["jumpoints"]
    ]


def _connected(row: dict, now: float) -> bool:
    return not row["off"] and now >= row["connected_at"]


def nodes(row: dict, now: float) -> list[dict]:
    return [
        {
            "id": row["id"] * 100 + index,
            "hostname": f"{row['code_name']}-{index}.example",
            "public_ip": f"203.0.113.{200 + index}",
            "private_ip": f"10.9.0.{index}",
            "last_connect_timestamp": rfc3339(min(now, row["connected_at"])),
            "last_disconnect_timestamp": rfc3339(min(now, row["connected_at"]) - 60),
        }
        for index in range(1, row["nodes"] + 1)
    ]


def public_portals(park: Park, appliance: dict) -> list[dict]:
    return [{"id": 1, "name": "Default", "addresses": [appliance["public_name"]]}]


def users(park: Park, appliance: dict) -> list[dict]:
    """Accounts of people: those of the old way in, and a plain one for each representative."""
    rows = [*appliance["users"], *({"username": rep["name"]} for rep in appliance["reps"])]
    return [
        {"id": number, "username": row["username"], "enabled": row.get("enabled", True)}
        for number, row in enumerate(rows, start=1)
    ]


def teams(park: Park, appliance: dict) -> list[dict]:
    return [{"id": n, "name": f"Team {n}"} for n in range(1, appliance["teams"] + 1)]


def api_accounts(park: Park, appliance: dict) -> list[dict]:
    """Never the secret."""
    keys = (
        "id", "name", "comments", "enabled", "ip_addresses", "client_id",
        "failed_login_attempts", *appliances.PERMISSIONS,
    )  # fmt: skip
    return [
        {key: row[key] for key in keys}
        | {"failed_login_expiration": rfc3339(row["failed_login_expiration"])}
        for row in appliance["accounts"]
    ]
