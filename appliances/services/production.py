"""Which appliance of a site its people reach, and how the appliances stand to each other.

Written when a step has proven it, never from a plan. While failover is broken no role says who
serves: that is why it is kept.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from appliances.events import Event
from appliances.models import Appliance
from portal import audit

Cluster, Failover = Appliance.ClusterRole, Appliance.FailoverRole


def masters(site_id: Any) -> list[Appliance]:
    """The appliances that could serve a site: all but traffic nodes, by letter."""
    found = Appliance.objects.filter(site_id=site_id).exclude(cluster_role=Cluster.TRAFFIC)
    return list(found.order_by("letter"))


def serving(boxes: Iterable[Appliance]) -> Appliance | None:
    """The one that was last proven to serve; never proven, the one that is no backup."""
    able = [box for box in boxes if box.cluster_role != Cluster.TRAFFIC]
    proven = next((box for box in able if box.in_production), None)
    return proven or next((b for b in able if b.failover_role != Failover.BACKUP), None)


def serve(appliance: Appliance, *, job: Any = None, at: datetime) -> None:
    """The site's people reach this one from now on."""
    changed, boxes = False, masters(appliance.site_id)
    waiting = [] if any(box.pk == appliance.pk for box in boxes) else [appliance]
    for box in [*boxes, *waiting]:
        is_it = box.pk == appliance.pk
        if box.in_production is not is_it:
            changed = changed or bool(is_it)
            box.in_production = is_it
            box.save(update_fields=["in_production"])
    appliance.in_production = True
    if changed:
        audit.record(Event.PRODUCTION_MOVED, appliance, job=job, at=at,
                     data={"serves": appliance.letter})  # fmt: skip


def part(site_id: Any, *, job: Any = None, at: datetime) -> None:
    """The relationship is broken: no role on either; who served goes on serving (G-SYNC-3)."""
    boxes = masters(site_id)
    serves = serving(boxes)
    if serves is not None and not serves.in_production:
        serve(serves, job=job, at=at)
    _set_roles([(box, Failover.NONE) for box in boxes], job=job, at=at)


def relate(primary: Appliance, backup: Appliance, *, job: Any = None, at: datetime) -> None:
    """One is primary, the other its backup, as both say (G-SYNC-8, G-ASYNC-9)."""
    _set_roles([(primary, Failover.PRIMARY), (backup, Failover.BACKUP)], job=job, at=at)


def share(appliance: Appliance, addresses: Sequence[str]) -> None:
    """The shared addresses that are enabled on it now (G-ASYNC-4)."""
    appliance.shared_ips = sorted(addresses)
    appliance.save(update_fields=["shared_ips"])


def _set_roles(roles: list[tuple[Appliance, str]], *, job: Any, at: datetime) -> None:
    changed = {}
    for box, role in roles:
        if box.failover_role != role:
            box.failover_role = changed[box.letter] = role
            box.save(update_fields=["failover_role"])
    if changed:
        said = ", ".join(f"{letter}: {role.lower()}" for letter, role in sorted(changed.items()))
        audit.record(Event.ROLES_CHANGED, roles[0][0].site, job=job, at=at,
                     data={"failover_roles": said})  # fmt: skip
