"""Which release runs where: sites counted by release and by shape, region or customer.

A site counts under every release that one of its appliances has, so one that is half upgraded
counts twice: its count is what the link behind it lists.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, CharField, Count, F, QuerySet, Value, When
from django.utils.translation import gettext as _

from appliances.models import Appliance, Site
from portal.filtering import Op, Term, write
from upgrades.planning.catalogue import version
from upgrades.services.fleet import plain

SHAPE, REGION, CUSTOMER = "shape", "region", "customer"
AXES = (SHAPE, REGION, CUSTOMER)
PAGE = 50  # customers
DENSE = (0.2, 0.5)  # of the fullest cell: where a colour ends

Found = dict[tuple[str, str], set[Any]]
Counts = dict[tuple[str, str], int]


@dataclass(frozen=True)
class Cell:
    """`filter`: the sentence that lists these sites, "" where none can say it."""

    number: int
    filter: str = ""
    depth: int = 0  # 0 empty to 3 full


@dataclass(frozen=True)
class Line:
    title: str
    filter: str
    cells: tuple[Cell, ...]
    total: int


@dataclass(frozen=True)
class Matrix:
    by: str
    heads: tuple[str, ...]
    lines: tuple[Line, ...]
    sites: int
    next: int | None = None
    before: int | None = None

    def table(self) -> Iterator[list[object]]:
        """As a file has it: the first line are the heads."""
        corner = _("Customer") if self.by == CUSTOMER else _("Release")
        yield [corner, *self.heads, _("All")]
        for line in self.lines:
            yield [line.title, *(cell.number for cell in line.cells), line.total]


def matrix(
    sites: QuerySet[Site], by: str, *, sentence: str = "", after: int = 0, most: int | None = PAGE
) -> Matrix:  # fmt: skip
    """Of open sites of staff's view. By customer: one line each, from `after` on, `most` of them.
    `sentence` is the filter that named the sites: links narrow it down."""
    chosen = sites.filter(closed_at=None).order_by()
    if by == CUSTOMER:
        return _by_customer(chosen, sentence, after, most)
    if by == SHAPE:
        return _by_shape(chosen, sentence)
    found: Found = defaultdict(set)
    names: dict[str, str] = {}
    for site, told, group in _regions(chosen):
        key = group.casefold()  # as the filter compares regions
        names.setdefault(key, group)
        found[told, key].add(site)
    counts, totals = _sizes(found)
    groups = sorted(names, key=lambda one: (not one, one))
    heads = tuple(names[group] or _("no region") for group in groups)
    return _by_release(by, chosen, counts, totals, groups, heads, sentence)


def _by_shape(chosen: QuerySet[Site], sentence: str) -> Matrix:
    """Counted by the database: a site has one shape, so the sum of a line counts it once."""
    boxes = Appliance.across.filter(site__in=chosen).order_by()
    known = boxes.values_list("product_version", flat=True).distinct()
    other = [When(product_version=told, then=Value(_plain(told)))
             for told in known if told != _plain(told)]  # fmt: skip
    release = Case(*other, default=F("product_version"), output_field=CharField())
    rows = boxes.annotate(release=release).values_list("release", "site__shape")
    counts: Counts = {}
    totals: dict[str, int] = defaultdict(int)
    for told, shape, number in rows.annotate(number=Count("site", distinct=True)):
        counts[told, shape] = number
        totals[told] += number
    shapes = [shape for shape in Site.Shape.values if any(shape == one for _told, one in counts)]
    heads = tuple(str(Site.Shape(shape).label) for shape in shapes)
    return _by_release(SHAPE, chosen, counts, totals, shapes, heads, sentence)


def _by_release(
    by: str, chosen: QuerySet[Site], counts: Counts, totals: Mapping[str, int],
    groups: Sequence[str], heads: tuple[str, ...], sentence: str,
) -> Matrix:  # fmt: skip
    releases = sorted(totals, key=_newest, reverse=True)
    lines = _lines(counts, totals, releases, groups, lambda r, g: _terms(by, r, g), sentence)
    titled = tuple(_titled(line, told or _("not known"))
                   for line, told in zip(lines, releases, strict=True))  # fmt: skip
    return Matrix(by, heads, titled, chosen.count())


def _regions(chosen: QuerySet[Site]) -> Iterator[tuple[Any, str, str]]:
    """Site, release, region. A site is in its own region and in those of its appliances."""
    boxes = Appliance.across.filter(site__in=chosen).order_by()
    rows = boxes.values_list("site_id", "product_version", "site__region", "region").distinct()
    releases: dict[Any, set[str]] = defaultdict(set)
    regions: dict[Any, set[str]] = defaultdict(set)
    for site, told, own, box in rows:
        releases[site].add(_plain(told))
        regions[site] |= {own, box} - {""}
    for site, has in releases.items():
        yield from ((site, told, region) for told in has for region in regions[site] or {""})


def _by_customer(
    chosen: QuerySet[Site], sentence: str, after: int, most: int | None
) -> Matrix:  # fmt: skip
    owners = chosen.values_list("customer_id", "customer__slug", "customer__name")
    counted = owners.annotate(number=Count("pk")).order_by("customer__name", "customer__slug")
    page = list(counted[after:] if most is None else counted[after : after + most + 1])
    more = most is not None and len(page) > most
    page = page[:most]
    boxes = Appliance.across.filter(site__in=chosen, customer__in=[row[0] for row in page])
    found: Found = defaultdict(set)
    rows = boxes.order_by().values_list("site_id", "product_version", "customer__slug").distinct()
    for site, told, slug in rows:
        found[slug, _plain(told)].add(site)
    releases = sorted({told for _slug, told in found}, key=_newest, reverse=True)
    slugs = [row[1] for row in page]
    counts, totals = _sizes(found)
    lines = _lines(counts, totals, slugs, releases, lambda s, r: _terms(CUSTOMER, r, s), sentence)
    titled = tuple(_titled(line, row[2]) for line, row in zip(lines, page, strict=True))
    return Matrix(
        CUSTOMER, tuple(told or _("not known") for told in releases), titled, chosen.count(),
        next=after + most if more and most else None,
        before=max(after - (most or 0), 0) if after else None,
    )  # fmt: skip


def _sizes(found: Found) -> tuple[Counts, dict[str, int]]:
    """Of each cell, and of each row: a site that is in several of its cells counts once."""
    rows: dict[str, set[Any]] = defaultdict(set)
    for (row, _column), sites in found.items():
        rows[row] |= sites
    return {at: len(sites) for at, sites in found.items()}, {r: len(s) for r, s in rows.items()}


def _lines(
    counts: Counts, totals: Mapping[str, int], rows: Sequence[str], columns: Sequence[str],
    terms: Any, sentence: str,
) -> list[Line]:  # fmt: skip
    fullest = max(counts.values(), default=0)
    lines = []
    for row in rows:
        numbers = [counts.get((row, column), 0) for column in columns]
        cells = tuple(
            Cell(number, _narrowed(sentence, terms(row, column)) if number else "",
                 _depth(number, fullest))
            for column, number in zip(columns, numbers, strict=True)
        )  # fmt: skip
        lines.append(Line(row, _narrowed(sentence, terms(row, None)), cells, totals.get(row, 0)))
    return lines


def _titled(line: Line, title: object) -> Line:
    return Line(str(title), line.filter, line.cells, line.total)


def _terms(by: str, release: str | None, group: str | None) -> list[Term] | None:
    """None: no sentence says it (a version that is not known, no region, quotes in one)."""
    if release == "" or group == "" or '"' in (group or "") or (group or "").endswith("*"):
        return None
    found = [Term("product", Op.IS, (release,))] if release else []
    if group is not None:
        value = group.lower().replace("_", "-") if by == SHAPE else group
        found.append(Term(by, Op.IS, (value,)))
    return found


def _narrowed(sentence: str, terms: Iterable[Term] | None) -> str:
    return "" if terms is None else " ".join(filter(None, (sentence.strip(), write(terms))))


def _plain(told: str) -> str:
    """12.2.0 and 12.2 are one release."""
    return plain(version(told)) if told else ""


def _newest(told: str) -> tuple[int, ...]:
    return tuple(version(told)) if told else ()


def _depth(number: int, fullest: int) -> int:
    return sum(number > share * fullest for share in (0, *DENSE)) if number else 0
