"""Which facts an appliance told that are not as the portal recorded. Pure; drift.py keeps them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from appliances.models import Appliance, Drift
from appliances.services.expected import Expected
from appliances.services.measuring import Measured
from appliances.services.versions import same, same_build

Fact, Cluster = Drift.Fact, Appliance.ClusterRole
CLUSTER_ROLES = {"single": Cluster.SINGLE, "primary": Cluster.MASTER, "master": Cluster.MASTER,
                 "traffic": Cluster.TRAFFIC}  # fmt: skip
YES, NO = "yes", "no"


@dataclass(frozen=True)
class Told:
    """One fact as recorded and as it was read now. `ours`: a job of ours makes it so."""

    expected: str
    found: str
    ours: bool = False

    @property
    def differs(self) -> bool:
        return self.expected != self.found and not self.ours


def judged(found: Sequence[Measured], expected: Expected) -> dict[tuple[Any, str], Told]:
    """By appliance and fact, everything that could be compared now. What an appliance did not say,
    what was never recorded, and what a job of ours is moving is not among it."""
    told: dict[tuple[Any, str], Told] = {}
    for one in found:
        if one.seen.answered:
            told |= {(one.box.pk, fact): seen for fact, seen in _of(one, expected)}
    return told | _flags(found, expected)


def _of(one: Measured, expected: Expected) -> Iterator[tuple[str, Told]]:
    box, seen = one.box, one.seen
    if box.product_version and seen.version:
        yield from _product(one, expected.products.get(box.pk, frozenset()))
    if expected.roles and seen.failover_role:
        yield Fact.FAILOVER_ROLE, Told(str(box.failover_role), seen.failover_role.upper())
    if role := CLUSTER_ROLES.get(seen.cluster_role):
        yield Fact.CLUSTER_ROLE, Told(str(box.cluster_role), str(role))


def _product(one: Measured, ours: frozenset[str]) -> Iterator[tuple[str, Told]]:
    box, seen = one.box, one.seen
    level = same(box.product_version, seen.version)
    recorded = seen.version if level else box.product_version
    mine = any(same(seen.version, version) for version in ours)
    yield Fact.PRODUCT, Told(recorded, seen.version, ours=mine)
    if level and box.product_build and seen.build:
        known = same_build(box.product_build, seen.build)
        yield Fact.BUILD, Told(seen.build if known else box.product_build, seen.build)


def _flags(found: Sequence[Measured], expected: Expected) -> dict[tuple[Any, str], Told]:
    """A node whose flag was never recorded is not judged."""
    recorded = {one.box.pk: one.box.accepting for one in found}
    return {
        (pk, str(Fact.ACCEPTING)): Told(_yes(recorded[pk]), _yes(flag))
        for pk, flag in flags_of(found, expected).items()
        if recorded[pk] is not None
    }


def flags_of(found: Sequence[Measured], expected: Expected) -> dict[Any, bool]:
    """Which nodes accept connections, in the list of the master that serves."""
    master = next((one for one in found if one.nodes and _serves(one)), None)
    if master is None or not expected.flags:
        return {}
    listed = {row.guid: row.accepting_connections for row in master.nodes or ()}
    return {
        one.box.pk: listed[one.box.guid]
        for one in found
        if one.box.cluster_role == Cluster.TRAFFIC and one.box.guid in listed
    }


def _serves(one: Measured) -> bool:
    return one.box.cluster_role == Cluster.MASTER and one.seen.failover_role != "backup"


def _yes(flag: bool | None) -> str:
    return YES if flag else NO
