"""An Atlas cluster: who accepts clients, staged packages, the cluster's own sync.

Each master keeps a list of its own of the nodes that accept. The list of the master that serves
counts: it is what `accepting` of a node says. The one of a backup is kept aside, as `closed`, and
counts once that master becomes primary (vendor.md §2.3).
"""

from appliances.simulator.park import Park
from appliances.simulator.refusals import Refused, Unknown


def accept(park: Park, appliance: dict, nodes: list[str], accepting: bool) -> None:
    """Pressed on the master for several nodes, or on a node for itself (G-ATLAS-2, 5)."""
    chosen = _nodes(park, appliance, nodes)
    if stands_by(appliance):
        names = {node["hostname"] for node in chosen}
        kept = set(appliance["closed"])
        appliance["closed"] = sorted(kept - names if accepting else kept | names)
        park.effect(appliance, "start_accepting" if accepting else "stop_accepting", nodes=nodes)
    else:
        for node in chosen:
            _switch(park, node, accepting, "start_accepting" if accepting else "stop_accepting")
    _revise(park, appliance)


def listed(appliance: dict, node: dict) -> bool:
    """Whether a node accepts, as this appliance's own list says."""
    if stands_by(appliance) and node["cluster_role"] == "traffic":
        return node["hostname"] not in appliance["closed"]
    return bool(node["accepting"])


def stands_by(appliance: dict) -> bool:
    return appliance["cluster_role"] == "master" and appliance["failover_role"] == "backup"


def mark_all(park: Park, appliance: dict, at: float) -> None:
    """A master with a new release marks every traffic node as not accepting, in its own list
    (G-ATLASF-4, G-ATLAS-4)."""
    nodes = [row for row in park.cluster_of(appliance) if row["cluster_role"] == "traffic"]
    if stands_by(appliance):
        appliance["closed"] = sorted(node["hostname"] for node in nodes)
        park.effect(appliance, "nodes_marked", at=at, nodes=len(nodes))
        return
    for node in nodes:
        _switch(park, node, False, "accepting_switched_off", at=at, by=appliance["hostname"])


def exchanged(park: Park, primary: dict, backup: dict) -> None:
    """Roles were swapped: from now on the new primary's list counts."""
    if primary["cluster_role"] != "master":
        return
    nodes = [row for row in park.cluster_of(primary) if row["cluster_role"] == "traffic"]
    backup["closed"] = sorted(node["hostname"] for node in nodes if not node["accepting"])
    for node in nodes:
        open_now = node["hostname"] not in primary["closed"]
        word = "accepting_switched_on" if open_now else "accepting_switched_off"
        _switch(park, node, open_now, word, by=primary["hostname"])
    primary["closed"] = []


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
    now = park.now(appliance)
    appliance["cluster_synced_at"] = now
    if appliance["failover_role"] != "none":
        appliance["last_sync_at"] = now
    park.effect(appliance, "cluster_sync")


def _switch(park: Park, node: dict, accepting: bool, word: str, **detail) -> None:
    if node["accepting"] == accepting:
        return
    node["accepting"] = accepting
    node["drain_began"] = None if accepting else park.real_time()
    park.effect(node, word, **detail)


def _nodes(park: Park, appliance: dict, names: list[str]) -> list[dict]:
    if not names:
        return [appliance]
    nodes = {row["hostname"]: row for row in park.cluster_of(appliance)}
    if strangers := [name for name in names if name not in nodes]:
        raise Unknown(f"Not in this cluster: {', '.join(strangers)}.")
    return [nodes[name] for name in names]


def _revise(park: Park, appliance: dict) -> None:
    appliance["config_revision"] += 1
    appliance["config_changed_at"] = park.now(appliance)
    park.touch(appliance)
