"""Which release runs where: sites counted by release and by shape, region or customer.

A site counts under every release that one of its appliances has, so one that is half upgraded
counts twice: its count is what the link behind it lists.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from appliances.models import Site
from portal.filtering import Op, Term, write
from portal.models import Customer
from upgrades.planning.catalogue import version
from upgrades.services.fleetwide import counting, kept
from upgrades.services.fleetwide.counting import CUSTOMER, SHAPE, Counted, Row
from upgrades.services.fleetwide.kept import PAGE

DENSE = (0.2, 0.5)  # of the fullest cell: where a colour ends


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
    counted_at: datetime | None = None  # None: now

    def table(self) -> Iterator[list[object]]:
        """As a file has it: the first line are the heads."""
        corner = _("Customer") if self.by == CUSTOMER else _("Release")
        yield [corner, *self.heads, _("All")]
        for line in self.lines:
            yield [line.title, *(cell.number for cell in line.cells), line.total]


def matrix(
    sites: QuerySet[Site], by: str, *, sentence: str = "", after: int = 0, most: int | None = PAGE
) -> Matrix:  # fmt: skip
    """Of open sites of staff's view, counted now. By customer: one line each, from `after` on,
    `most` of them. `sentence` is the filter that named the sites: links narrow it down."""
    found = counting.count(sites, by, after=after, most=most)
    return _shown(found, by, sentence, after, most)


def of_all(by: str, *, after: int = 0) -> Matrix:
    """Of all open sites, as every one of staff sees them; where counting them takes long, from the
    count that is kept, which then says when it was made."""
    found, counted_at = kept.look(by, after)
    return replace(_shown(found, by, "", after, PAGE), counted_at=counted_at)


def _shown(found: Counted, by: str, sentence: str, after: int, most: int | None) -> Matrix:
    if by == CUSTOMER:
        return _by_customer(found, sentence, after, most)
    releases = sorted(found.rows, key=_newest, reverse=True)
    if by == SHAPE:
        there = {shape for row in found.rows.values() for shape in row.cells}
        groups = [shape for shape in Site.Shape.values if shape in there]
        heads = tuple(str(Site.Shape(shape).label) for shape in groups)
    else:
        groups = sorted(found.names, key=lambda one: (not one, one))
        heads = tuple(found.names[group] or _("no region") for group in groups)
    lines = _lines(found.rows, releases, groups, lambda r, g: _terms(by, r, g), sentence)
    titled = tuple(_titled(line, told or _("not known"))
                   for line, told in zip(lines, releases, strict=True))  # fmt: skip
    return Matrix(by, heads, titled, found.sites)


def _by_customer(found: Counted, sentence: str, after: int, most: int | None) -> Matrix:
    """Names are read now: a customer that staff see no more since it was counted has no line."""
    named = Customer.across.filter(pk__in=list(found.rows)).order_by("name", "slug")
    owners = {str(pk): (slug, name) for pk, slug, name in named.values_list("pk", "slug", "name")}
    rows = {slug: found.rows[pk] for pk, (slug, _name) in owners.items()}
    releases = sorted(
        {told for row in rows.values() for told in row.cells}, key=_newest, reverse=True
    )
    lines = _lines(rows, list(rows), releases, lambda s, r: _terms(CUSTOMER, r, s), sentence)
    titled = tuple(_titled(line, name)
                   for line, (_slug, name) in zip(lines, owners.values(), strict=True))  # fmt: skip
    return Matrix(
        CUSTOMER, tuple(told or _("not known") for told in releases), titled, found.sites,
        next=after + most if found.more and most else None,
        before=max(after - (most or 0), 0) if after else None,
    )  # fmt: skip


def _lines(
    rows: Mapping[str, Row], order: Sequence[str], columns: Sequence[str], terms: Any, sentence: str
) -> list[Line]:
    fullest = max((number for row in rows.values() for number in row.cells.values()), default=0)
    lines = []
    for row in order:
        numbers = [rows[row].cells.get(column, 0) for column in columns]
        cells = tuple(
            Cell(number, _narrowed(sentence, terms(row, column)) if number else "",
                 _depth(number, fullest))
            for column, number in zip(columns, numbers, strict=True)
        )  # fmt: skip
        lines.append(Line(row, _narrowed(sentence, terms(row, None)), cells, rows[row].total))
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


def _newest(told: str) -> tuple[int, ...]:
    return tuple(version(told)) if told else ()


def _depth(number: int, fullest: int) -> int:
    return sum(number > share * fullest for share in (0, *DENSE)) if number else 0
