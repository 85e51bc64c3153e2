"""An Atlas cluster: who accepts clients, staged packages, the cluster's own sync."""

from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused, Unknown


def accept(park: Park, appliance: dict, nodes: list[str], accepting: bool) -> None:
    """Pressed on the master for several nodes, or on a node for itself (G-ATLAS-2, 5)."""
    for node in _nodes(park, appliance, nodes):
        if node["accepting"] == accepting:
            continue
        node["accepting"] = accepting
        node["drain_began"] = None if accepting else park.real_time()
        park.effect(node, "start_accepting" if accepting else "stop_accepting")
    _revise(park, appliance)


def distribute(park: Park, appliance: dict, package: dict) -> None:
    """Stages a package on every node; installs nothing (G-ATLAS-1)."""
    if not appliance["cluster"]:
        raise Refused("This appliance is in no cluster.")
    for node in park.cluster_of(appliance):
        if package["name"] not in node["staged"]:
            node["staged"].append(package["name"])
            park.touch(node)
    park.effect(appliance, "distribute", package=package["name"])


def sync(park: Park, appliance: dict) -> None:
    if appliance["cluster_role"] != "master":
        raise Refused("Only the master node synchronizes the cluster.")
    now = park.now()
    appliance["cluster_synced_at"] = now
    if appliance["failover_role"] != "none":
        appliance["last_sync_at"] = now
    park.effect(appliance, "cluster_sync")


def _nodes(park: Park, appliance: dict, names: list[str]) -> list[dict]:
    if not names:
        return [appliance]
    nodes = {row["hostname"]: row for row in park.cluster_of(appliance)}
    if strangers := [name for name in names if name not in nodes]:
        raise Unknown(f"Not in this cluster: {', '.join(strangers)}.")
    return [nodes[name] for name in names]


def _revise(park: Park, appliance: dict) -> None:
    appliance["config_revision"] += 1
    appliance["config_changed_at"] = park.now()
    park.touch(appliance)
