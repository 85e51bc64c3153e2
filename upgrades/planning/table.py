"""Every path of a catalogue at once: one reverse sweep a target, then look-ups.

Since needs only ask for more, a higher base or product never costs more. So the cheapest next
product is found below the highest one that can be installed, and likewise for bases; ties go to a
product before a base, and to the lowest: the answers of `paths.path`, which searches from the
other end.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from upgrades.planning.catalogue import Catalogue, Kind, Package, Version, Versions

FAR = 1 << 40
HOP = (1 << 16) + 1  # a hop weighs more than any number of packages

Costs = list[list[int]]  # by product, then base
Steps = list[list[int | None]]


class Row(NamedTuple):
    base: Version
    product: Version
    target: Version
    packages: tuple[str, ...]  # ids, in order
    hops: int


class Path(NamedTuple):
    ids: tuple[str, ...]
    hops: int


class PathTable:
    """From every pair of versions to every product offered.

    Pairs are those of the catalogue's packages, and those of `installed`: whatever else a fleet
    is at; `targets`: sweep to these only. Appliances without a product, and those whose own words
    outrank the catalogue, are not in it: ask `paths.path`.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        installed: Iterable[Versions] = (),
        targets: Collection[Version] | None = None,
    ) -> None:
        found = list(installed)
        products = {have.product for have in found if have.product is not None}
        self.bases = _axis(catalogue, Kind.BASE, {have.base for have in found})
        self.products = _axis(catalogue, Kind.PRODUCT, products)
        self._base_of = {version: place for place, version in enumerate(self.bases)}
        self._product_of = {version: place for place, version in enumerate(self.products)}
        self._base_at = _placed(self._base_of, catalogue.offered(Kind.BASE))
        self._product_at = _placed(self._product_of, catalogue.offered(Kind.PRODUCT))
        self._higher = self._open(self._base_at)
        self._newer = self._open(self._product_at)
        self._steps = dict(self._sweeps(targets))

    def packages(
        self, base: Version, product: Version, target: Version
    ) -> tuple[Package, ...] | None:
        """What to install, in order; None if there is no way. Raises KeyError off the table."""
        b, p, wanted = self._base_of[base], self._product_of[product], self._product_of[target]
        if p >= wanted or wanted not in self._steps:
            return None
        step, path = self._steps[wanted], list[Package]()
        while p != wanted:
            place = step[p][b]
            if place is None:
                return None
            if place < 0:
                p = ~place
                path.append(self._product_at[p])
            else:
                b = place
                path.append(self._base_at[b])
        return tuple(path)

    def rows(self) -> Iterator[Row]:
        """Every pair of versions and every target that can be reached from it."""
        base_ids = {place: package.id for place, package in self._base_at.items()}
        product_ids = {place: package.id for place, package in self._product_at.items()}
        for wanted, step in self._steps.items():
            target, found = self.products[wanted], [[Path((), 0)] * len(self.bases)] * (wanted + 1)
            for p in range(wanted - 1, -1, -1):
                product, row = self.products[p], step[p]
                found[p] = own = list(found[p])
                for b in range(len(self.bases) - 1, -1, -1):
                    place = row[b]
                    if place is None:
                        continue
                    if place < 0:
                        then = found[~place][b]
                        own[b] = path = Path((product_ids[~place], *then.ids), then.hops + 1)
                    else:
                        then = own[place]
                        own[b] = path = Path((base_ids[place], *then.ids), then.hops)
                    yield Row(self.bases[b], product, target, path.ids, path.hops)

    def _open(self, packages: dict[int, Package]) -> list[list[list[int]]]:
        """By product and base: the places of the packages that can be installed there, upwards."""
        grid: list[list[list[int]]] = [[[] for _ in self.bases] for _ in self.products]
        for place, package in packages.items():
            base = package.kind is Kind.BASE
            first_b = _first(self.bases, package, Kind.BASE)
            first_p = _first(self.products, package, Kind.PRODUCT)
            for p in range(first_p, len(self.products) if base else place):
                for own in grid[p][first_b : place if base else None]:
                    own.append(place)
        return grid

    def _sweeps(self, targets: Collection[Version] | None) -> Iterator[tuple[int, Steps]]:
        """For each target, the next place from each pair: a base's, or ~ a product's."""
        for wanted in self._product_at:
            if targets is not None and self.products[wanted] not in targets:
                continue
            costs = [[FAR] * len(self.bases) for _ in range(wanted)]
            costs.append([0] * len(self.bases))
            steps: Steps = [[None] * len(self.bases) for _ in range(wanted)]
            for p in range(wanted - 1, -1, -1):
                self._sweep(wanted, p, costs, steps[p])
            yield wanted, steps

    def _sweep(self, wanted: int, p: int, costs: Costs, step: list[int | None]) -> None:
        """One product, bases downwards: so whatever a base leads to is known already."""
        own, newer, higher = costs[p], self._newer[p], self._higher[p]
        for b in range(len(own) - 1, -1, -1):
            products, bases = newer[b], higher[b]
            count = bisect_left(products, wanted)  # the products below the target
            if count < len(products) and products[count] == wanted:
                own[b], step[b] = HOP, ~wanted
                continue
            by_product = costs[products[count - 1]][b] + HOP if count else FAR
            by_base = own[bases[-1]] + 1 if bases else FAR
            if by_base < by_product and by_base < FAR:
                own[b] = by_base
                step[b] = next(place for place in bases if own[place] + 1 == by_base)
            elif by_product < FAR:
                own[b] = by_product
                step[b] = ~next(q for q in products if costs[q][b] + HOP == by_product)


def _axis(catalogue: Catalogue, kind: Kind, more: set[Version]) -> list[Version]:
    return sorted({p.version for p in catalogue.packages if p.kind is kind} | more)


def _placed(places: dict[Version, int], packages: Sequence[Package]) -> dict[int, Package]:
    return {places[package.version]: package for package in packages}


def _first(axis: list[Version], package: Package, kind: Kind) -> int:
    """The lowest place on the axis that meets every need of that kind."""
    needs = [need for need in package.needs if need.kind is kind]
    for place, version in enumerate(axis):
        if all(need.met_by(Versions(version, version)) for need in needs):
            return place
    return len(axis)
