"""Factory reset, shutting down, and what only hands at the appliance can do."""

from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused


def factory_reset(park: Park, appliance: dict) -> None:
    """Everything of the customer goes: product, configuration, accounts (guide G-RMA-1)."""
    appliance["operation"] = {
        "kind": "reset",
        "ends_at": park.real_time() + park.settings.reset_seconds,
    }
    park.effect(appliance, "factory_reset")


def finish_reset(park: Park, appliance: dict, operation: dict, at: float) -> None:
    appliance |= {
        "was_reset": True,
        "product": "",
        "build": "",
        "hash": "",
        "failover_role": "none",
        "peer": None,
        "last_sync_at": None,
        "jump_clients": [],
        "installers": [],
        "accounts": [],
        "reps": [],
        "clients": {},
        "shared_ip_enabled": False,
        "admin": {"username": "admin", "password": "password"},
        "users": [],
        "certificate": "factory",
        "backup_file": "",
    }
    park.effect(appliance, "factory_defaults", at=at)


def shut_down(park: Park, appliance: dict) -> None:
    appliance["powered"] = False
    park.effect(appliance, "shut_down")


def power_on(park: Park, appliance: dict) -> None:
    """By the switch on the case: nothing reaches an appliance that is off."""
    if appliance["powered"]:
        raise Refused("The appliance is on.")
    appliance["powered"] = True
    park.effect(appliance, "power_on")


def repair(park: Park, appliance: dict) -> None:
    """The vendor's support brings an appliance back after a failed base update."""
    appliance["down"] = None
    park.effect(appliance, "repaired_by_support")
