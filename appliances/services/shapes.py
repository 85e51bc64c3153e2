"""Which appliances with which roles make a site of which shape."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances.models import Appliance, Site
from portal.errors import Refused

ClusterRole, FailoverRole, Shape = Appliance.ClusterRole, Appliance.FailoverRole, Site.Shape


class WrongShape(Refused):
    """The appliances do not make a site of this shape."""

    code = "wrong-shape"


def check_shape(shape: str, appliances: list[Appliance]) -> None:
    """Raises WrongShape, in one sentence, unless these make a site of this shape."""
    letters = [box.letter for box in appliances]
    if len(set(letters)) != len(letters):
        raise WrongShape(_("Two appliances of a site cannot have the same letter."))
    roles = sorted((box.cluster_role, box.failover_role) for box in appliances)
    nodes = [role for role in roles if role[0] == ClusterRole.TRAFFIC]
    rest = [role for role in roles if role[0] != ClusterRole.TRAFFIC]
    wanted, sentence = _SHAPES[shape]
    in_cluster = shape in (Shape.CLUSTER, Shape.CLUSTER_WITH_FAILOVER)
    plain = all(role[1] == FailoverRole.NONE for role in nodes)
    if rest != wanted or bool(nodes) != in_cluster or not plain:
        raise WrongShape(sentence)


_SHAPES: dict[str, Any] = {
    Shape.SINGLE: (
        [(ClusterRole.SINGLE, FailoverRole.NONE)],
        _("A single site has one appliance without a failover role."),
    ),
    Shape.PAIR: (
        [(ClusterRole.SINGLE, FailoverRole.BACKUP), (ClusterRole.SINGLE, FailoverRole.PRIMARY)],
        _("A pair has two appliances: one primary and one backup."),
    ),
    Shape.CLUSTER: (
        [(ClusterRole.MASTER, FailoverRole.NONE)],
        _("A cluster has one master and at least one traffic node."),
    ),
    Shape.CLUSTER_WITH_FAILOVER: (
        [(ClusterRole.MASTER, FailoverRole.BACKUP), (ClusterRole.MASTER, FailoverRole.PRIMARY)],
        _("A cluster with failover has two masters (primary, backup) and traffic nodes."),
    ),
}
