"""One appliance as a document: from what a park file says to everything that is kept."""

from appliances.simulator import jump_clients, people, seeds, versions

PERMISSIONS = {
    "perm_command": "full_access",
    "perm_backup": True,
    "perm_configuration": True,
    "perm_configuration_vault_account": False,
    "perm_ecm": False,
    "perm_real_time_state": False,
    "perm_reporting_archive": False,
    "perm_reporting_license": True,
    "perm_reporting_support": True,
    "perm_reporting_presentation": False,
    "perm_reporting_vault": False,
    "perm_reporting_jump_item": False,
    "perm_reporting_syslog": False,
    "perm_vault_backup": False,
    "perm_scim": False,
}

PLAIN = {
    "model": "B300",
    "physical": True,
    "company_name": "Example Support",
    "base": "6.2.0",
    "product": "22.3.1",
    "failover_role": "none",
    "peer": None,
    "shared_ip": None,
    "last_sync_at": None,
    "last_sync_status": "",
    "backup_operations": True,
    "cluster_role": "single",
    "cluster": None,
    "region": "",
    "accepting": True,
    "teams": 1,
    "drain_began": None,
    "closed": [],  # a backup master's own list of nodes that do not accept
    "max_concurrent_jump_upgrades": 50,
    "xml_api": True,
    "clock_offset": 0,
    "ahead": 0,  # seconds by which time went on for it and not for the rest of the park
    "ntp_server": "ntp.example.net",
    "timezone_offset": 0,
    "licences": {"number": 15, "expires": None},
    "download_key": None,
    "support_key": None,
    "checked_at": None,
    "eula": [],
    "media": [],
    "hidden": [],
    "staged": [],
    "licence_add_ons": [],
    "backups": [],
    "config_revision": 1,
    "config_changed_at": None,
    "cluster_synced_at": None,
    "product_installed_at": None,
    "base_installed_at": None,
    "sessions_lost_at": None,
    "operation": None,
    "down": None,
    "powered": True,
    "was_reset": False,
    "certificate_exported_at": None,
    "certificate": "site",  # factory: nothing imported; imported: not assigned to an address yet
    "backup_file": "",
    "admin": {"username": "admin", "password": "password"},
    "terminated": [],
    "faults": {},
    "tokens": {},
    "dialect": {},
}


def build(spec: dict, now: float) -> dict:
    """Raises ValueError when the specification cannot be an appliance."""
    hostname = str(spec.get("hostname", "")).lower()
    if not hostname:
        raise ValueError("an appliance needs a hostname")
    if unknown := set(spec) - set(PLAIN) - MADE:
        raise ValueError(f"{hostname}: unknown keys {sorted(unknown)}")
    body = {key: spec.get(key, _copy(value)) for key, value in PLAIN.items()}
    body |= _identity(spec, hostname)
    body |= {
        "reps": people.reps(spec.get("reps", 2), hostname, now),
        "clients": dict(people.USUAL) | spec.get("clients", {}),
        "jump_clients": jump_clients.build(spec.get("jump_clients", 0), hostname, now),
        "jumpoints": people.jumpoints(spec.get("jumpoints", 1), hostname, now),
        "installers": _installers(spec.get("installers", 0), hostname, now),
        "users": _users(spec),
        "accounts": [
            _account(account, index, body["public_name"])
            for index, account in enumerate(spec.get("accounts", [{}]), start=1)
        ],
    }
    return body


MADE = {
    "hostname", "guid", "serial", "build", "hash", "public_name", "own_ip", "psk",
    "shared_ip_enabled", "reps", "clients", "jump_clients", "jumpoints", "installers", "users",
    "accounts",
}  # fmt: skip


def _copy(value: object) -> object:
    return value.copy() if isinstance(value, dict | list) else value


def _identity(spec: dict, hostname: str) -> dict:
    product = spec.get("product", PLAIN["product"])
    return {
        "hostname": hostname,
        "guid": spec.get("guid") or seeds.hexes(32, hostname, "guid"),
        "serial": spec.get("serial") or f"SN{seeds.number(10**8, hostname, 'serial'):08d}",
        "build": spec.get("build") or (product and versions.made_up_build("product", product)),
        "hash": spec.get("hash") or (product and versions.made_up_hash("product", product)),
        "public_name": str(spec.get("public_name") or hostname).lower(),
        "own_ip": spec.get("own_ip") or f"198.51.100.{1 + seeds.number(250, hostname, 'ip')}",
        "psk": spec.get("psk") or seeds.hexes(24, spec.get("public_name") or hostname, "psk"),
        "shared_ip_enabled": bool(
            spec.get("shared_ip_enabled", spec.get("failover_role") != "backup")
            and spec.get("shared_ip")
        ),
    }


def _users(spec: dict) -> list[dict]:
    plain = {"username": "admin", "password": "password"}
    rights = {"command_api": True, "administrator": True, "backup_api": True, "enabled": True}
    return [plain | rights | user for user in spec.get("users", [{}])]


def _account(spec: dict, index: int, site: str) -> dict:
    """Made-up credentials are the same on every appliance of a site, as after a data sync."""
    made = {
        "id": index,
        "name": f"account {index}",
        "comments": "",
        "enabled": True,
        "ip_addresses": "",
        "client_id": seeds.hexes(40, site, "client", index),
        "client_secret": seeds.hexes(43, site, "secret", index) + "=",
        "failed_login_attempts": 0,
        "failed_login_expiration": None,
    }
    return made | PERMISSIONS | spec


def _installers(spec: int | list, hostname: str, now: float) -> list[dict]:
    rows = [{} for _ in range(spec)] if isinstance(spec, int) else spec
    return [
        {
            "id": index,
            "installer_id": seeds.hexes(32, hostname, "installer", index),
            "name": f"Installer {index}",
            "jump_group_id": 1,
            "jump_group_type": "shared",
            "connection_type": "active",
            "tag": "",
            "comments": "",
            "max_offline_minutes": 0,
            "expires_at": now + 365 * 86400,
            "created_at": now,
            "valid": True,
        }
        | row
        for index, row in enumerate(rows, start=1)
    ]
