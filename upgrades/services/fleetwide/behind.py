"""How far the fleet is from a release: how many hops each site has to go, by the catalogue."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _, ngettext

from appliances.models import Appliance, Site
from portal.filtering import Op, Term, write
from upgrades.planning.catalogue import Kind, Version, Versions, version
from upgrades.planning.table import PathTable
from upgrades.services import catalogue
from upgrades.services.fleet import plain

NO_WAY, UNKNOWN = 998, 999  # after every number of hops
Pair = tuple[str, str]  # product, base, as the appliance's record has them


@dataclass(frozen=True)
class Step:
    """So many hops to go: how many sites."""

    hops: int
    sites: int
    share: int  # in percent of all sites

    @property
    def words(self) -> str:
        return words_of(self.hops)


@dataclass(frozen=True)
class Group:
    """Sites with an appliance at these versions. `filter` lists them."""

    product: str
    base: str
    hops: int
    sites: int
    filter: str

    @property
    def words(self) -> str:
        return words_of(self.hops)


@dataclass(frozen=True)
class Behind:
    target: str
    targets: tuple[str, ...]  # what may be asked for, newest first
    steps: tuple[Step, ...]
    groups: tuple[Group, ...]  # the furthest behind first
    sites: int

    @property
    def behind(self) -> int:
        return sum(step.sites for step in self.steps if step.hops)


def words_of(hops: int) -> str:
    if hops == NO_WAY:
        return _("no way there")
    if hops == UNKNOWN:
        return _("versions not known")
    if not hops:
        return _("is there")
    return ngettext("%(n)d hop", "%(n)d hops", hops) % {"n": hops}


def behind(sites: QuerySet[Site], *, target: str = "", sentence: str = "") -> Behind:
    """Of open sites of staff's view, to a product release (the newest, unless another is named).
    A site has as far to go as its appliance that is furthest behind. `sentence` is the filter that
    named the sites."""
    chosen = sites.filter(closed_at=None).order_by()
    boxes = Appliance.across.filter(site__in=chosen).order_by()
    told = list(boxes.values_list("site_id", "product_version", "base_version").distinct())
    way = Ways({(product, base) for _site, product, base in told}, target)
    far: dict[Any, int] = defaultdict(int)
    at: dict[Pair, set[Any]] = defaultdict(set)
    for site, product, base in told:
        far[site] = max(far[site], way.hops[product, base])
        at[product, base].add(site)
    counted = Counter(far.values())
    total = len(far)
    steps = tuple(
        Step(hops, number, round(100 * number / total)) for hops, number in sorted(counted.items())
    )
    groups = tuple(
        Group(product, base, way.hops[product, base], len(found), _filter(sentence, product, base))
        for (product, base), found in at.items()
        if way.hops[product, base]
    )
    in_order = sorted(groups, key=lambda one: (-one.hops, -one.sites, one.product, one.base))
    return Behind(way.target, way.targets, steps, tuple(in_order), total)


def listed(sites: QuerySet[Site], *, target: str = "") -> Iterator[list[object]]:
    """The sites one by one, as a file has them, the first line the heads."""
    chosen = sites.filter(closed_at=None)
    boxes = Appliance.across.filter(site__in=chosen.order_by())
    at: dict[Any, set[Pair]] = defaultdict(set)
    for site, product, base in boxes.values_list("site_id", "product_version", "base_version"):
        at[site].add((product, base))
    way = Ways(set[Pair]().union(*at.values()), target)
    yield [_("Customer"), _("Site"), _("Public host name"), _("Shape"), _("Region"), _("Product"),
           _("Base"), _("Hops to %(release)s") % {"release": way.target}]  # fmt: skip
    rows = chosen.select_related("customer").order_by("customer__name", "name", "pk")
    for row in rows:
        pairs = sorted(at[row.pk])
        hops = max((way.hops[pair] for pair in pairs), default=UNKNOWN)
        yield [
            row.customer.name, row.name, row.public_name, row.get_shape_display(), row.region,
            ", ".join(sorted({product for product, _base in pairs if product})),
            ", ".join(sorted({base for _product, base in pairs if base})),
            hops if hops < NO_WAY else words_of(hops),
        ]  # fmt: skip


class Ways:
    """Hops from pairs of versions to one release, all found in one sweep of the catalogue."""

    def __init__(self, pairs: set[Pair], target: str) -> None:
        known = catalogue.catalogue()
        offered = sorted({p.version for p in known.offered(Kind.PRODUCT)}, reverse=True)
        self.targets = tuple(plain(one) for one in offered)
        self.target = target if target in self.targets else next(iter(self.targets), "")
        self.hops = dict.fromkeys(pairs, UNKNOWN)
        read = {pair: Versions(version(pair[1]), version(pair[0])) for pair in pairs if all(pair)}
        if not self.target:
            return
        wanted = version(self.target)
        table = PathTable(known, read.values(), {wanted})
        hops = {(row.base, row.product): row.hops for row in table.rows()}
        for pair, have in read.items():
            self.hops[pair] = _hops(hops, have, wanted)


def _hops(known: dict[tuple[Version, Version], int], have: Versions, wanted: Version) -> int:
    if have.product is not None and have.product >= wanted:
        return 0
    return known.get((have.base, have.product or ()), NO_WAY)


def _filter(sentence: str, product: str, base: str) -> str:
    """What lists them; a version that is not known cannot be asked for."""
    if not (product and base):
        return ""
    terms = (Term("product", Op.IS, (product,)), Term("base", Op.IS, (base,)))
    return " ".join(filter(None, (sentence.strip(), write(terms))))
