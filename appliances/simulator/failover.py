"""A pair: data sync, breaking and establishing, exchanging roles (guide G-SYNC, G-PAIR-6)."""

import copy

from appliances.simulator import cluster, faults, people, versions
from appliances.simulator.park import Park
from appliances.simulator.refusals import AlreadySo, Refused

# What a sync carries over the backup's own (G-SYNC-10).
CARRIED = ("users", "accounts", "reps", "max_concurrent_jump_upgrades", "config_revision")
COMPLETED = "Data-Sync completed successfully."
STARTED = "A data synchronization has been started. The roles change when it finishes."
FAILED = "Simulated: Data-Sync failed, the connection was lost."
CHANGED = "The role has been changed."


def peer_of(park: Park, appliance: dict) -> dict | None:
    return park.appliances.get(appliance["peer"] or "")


def sync_now(park: Park, appliance: dict) -> None:
    """Either of the pair may be asked. Nobody is cut off."""
    peer = _paired(park, appliance)
    _idle(appliance, peer)
    if is_away(peer):
        raise Refused("The peer site instance cannot be contacted.")
    _begin(park, appliance, peer, "sync", 0, park.settings.sync_seconds)
    park.effect(appliance, "sync_now", peer=peer["hostname"])


def break_relationship(park: Park, appliance: dict) -> None:
    """Loses no configuration but the relationship itself."""
    if appliance["failover_role"] == "none":
        raise AlreadySo("This appliance is in no failover relationship.")
    peer = _paired(park, appliance)
    _idle(appliance, peer)
    for one in (appliance, peer):
        one |= {"failover_role": "none", "peer": None, "last_sync_at": None, "last_sync_status": ""}
        park.touch(one)
    park.effect(appliance, "break_failover", peer=peer["hostname"])


def establish(park: Park, appliance: dict, peer_name: str, reverse: str = "") -> None:
    """The appliance asked becomes primary; the first sync begins after a while (G-SYNC-8, 9)."""
    peer = park.appliances.get(peer_name.lower())
    if peer is None or peer is appliance:
        raise Refused("Give the backup's own host name or IP address, not the shared one.")
    if reverse and reverse.lower() not in (appliance["hostname"], appliance["own_ip"]):
        raise Refused("The reverse details must lead to this appliance's own host name.")
    if (appliance["failover_role"], appliance["peer"]) == ("primary", peer["hostname"]):
        raise AlreadySo("This appliance is the primary of that backup already.")
    if appliance["failover_role"] != "none" or peer["failover_role"] != "none":
        raise Refused("One of the appliances is in a failover relationship already.")
    if is_away(peer):
        raise Refused("The connection to the new backup site could not be made.")
    if appliance["psk"] != peer["psk"] or _keys_differ(appliance, peer):
        raise Refused("The inter-appliance communication pre-shared keys are not the same.")
    if not same_release(appliance, peer):
        raise Refused("Both appliances must run the same product version and build.")
    appliance |= {"failover_role": "primary", "peer": peer["hostname"]}
    peer |= {"failover_role": "backup", "peer": appliance["hostname"]}
    settings = park.settings
    _begin(park, appliance, peer, "sync", settings.first_sync_seconds, settings.sync_seconds)
    park.effect(appliance, "establish_failover", peer=peer["hostname"])


def _keys_differ(*pair: dict) -> bool:
    return any(faults.peek(one, "keys_differ") is not None for one in pair)


def same_release(one: dict, other: dict) -> bool:
    same_version = versions.parse(one["product"]) == versions.parse(other["product"])
    return same_version and one["build"] == other["build"]


def is_away(appliance: dict) -> bool:
    busy = (appliance["operation"] or {}).get("kind") in ("install", "reset")
    unreached = any(faults.peek(appliance, n) is not None for n in ("offline", "peer_unreachable"))
    return bool(busy or appliance["down"] or not appliance["powered"] or unreached)


