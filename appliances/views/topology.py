"""A site's record as the values that the drawing of a site takes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _, pgettext

from appliances.models import Appliance, ReadinessCheck, Site
from portal.drawings import topology

ClusterRole, FailoverRole = Appliance.ClusterRole, Appliance.FailoverRole
Reached = Mapping[Any, ReadinessCheck]


@dataclass(frozen=True)
class Doing:
    """What an appliance is in the middle of: a code of the state marks, and a few words."""

    state: str
    words: str = ""


def drawing(
    site: Site, appliances: Sequence[Appliance], reached: Reached,
    doing: Mapping[Any, Doing] | None = None,
) -> topology.Drawing:  # fmt: skip
    """`reached`: the last answer of each appliance to whether it can be reached. `doing`: what a
    job is doing to them now; it says more than an answer of before."""
    ordered = sorted(appliances, key=in_order)
    look = _Look(reached, doing or {})
    masters = [box for box in ordered if box.cluster_role != ClusterRole.TRAFFIC]
    return topology.draw(
        host=site.public_name,
        masters=[look.master(box) for box in masters],
        link=_link(masters),
        regions=look.regions(ordered),
        said=_("%(shape)s: %(boxes)s")
        % {
            "shape": site.get_shape_display(),
            "boxes": ", ".join(f"{box.letter} {_role(box)}" for box in ordered),
        },
    )


def in_order(box: Appliance) -> tuple[str, int]:
    """A, B, N1, N2 … N10."""
    return box.letter[:1], int(box.letter[1:] or 0)


@dataclass(frozen=True)
class _Look:
    reached: Reached
    doing: Mapping[Any, Doing]

    def state(self, box: Appliance) -> str:
        if box.pk in self.doing:
            return self.doing[box.pk].state
        check = self.reached.get(box.pk)
        if check is not None and check.status == ReadinessCheck.Status.BAD:
            return "NO_ANSWER"
        if box.cluster_role == ClusterRole.TRAFFIC:
            return "OFF_LINE" if box.accepting is False else "ACCEPTS"
        if box.in_production is not None:  # while failover is broken no role says who serves
            return "SERVES" if box.in_production else "STANDS_BY"
        return "STANDS_BY" if box.failover_role == FailoverRole.BACKUP else "SERVES"

    def words(self, box: Appliance) -> str:
        return self.doing[box.pk].words if box.pk in self.doing else ""

    def master(self, box: Appliance) -> topology.Node:
        kind = _("physical") if box.physical else _("virtual")
        facts = [
            (pgettext("at this moment", "Now"), self.words(box)),
            (_("Base"), box.base_version or _("not read yet")),
            (_("Product"), box.product_version or _("not read yet")),
            (_("Model"), f"{box.model}, {kind}" if box.model else kind),
            (_("Serial"), box.serial),
            (_("Place in the rack"), box.rack_place),
            (_("Address"), box.host),
            (_("Backup operations"), _backup_operations(box)),
        ]
        return topology.Node(
            letter=box.letter, title=_role(box), state=self.state(box),
            facts=[(label, value) for label, value in facts if value],
        )  # fmt: skip

    def regions(self, appliances: Sequence[Appliance]) -> list[topology.Region]:
        found: dict[str, list[topology.Node]] = {}
        for box in appliances:
            if box.cluster_role == ClusterRole.TRAFFIC:
                found.setdefault(box.region, []).append(self.node(box))
        return [
            topology.Region(name or _("Without a region"), nodes) for name, nodes in found.items()
        ]

    def node(self, box: Appliance) -> topology.Node:
        return topology.Node(
            letter=box.letter, title=box.name, state=self.state(box), detail=box.host,
            versions=box.product_version, clients=self.words(box),
        )  # fmt: skip


def _role(box: Appliance) -> str:
    if box.cluster_role == ClusterRole.TRAFFIC:
        return _("Traffic node")
    if box.failover_role == FailoverRole.PRIMARY:
        return _("Primary")
    if box.failover_role == FailoverRole.BACKUP:
        return _("Backup")
    return _("Master node") if box.cluster_role == ClusterRole.MASTER else _("Appliance")


def _backup_operations(box: Appliance) -> str:
    """Said only where it was read: the tick is in no interface."""
    if box.backup_operations is None or box.failover_role == FailoverRole.NONE:
        return ""
    return _("enabled") if box.backup_operations else _("not enabled")


def _link(masters: Sequence[Appliance]) -> topology.Link | None:
    if len(masters) < 2:
        return None
    roles = {box.failover_role for box in masters}
    if roles != {FailoverRole.PRIMARY, FailoverRole.BACKUP}:
        return topology.Link(_("failover broken"), broken=True)
    if masters[0].product_version != masters[1].product_version:
        return topology.Link(_("failover would not work: the releases differ"), broken=True)
    return topology.Link(_("failover"))
