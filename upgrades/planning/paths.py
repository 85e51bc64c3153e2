"""Installed versions, a target and a catalogue in; hops, or a refusal that says why, out.

Needs only ask for more, so a higher base or product never hurts. The cheapest path has the fewest
hops (G-PREP-4), then the fewest packages; among equals a product goes before a base, and the
lowest first: so bases come as late as they can, each in the hop that needs it (G-PREP-7).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from upgrades.planning.catalogue import Catalogue, Kind, Need, Package, Version, Versions, dotted
from upgrades.planning.missing import missing
from upgrades.planning.vocabulary import Sentence, Unable, _


@dataclass(frozen=True)
class Hop:
    """One product package with the base packages right before it; base alone has no product."""

    bases: tuple[Package, ...]
    product: Package | None

    @property
    def packages(self) -> tuple[Package, ...]:
        return (*self.bases, self.product) if self.product else self.bases

    def reasons(self, installed: Versions) -> list[tuple[Package, Package, Need]]:
        """Each base package, the package that asked for it, and the need with its provenance."""
        return [
            (base, asking, need)
            for place, base in enumerate(self.bases)
            for asking in self.packages[place + 1 :]
            for need in asking.needs
            if need.kind is Kind.BASE and not need.met_by(after(installed, self.bases[:place]))
        ]


@dataclass(frozen=True)
class SiteHop:
    """One product package for the whole site, with each appliance's own base packages."""

    product: Package | None
    bases: Mapping[str, tuple[Package, ...]]

    def on(self, appliance: str) -> Hop:
        return Hop(self.bases.get(appliance, ()), self.product)


Order = tuple[tuple[int, Version], ...]  # 0 for a product, 1 for a base
Ways = dict[Version, tuple[Package, ...]]  # by product: what to install, in order


class NoPath(Unable):
    """There is no way to the target. The sentence names what is missing."""

    code = "no-path"


class UnknownTarget(NoPath):
    code = "unknown-target"


class WithdrawnTarget(NoPath):
    code = "withdrawn-target"


class NotNewer(NoPath):
    code = "not-newer"


class NotLevel(NoPath):
    """The appliances of a site carry different product versions."""

    code = "not-level"


class Unreachable(NoPath):
    """`lines` says one by one what stands in the way, from the target downwards."""

    code = "unreachable"

    def __init__(self, lines: tuple[Sentence, ...]) -> None:
        super().__init__(_("There is no way there: %(lines)s"), lines=lines)
        self.lines = lines


def after(installed: Versions, packages: Iterable[Package]) -> Versions:
    for package in packages:
        installed = installed.having(package)
    return installed


def path(
    catalogue: Catalogue, installed: Versions, target: Version, ways: Ways | None = None
) -> tuple[Hop, ...]:
    """Fewest hops, then fewest packages, then lowest versions. Raises NoPath.

    `ways` are those from the same versions, where several targets are asked for.
    """
    wanted = known(catalogue, Kind.PRODUCT, target)
    refuse_older(Kind.PRODUCT, installed.product, target)
    packages = search(catalogue, installed, wanted) if ways is None else ways.get(target)
    if packages is None:
        raise Unreachable(missing(catalogue, installed, wanted))
    return hops(packages)


def base_path(catalogue: Catalogue, installed: Versions, target: Version) -> tuple[Hop, ...]:
    """Base software alone: one hop without a product, no dwell, no clients. Raises NoPath."""
    wanted = known(catalogue, Kind.BASE, target)
    refuse_older(Kind.BASE, installed.base, target)
    packages = search(catalogue, installed, wanted)
    if packages is None:
        raise Unreachable(missing(catalogue, installed, wanted, products=False))
    return (Hop(packages, None),)


def leading(installed: Mapping[str, Versions]) -> Versions:
    """The versions that lead a site's chain: those with the lowest base."""
    return min(installed.values(), key=lambda versions: versions.base)