def become(park: Park, appliance: dict, role: str, *, sync_first=False, force=False) -> str:
    """Exchanges the roles of the pair and answers with the appliance's sentence.

    `force` is the tick box "even if the peer site instance cannot be contacted".
    """
    peer = _paired(park, appliance)
    if appliance["failover_role"] == role:
        raise AlreadySo(f"This appliance is the {role} already.")
    _idle(appliance, peer)
    unreachable = is_away(peer)
    if unreachable and not (force or role == "primary"):
        raise Refused("The peer site instance cannot be contacted.")
    if not same_release(appliance, peer) and not force and role == "backup":
        raise Refused("The product versions of the pair differ.")
    name = f"become_{role}"
    if sync_first and not unreachable:
        _begin(park, appliance, peer, "swap", 0, park.settings.sync_seconds)
        park.effect(appliance, name, sync_first=True, force=force)
        return STARTED
    park.effect(appliance, name, sync_first=False, force=force)
    _exchange(park, appliance, peer, park.now(appliance))
    return CHANGED


def finish_sync(park: Park, appliance: dict, operation: dict, at: float) -> None:
    """Runs once for the pair: on the primary. The backup's operation only ends."""
    peer = peer_of(park, appliance)
    if peer is None or appliance["failover_role"] != "primary":
        return
    if failure := faults.take(appliance, "sync_fails"):
        said = failure if isinstance(failure, str) else FAILED
        for one in (appliance, peer):
            one |= {"last_sync_at": at, "last_sync_status": said}
        park.touch(peer)
        park.effect(appliance, "data_sync_failed", at=at, peer=peer["hostname"])
        return
    for key in CARRIED:
        peer[key] = copy.deepcopy(appliance[key])
    peer["jump_clients"] = copy.deepcopy(appliance["jump_clients"])
    known = {row["name"]: row for row in peer["jumpoints"]}  # connected as they were, or not
    peer["jumpoints"] = [
        known.get(row["name"]) or copy.deepcopy(row) for row in appliance["jumpoints"]
    ]
    for one in (appliance, peer):
        one |= {"last_sync_at": at, "last_sync_status": COMPLETED}
    park.touch(peer)
    park.effect(appliance, "data_sync", at=at, peer=peer["hostname"])


def finish_swap(park: Park, appliance: dict, operation: dict, at: float) -> None:
    finish_sync(park, appliance, operation, at)
    peer = peer_of(park, appliance)
    if peer is not None and appliance["failover_role"] == "primary":
        peer["operation"] = None
        _exchange(park, appliance, peer, at)


def _exchange(park: Park, one: dict, other: dict, at: float) -> None:
    """Roles, shared address and cluster mastery go over; users are cut off (vendor.md 1.4)."""
    for key in ("failover_role", "shared_ip_enabled"):
        one[key], other[key] = other[key], one[key]
    for appliance in (one, other):
        people.sessions_are_lost(appliance, at, park.settings.return_minutes)
        park.touch(appliance)
    primary, backup = (one, other) if one["failover_role"] == "primary" else (other, one)
    cluster.exchanged(park, primary, backup)


def _paired(park: Park, appliance: dict) -> dict:
    peer = peer_of(park, appliance)
    if peer is None or appliance["failover_role"] == "none":
        raise Refused("This appliance is in no failover relationship.")
    return peer


def _idle(*pair: dict) -> None:
    if any((one["operation"] or {}).get("kind") in ("sync", "swap") for one in pair):
        raise Refused("A data synchronization is in progress.")


def _begin(park: Park, one: dict, other: dict, kind: str, delay: float, seconds: float) -> None:
    begins = park.real_time() + delay
    operation = {"kind": kind, "begins_at": begins, "ends_at": begins + seconds}
    for appliance in (one, other):
        if appliance["operation"] is None:
            appliance["operation"] = dict(operation)
        park.touch(appliance)
