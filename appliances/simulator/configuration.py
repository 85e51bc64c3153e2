"""Settings a person changes on the pages, each a button of its own."""

import secrets

from appliances.simulator import jump_clients, seeds, updates
from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused, Unknown

INSTALLER_LIFE = 365 * 86400


def revised(park: Park, appliance: dict, name: str, /, **detail) -> None:
    """Every change of configuration counts: a sync overwrites the backup's (G-SYNC-10)."""
    appliance["config_revision"] += 1
    appliance["config_changed_at"] = park.now(appliance)
    park.effect(appliance, name, **detail)


def _jump_limit(park: Park, appliance: dict, fields: dict) -> dict:
    try:
        limit = int(fields.get("limit", ""))
    except ValueError:
        raise Refused("Give a number.") from None
    if not 1 <= limit <= 500:
        raise Refused("The number of concurrent upgrades lies between 1 and 500.")
    before, appliance["max_concurrent_jump_upgrades"] = (
        appliance["max_concurrent_jump_upgrades"],
        limit,
    )
    updates.reschedule(park, appliance)
    revised(park, appliance, "set_jump_limit", before=before, after=limit)
    return {"before": before, "after": limit}


def _backup_operations(value: bool):
    def button(park: Park, appliance: dict, fields: dict) -> None:
        if appliance["backup_operations"] == value:
            return
        appliance["backup_operations"] = value
        name = "start_backup_operations" if value else "stop_backup_operations"
        revised(park, appliance, name)

    return button


def _shared_ip(value: bool):
    def button(park: Park, appliance: dict, fields: dict) -> None:
        if not appliance["shared_ip"]:
            raise Refused("No shared IP address is configured.")
        if appliance["shared_ip_enabled"] == value:
            return
        appliance["shared_ip_enabled"] = value
        revised(park, appliance, "take_shared_ip" if value else "release_shared_ip")

    return button


def _psk(park: Park, appliance: dict, fields: dict) -> None:
    if not fields.get("psk"):
        raise Refused("Give a key.")
    appliance["psk"] = fields["psk"]
    revised(park, appliance, "set_psk")


def _xml_api(park: Park, appliance: dict, fields: dict) -> dict:
    appliance["xml_api"] = fields.get("enabled") in (True, 1, "1", "on", "true")
    revised(park, appliance, "set_xml_api", enabled=appliance["xml_api"])
    return {"enabled": appliance["xml_api"]}


def _export_certificates(park: Park, appliance: dict, fields: dict) -> dict:
    appliance["certificate_exported_at"] = park.now(appliance)
    park.effect(appliance, "export_certificates")
    return {"fingerprint": fingerprint(appliance)}


def _import_certificate(park: Park, appliance: dict, fields: dict) -> dict:
    """The site's own, with its key and chain; nothing answers with it before it is assigned."""
    appliance["certificate"] = "imported"
    park.effect(appliance, "import_certificate")
    return {"fingerprint": fingerprint(appliance), "issued_to": appliance["public_name"]}


def _assign_ip(park: Park, appliance: dict, fields: dict) -> dict:
    if appliance["certificate"] == "factory":
        raise Refused("Import a certificate first.")
    appliance["certificate"] = "site"
    park.effect(appliance, "assign_ip", address=appliance["own_ip"])
    return {"addresses": appliance["own_ip"]}


def _change_login(park: Park, appliance: dict, fields: dict) -> None:
    """The password that the appliance was delivered with works no longer."""
    new = fields.get("password") or secrets.token_hex(8)
    appliance["admin"] = {**appliance["admin"], "password": new}
    for user in appliance["users"]:
        if user["username"] == "admin":
            user["password"] = new
    revised(park, appliance, "change_login")


def fingerprint(appliance: dict) -> str:
    """A made-up SHA-256 of the certificate; it stays the same for one public name."""
    text = seeds.hexes(64, appliance["public_name"], "certificate")
    return ":".join(text[i : i + 2] for i in range(0, 64, 2)).upper()


def _remove_clients(park: Park, appliance: dict, fields: dict) -> dict:
    gone = len(appliance["jump_clients"])
    appliance["removed_clients"] = appliance.get("removed_clients", []) + appliance["jump_clients"]
    appliance["jump_clients"] = []
    revised(park, appliance, "remove_clients", count=gone)
    return {"removed": gone}


def _reinstall_clients(park: Park, appliance: dict, fields: dict) -> dict:
    """Everything removed comes back; whoever was stranded or behind is deployed anew."""
    now = park.now(appliance)
    rows = appliance["jump_clients"] + appliance.pop("removed_clients", [])
    for row in rows:
        if not jump_clients.is_off(row, now):
            row |= {"pending": False, "follows_at": None, "stranded": False, "connected_at": now}
    appliance["jump_clients"] = rows
    revised(park, appliance, "reinstall_clients", count=len(rows))
    return {"clients": len(rows)}


def _regenerate_installers(park: Park, appliance: dict, fields: dict) -> dict:
    """In the place of every installer that is no longer valid a new one of the same kind."""
    now, made = park.now(appliance), []
    for row in appliance["installers"]:
        if not row["valid"] or row["expires_at"] <= now:
            row["installer_id"] = secrets.token_hex(16)
            row |= {"valid": True, "created_at": now, "expires_at": now + INSTALLER_LIFE}
            made.append(row["name"])
    revised(park, appliance, "regenerate_installers", count=len(made))
    return {"installers": made}


def _host(off: bool):
    def button(park: Park, appliance: dict, fields: dict) -> None:
        """Switches the host of one Jump Client off, or on again."""
        now = park.now(appliance)
        row = next((r for r in appliance["jump_clients"] if r["id"] == fields.get("id")), None)
        if row is None:
            raise Unknown(f"There is no Jump Client {fields.get('id')!r}.")
        row["off_since"], row["off_until"] = (now, None) if off else (None, None)
        if not off:
            row["connected_at"] = now
        updates.reschedule(park, appliance)
        park.touch(appliance)

    return button


BUTTONS = {
    "set_jump_limit": _jump_limit,
    "stop_backup_operations": _backup_operations(False),
    "start_backup_operations": _backup_operations(True),
    "release_shared_ip": _shared_ip(False),
    "take_shared_ip": _shared_ip(True),
    "set_psk": _psk,
    "set_xml_api": _xml_api,
    "export_certificates": _export_certificates,
    "import_certificate": _import_certificate,
    "assign_ip": _assign_ip,
    "change_login": _change_login,
    "remove_clients": _remove_clients,
    "reinstall_clients": _reinstall_clients,
    "regenerate_installers": _regenerate_installers,
    "host_off": _host(True),
    "host_on": _host(False),
}