def site_path(
    catalogue: Catalogue, installed: Mapping[str, Versions], target: Version,
    ways: Ways | None = None,
) -> tuple[SiteHop, ...]:  # fmt: skip
    """One chain of products for all, led by the lowest base; each appliance its own bases.

    `ways` are those from the leading versions, where several targets are asked for.
    """
    if len({versions.product for versions in installed.values()}) > 1:
        uneven = ", ".join(f"{name} {dotted(v.product)}" for name, v in sorted(installed.items()))
        raise NotLevel(
            _("The appliances are not on one product version: %(versions)s."), versions=uneven
        )
    lowest = leading(installed)
    led = path(catalogue, lowest, target, ways)
    chain = tuple(hop.product for hop in led if hop.product)
    own = {
        versions: hops(search(catalogue, versions, chain[-1], chain) or ())
        for versions in set(installed.values()) - {lowest}
    }
    own[lowest] = led
    return tuple(
        SiteHop(product, {name: own[have][place].bases for name, have in installed.items()})
        for place, product in enumerate(chain)
    )


def site_base_path(
    catalogue: Catalogue, installed: Mapping[str, Versions], target: Version
) -> tuple[SiteHop, ...]:
    """Base software alone, for every appliance of the site that is below it. Raises NoPath."""
    each = {
        name: hops[0].bases
        for name, versions in installed.items()
        if versions.base < target
        for hops in [base_path(catalogue, versions, target)]
    }
    if not each:
        refuse_older(Kind.BASE, min(versions.base for versions in installed.values()), target)
    return (SiteHop(None, {name: each.get(name, ()) for name in installed}),)


def known(catalogue: Catalogue, kind: Kind, target: Version) -> Package:
    wanted = catalogue.find(kind, target)
    if wanted is None:
        named = Package(kind, target).sentence
        raise UnknownTarget(_("Not in the catalogue: %(package)s."), package=named)
    if wanted.withdrawn:
        raise WithdrawnTarget(_("Withdrawn: %(package)s."), package=wanted.sentence)
    return wanted


def refuse_older(kind: Kind, have: Version | None, target: Version) -> None:
    if have is not None and have >= target:
        raise NotNewer(
            _("Nothing to do for %(wanted)s: %(installed)s is installed."),
            wanted=Package(kind, target).sentence, installed=Package(kind, have).sentence,
        )  # fmt: skip


def hops(packages: Iterable[Package]) -> tuple[Hop, ...]:
    found: list[Hop] = []
    bases: list[Package] = []
    for package in packages:
        if package.kind is Kind.BASE:
            bases.append(package)
        else:
            found.append(Hop(tuple(bases), package))
            bases = []
    return tuple(found)


def search(
    catalogue: Catalogue, installed: Versions, wanted: Package, chain: tuple[Package, ...] = ()
) -> tuple[Package, ...] | None:
    """The cheapest packages in order, from the front; `chain` says which product comes next."""
    bases = catalogue.offered(Kind.BASE)
    products = list(chain) or catalogue.offered(Kind.PRODUCT)
    if wanted.kind is Kind.BASE:
        bases, products = [p for p in bases if p.version <= wanted.version], []
    products = [p for p in products if p.version <= wanted.version]
    for now, packages in _walk(installed, bases, products, in_turn=bool(chain)):
        if now.of(wanted.kind) == wanted.version:
            return packages
    return None


def ways_from(catalogue: Catalogue, installed: Versions) -> Ways:
    """The cheapest packages to every product that can be reached, in one search: no way to a
    product leads over a newer one, so what stands beyond a target never changes its way."""
    found: Ways = {}
    offered = catalogue.offered(Kind.BASE), catalogue.offered(Kind.PRODUCT)
    for now, packages in _walk(installed, *offered):
        if now.product is not None:
            found.setdefault(now.product, packages)
    return found


def _walk(
    installed: Versions, bases: list[Package], products: list[Package], *, in_turn: bool = False
) -> Iterator[tuple[Versions, tuple[Package, ...]]]:
    """Every state that can be reached, cheapest way first. `in_turn`: products come one by one."""
    heap: list[tuple[int, int, Order]] = [(0, 0, ())]
    ways: dict[Order, tuple[Versions, tuple[Package, ...]]] = {(): (installed, ())}
    seen: set[Versions] = set()
    while heap:
        done, number, order = heappop(heap)
        now, packages = ways.pop(order)
        if now in seen:
            continue
        seen.add(now)
        yield now, packages
        ahead = [p for p in products if now.product is None or p.version > now.product]
        above = [b for b in bases if b.version > now.base]
        for package in (*(ahead[:1] if in_turn else ahead), *above):
            then_now = now.having(package)
            if then_now in seen or not package.fits(now):
                continue
            base = package.kind is Kind.BASE
            then = (*order, (int(base), package.version))
            ways[then] = (then_now, (*packages, package))
            heappush(heap, (done + (not base), number + 1, then))
