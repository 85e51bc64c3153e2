"""A site's record as the values that the drawing of a site takes."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from appliances.models import Appliance, ReadinessCheck, Site
from portal.drawings import topology

ClusterRole, FailoverRole = Appliance.ClusterRole, Appliance.FailoverRole
Reached = Mapping[Any, ReadinessCheck]


def drawing(site: Site, appliances: Sequence[Appliance], reached: Reached) -> topology.Drawing:
    """`reached`: the last answer of each appliance to whether it can be reached."""
    masters = [box for box in appliances if box.cluster_role != ClusterRole.TRAFFIC]
    return topology.draw(
        host=site.public_name,
        masters=[_node(box, reached) for box in masters],
        link=_link(masters),
        regions=_regions(appliances, reached),
        said=_("%(shape)s: %(boxes)s")
        % {
            "shape": site.get_shape_display(),
            "boxes": ", ".join(f"{box.letter} {_role(box)}" for box in appliances),
        },
    )


def _node(box: Appliance, reached: Reached) -> topology.Node:
    kind = _("physical") if box.physical else _("virtual")
    facts = [
        (_("Base"), box.base_version or _("not read yet")),
        (_("Product"), box.product_version or _("not read yet")),
        (_("Model"), f"{box.model}, {kind}" if box.model else kind),
        (_("Serial"), box.serial),
        (_("Address"), box.host),
    ]
    return topology.Node(
        letter=box.letter,
        title=_role(box),
        state=_state(box, reached),
        facts=[(label, value) for label, value in facts if value],
    )


def _role(box: Appliance) -> str:
    if box.cluster_role == ClusterRole.TRAFFIC:
        return _("Traffic node")
    if box.failover_role == FailoverRole.PRIMARY:
        return _("Primary")
    if box.failover_role == FailoverRole.BACKUP:
        return _("Backup")
    return _("Master node") if box.cluster_role == ClusterRole.MASTER else _("Appliance")


def _state(box: Appliance, reached: Reached) -> str:
    check = reached.get(box.pk)
    if check is not None and check.status == ReadinessCheck.Status.BAD:
        return "NO_ANSWER"
    if box.cluster_role == ClusterRole.TRAFFIC:
        return "ACCEPTS"
    return "STANDS_BY" if box.failover_role == FailoverRole.BACKUP else "SERVES"


def _link(masters: Sequence[Appliance]) -> topology.Link | None:
    if len(masters) < 2:
        return None
    roles = {box.failover_role for box in masters}
    if roles == {FailoverRole.PRIMARY, FailoverRole.BACKUP}:
        return topology.Link(_("failover"))
    return topology.Link(_("failover broken"), broken=True)


def _regions(appliances: Sequence[Appliance], reached: Reached) -> list[topology.Region]:
    regions: dict[str, list[topology.Node]] = {}
    for box in appliances:
        if box.cluster_role == ClusterRole.TRAFFIC:
            node = topology.Node(
                letter=box.letter,
                title=box.name,
                state=_state(box, reached),
                detail=box.host,
                versions=box.product_version,
            )
            regions.setdefault(box.region, []).append(node)
    return [
        topology.Region(name or _("Without a region"), nodes) for name, nodes in regions.items()
    ]
