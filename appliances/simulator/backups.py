"""Backups of the settings: taking one, and restoring it, here or elsewhere (guide G-PREP-1)."""

import base64
import copy
import hashlib
import hmac
import json
import zlib

from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused

MAGIC = b"NSB\x00"
KEPT = (
    "product", "build", "company_name", "users", "accounts", "reps", "jump_clients", "jumpoints",
    "max_concurrent_jump_upgrades", "psk", "failover_role", "peer", "config_revision",
    "installers",
)  # fmt: skip


def take(park: Park, appliance: dict, *, password: str = "", history: bool = True) -> bytes:
    """The .nsb file: settings and configuration, never recordings."""
    body = {
        "taken_at": park.now(appliance),
        "guid": appliance["guid"],
        "lock": _lock(password),
        "history": history,
        "settings": {key: appliance[key] for key in KEPT},
    }
    packed = MAGIC + zlib.compress(json.dumps(body).encode())
    appliance["backup_file"] = base64.b64encode(packed).decode()
    appliance["backups"].append({"at": body["taken_at"], "size": len(packed)})
    park.effect(appliance, "backup", size=len(packed), sha256=hashlib.sha256(packed).hexdigest())
    return packed


def restore(park: Park, appliance: dict, content: bytes, *, password: str = "") -> None:
    """Overwrites settings, the failover settings and the pre-shared key with them (vendor.md 1.10).

    The same product version must be installed first.
    """
    if not content.startswith(MAGIC):
        raise Refused("The file is no backup.")
    try:
        body = json.loads(zlib.decompress(content[len(MAGIC) :]))
    except (ValueError, zlib.error):
        raise Refused("The backup is damaged.") from None
    if not hmac.compare_digest(body["lock"], _lock(password)):
        raise Refused("The password of the backup is wrong.")
    if body["settings"]["product"] != appliance["product"]:
        raise Refused(
            f"The backup is of {body['settings']['product']}; install that package first."
        )
    appliance |= copy.deepcopy(body["settings"])
    park.effect(appliance, "restore_backup", taken_from=body["guid"])


def carry_over(park: Park, appliance: dict, taken_from: str, *, password: str = "") -> None:
    """Upload the last file that was taken of another appliance."""
    source = park.appliances.get(taken_from.lower())
    if source is None or not source["backup_file"]:
        raise Refused("There is no backup file of that appliance.")
    content = base64.b64decode(source["backup_file"])
    restore(park, appliance, content, password=password)


def _lock(password: str) -> str:
    return hashlib.sha256(f"simulated|{password}".encode()).hexdigest() if password else ""
