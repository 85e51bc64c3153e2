"""A site of every shape, with the procedures that fit it. No simulator stands behind them: a
rehearsal brings its own."""

from typing import Any

from tests.upgrades.conftest import World, a_world
from upgrades.procedures import PROCEDURES

Boxes = tuple[dict[str, Any], ...]


def box(letter: str, **more: Any) -> dict[str, Any]:
    return {
        "letter": letter, "name": f"Support {letter}", "host": f"{letter.lower()}.meridian.sim",
        "product_version": "12.1", "base_version": "3.2.4", **more,
    }  # fmt: skip


PAIR: Boxes = (box("A", failover_role="PRIMARY"), box("B", failover_role="BACKUP"))
NODES: Boxes = tuple(
    box(f"N{number}", cluster_role="TRAFFIC", region=region)
    for number, region in enumerate(("east", "east", "west", "west"), start=1)
)
CLUSTER: Boxes = (box("A", cluster_role="MASTER"), *NODES)
WITH_FAILOVER: Boxes = (
    box("A", cluster_role="MASTER", failover_role="PRIMARY"),
    box("B", cluster_role="MASTER", failover_role="BACKUP"),
    *NODES,
)
SHAPES: dict[str, Boxes] = {
    "SINGLE": (box("A"),),
    "PAIR": PAIR,
    "CLUSTER": CLUSTER,
    "CLUSTER_WITH_FAILOVER": WITH_FAILOVER,
}
SWINGS = ("SHARED_IP", "DNS", "NAT")
PAGES = [page for page in PROCEDURES.values() if not (page.replaces or page.repairs)]


def world_of(
    catalogue: dict[str, Any], shape: str, swing: str = "DNS", *, small: bool = False
) -> World:
    """`small`: a cluster has two nodes, in one region."""
    boxes = SHAPES[shape]
    if small:
        boxes = tuple(one for one in boxes if one["letter"] not in ("N3", "N4"))
    return a_world(catalogue, *boxes, shape=shape, swing=swing, minutes=900)
