"""What the portal knows of a cluster's nodes: who accepts, in the serving master's list."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from appliances.events import Event
from appliances.models import Appliance, Site
from portal import audit

Cluster, Failover = Appliance.ClusterRole, Appliance.FailoverRole


def serves(box: Appliance) -> bool:
    """Whether it is the master whose list of nodes counts, as far as its recorded role tells."""
    return box.cluster_role == Cluster.MASTER and box.failover_role != Failover.BACKUP


def nodes_of(site_id: Any) -> list[Appliance]:
    found = Appliance.objects.filter(site_id=site_id, cluster_role=Cluster.TRAFFIC)
    return list(found.order_by("letter"))


def keep_flags(
    master: Appliance, flags: Mapping[str, bool], *, at: datetime, job: Any = None
) -> None:
    """Write down what a master's list says, by the nodes' GUIDs. Only the list of the master that
    serves says something about the nodes; another one's is left to the step that read it."""
    if not serves(master):
        return
    changed = {}
    for node in nodes_of(master.site_id):
        said = flags.get(node.guid)
        if said is not None and said != node.accepting:
            node.accepting = changed[node.letter] = said
            node.save(update_fields=["accepting"])
    if changed:
        audit.record(Event.NODES_READ, master, job=job, at=at, data={"accepting": changed})


def keep_word(nodes: Iterable[Any], accepting: bool) -> None:
    """What a person said of some nodes (by id), where no interface tells."""
    Appliance.objects.filter(pk__in=list(nodes)).update(accepting=accepting)


def mark_all(site: Site | Any) -> None:
    """The list that counts now is that of a master with a new release: it holds no node yet
    (G-ATLASF-4, G-ATLAS-4)."""
    found = Appliance.objects.filter(
        site_id=getattr(site, "pk", site), cluster_role=Cluster.TRAFFIC
    )
    found.update(accepting=False)


def note_backup_operations(master: Appliance, ticked: bool) -> None:
    """Whether Enable Backup Operations is ticked on it now (G-ATLASF-9, 13)."""
    Appliance.objects.filter(pk=master.pk).update(backup_operations=ticked)
