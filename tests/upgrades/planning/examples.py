"""A plain plan of each procedure, and the packages the guide speaks of."""

from dataclasses import replace

from appliances.actions import Fact
from upgrades.planning.catalogue import Kind, Need, Package, Provenance, Versions, version
from upgrades.planning.paths import SiteHop
from upgrades.planning.plan import Plan
from upgrades.planning.planner import plan
from upgrades.planning.site import Appliance, Site
from upgrades.planning.vocabulary import Method, Shape
from upgrades.procedures import AUTOMATIC, PROCEDURES

INSTALLED = Versions(version("3.2.4"), version("12.1"))
ABOVE = Need(Kind.BASE, version("3.2.4"), Provenance.DOCUMENTED, above=True)
BASE = Package(Kind.BASE, version("3.3.2"), id="base-3.3.2")
PRODUCT = Package(Kind.PRODUCT, version("12.2.0"), (ABOVE,), id="product-12.2.0")
NEXT = Package(
    Kind.PRODUCT,
    version("12.3"),
    (Need(Kind.BASE, version("3.3.2")), Need(Kind.PRODUCT, version("12.2"))),
    id="product-12.3",
)
PAIRED = (Shape.PAIR, Shape.CLUSTER_WITH_FAILOVER)
CLUSTERED = (Shape.CLUSTER, Shape.CLUSTER_WITH_FAILOVER)


def need(kind: Kind, number: int, above: bool = False) -> Need:
    return Need(kind, (number,), Provenance.DEMO, above)


def site_of(shape: Shape, *, swing: Fact = Fact.DNS, nodes: int = 4) -> Site:
    versions = Versions((1,), (1,))
    names = ["alpha", "beta"] if shape in PAIRED else ["alpha"]
    appliances = [Appliance(name, versions) for name in names]
    if shape in CLUSTERED:
        appliances += [Appliance(f"node-{n}", versions, f"region {n % 2}") for n in range(nodes)]
    return Site(shape, tuple(appliances), "alpha", names[1] if names[1:] else None, swing)


def example(
    name: str,
    *,
    swing: Fact = Fact.DNS,
    nodes: int = 4,
    hops: int = 2,
    method: Method = AUTOMATIC,
    offline: frozenset[str] | None = None,
) -> Plan:
    """Two hops unless told, the first with a base package."""
    procedure = PROCEDURES[name]
    site = site_of(procedure.shape, swing=swing, nodes=nodes)
    base = Package(Kind.BASE, (2,))
    if procedure.repairs:
        return plan(procedure, *half_way(site, base), method=method)
    if procedure.replaces:
        new = Appliance("newcomer", versions=Versions((1,), None))
        site = replace(site, old=site.backup or site.primary, new=new)
        only = Package(Kind.PRODUCT, (1,), (need(Kind.BASE, 2),))
        chain = (SiteHop(only, {new.name: (base,)}),)
        return plan(procedure, site, chain, method=method)
    first = Package(Kind.PRODUCT, (2,), (need(Kind.BASE, 2), need(Kind.PRODUCT, 1)))
    second = Package(Kind.PRODUCT, (3,), (need(Kind.PRODUCT, 2),))
    later = (Package(Kind.PRODUCT, (n,)) for n in range(4, hops + 2))
    site_hops = tuple(
        SiteHop(product, {a.name: (base,) if place == 0 else () for a in site.appliances})
        for place, product in enumerate((first, second, *later)[:hops])
    )
    return plan(procedure, site, site_hops, method=method, offline=offline)


def half_way(site: Site, base: Package) -> tuple[Site, tuple[SiteHop, ...]]:
    """A site that an abandoned job left: the one that serves is ahead, half of the rest behind."""
    done = Versions((2,), (2,))
    boxes = [
        replace(box, versions=done) if box.name in (site.primary, "node-0", "node-1") else box
        for box in site.appliances
    ]
    left = {"installers-invalid", "jump-client-limit-lowered", "configuration-frozen"}
    left |= {"failover-broken"} if site.shape is Shape.PAIR else set()
    left |= {"nodes-not-accepting"} if site.nodes else {"clients-removed"}
    late = {box.name: (base,) for box in boxes if box.versions != done}
    product = Package(Kind.PRODUCT, (2,), (need(Kind.BASE, 2), need(Kind.PRODUCT, 1)))
    found = replace(
        site, appliances=tuple(boxes), left=frozenset(left), parted=site.backup is not None,
        idle=frozenset(node.name for node in site.nodes),
    )  # fmt: skip
    return found, (SiteHop(product, late),) if late else ()
