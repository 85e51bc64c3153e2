"""Generated catalogues, sites, hops and plans, for the property tests."""

from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.vendor import pretty

from appliances.actions import Fact
from tests.upgrades.planning.examples import CLUSTERED, PAIRED, need
from upgrades.planning.catalogue import Catalogue, Kind, Package, Versions
from upgrades.planning.paths import NoPath, SiteHop, path, site_base_path, site_path
from upgrades.planning.plan import Plan
from upgrades.planning.planner import plan
from upgrades.planning.site import Appliance, Site
from upgrades.planning.vocabulary import Shape
from upgrades.procedures import AUTOMATIC, MANUAL, PROCEDURES

pretty.for_type_by_name(  # in full it would be a hundred pages
    "upgrades.planning.plan", "Plan", lambda planned, printer, _: printer.text(repr(planned))
)
SWINGS = (Fact.SHARED_IP, Fact.DNS, Fact.NAT)
KNOWN_AWAY = (Fact.MSI, Fact.INTEGRATION, Fact.INTEGRATION_BY_IP)


# A repair begins with what an abandoned job left: its sites are `examples.half_way`.
UPGRADES = tuple(name for name, page in PROCEDURES.items() if not page.repairs)


@st.composite
def catalogues(draw: st.DrawFn, most: int = 6) -> Catalogue:
    """Bases and products 1..n; most needs point at lower numbers, some packages are withdrawn."""
    bases = draw(st.integers(1, most))
    products = draw(st.integers(min(3, most), most))
    packages = []
    for number in range(2, bases + 2):
        needs = []
        if number > 2 and draw(st.booleans()):
            needs.append(need(Kind.BASE, draw(st.integers(1, number - 1))))
        if draw(st.integers(0, 9)) == 0:
            needs.append(need(Kind.PRODUCT, draw(st.integers(1, products))))
        packages.append(package(Kind.BASE, number, needs, draw(st.integers(0, 19)) == 0))
    for number in range(2, products + 2):
        needs = []
        if draw(st.integers(0, 9)) < 7:
            above = draw(st.booleans())
            needs.append(need(Kind.BASE, draw(st.integers(1, bases + (0 if above else 1))), above))
        if draw(st.integers(0, 9)) < 8:  # most ask for the release before: hops in a row
            needs.append(need(Kind.PRODUCT, number - 1))
        packages.append(package(Kind.PRODUCT, number, needs, draw(st.integers(0, 19)) == 0))
    return Catalogue(tuple(packages))


def package(kind: Kind, number: int, needs: list, withdrawn: bool) -> Package:
    return Package(kind, (number,), tuple(needs), withdrawn, id=f"{kind}-{number}")


@st.composite
def sites(draw: st.DrawFn, shape: Shape, most_nodes: int = 30) -> Site:
    base = st.integers(1, 3)
    product = draw(st.integers(1, 2))

    def appliance(name: str, region: str = "") -> Appliance:
        return Appliance(name, Versions((draw(base),), (product,)), region, draw(st.booleans()))

    appliances = [appliance(name) for name in ("alpha", "beta")[: 1 + (shape in PAIRED)]]
    backup = appliances[1].name if len(appliances) > 1 else None
    if shape in CLUSTERED:
        nodes, regions = draw(st.integers(1, most_nodes)), draw(st.integers(1, 5))
        appliances += [
            appliance(f"node-{n:02}", f"region {draw(st.integers(1, regions))}")
            for n in range(nodes)
        ]
    return Site(
        shape,
        tuple(appliances),
        "alpha",
        backup,
        swing=draw(st.sampled_from(SWINGS)),
        lacks=frozenset(draw(st.sets(st.sampled_from(KNOWN_AWAY)))),
    )


@st.composite
def plans(draw: st.DrawFn, names: tuple[str, ...] = UPGRADES, most_nodes: int = 30) -> Plan:
    procedure = PROCEDURES[draw(st.sampled_from(names))]
    site = draw(sites(procedure.shape, most_nodes))
    catalogue = draw(catalogues())
    method = draw(st.sampled_from((AUTOMATIC, MANUAL)))
    if procedure.replaces:
        site, hops = draw(replacement(site, catalogue))
        return plan(procedure, site, hops, method=method)
    reachable = [*ways(catalogue, site)] or [easy(site)]
    return plan(procedure, site, draw(st.sampled_from(reachable[::-1])), method=method)


def ways(catalogue: Catalogue, site: Site) -> list[tuple[SiteHop, ...]]:
    """Every target of the catalogue that this site can be taken to in five hops; bases too."""
    installed = {a.name: a.versions for a in site.appliances}
    found = []
    for kind, go in ((Kind.BASE, site_base_path), (Kind.PRODUCT, site_path)):
        for wanted in catalogue.offered(kind):
            try:
                found.append(go(catalogue, installed, wanted.version))
            except NoPath:
                continue
    return [hops for hops in found if len(hops) <= 5 and (hops[0].product or not site.nodes)]


def easy(site: Site) -> tuple[SiteHop, ...]:
    return (SiteHop(Package(Kind.PRODUCT, (9,)), {a.name: () for a in site.appliances}),)


@st.composite
def replacement(
    draw: st.DrawFn, site: Site, catalogue: Catalogue
) -> tuple[Site, tuple[SiteHop, ...]]:
    new = Appliance("newcomer", Versions((draw(st.integers(1, 3)),), None))
    current = site.appliances[0].versions.product
    assert current
    packages = Catalogue((*catalogue.packages, Package(Kind.PRODUCT, (1,))))
    try:
        (hop,) = path(packages, new.versions, current)
    except (NoPath, ValueError):
        (hop,) = path(Catalogue((Package(Kind.PRODUCT, current),)), new.versions, current)
    assert hop.product
    old = site.backup or site.primary
    return replace(site, old=old, new=new), (SiteHop(hop.product, {new.name: hop.bases}),)
