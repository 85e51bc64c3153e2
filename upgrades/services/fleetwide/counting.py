"""Sites counted by release and by shape, region or customer: by the database, in one statement.

Sites that are alike in what is asked come as one row with their number, so that what is left to do
depends on how many kinds of sites there are, and not on how many sites.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.core.exceptions import EmptyResultSet
from django.db import connections, transaction
from django.db.models import FilteredRelation, Q, QuerySet

from appliances.models import Appliance, Site
from portal.models import Customer
from upgrades.planning.catalogue import version
from upgrades.services.fleet import plain

SHAPE, REGION, CUSTOMER = "shape", "region", "customer"
AXES = (SHAPE, REGION, CUSTOMER)
# A hundred thousand sites are then put together in memory. Sandboxes are shut out here whatever
# the session was told before: what is counted may be kept, and is shown to all of staff.
BEGIN = "SELECT now(), set_config('work_mem', '32MB', true), set_config('app.sandboxes', '', true)"


class Row(NamedTuple):
    """A line of the matrix: how many sites it counts, and of each column how many of them."""

    total: int
    cells: Mapping[str, int]


@dataclass(frozen=True)
class Counted:
    """`rows` by release ("": not known), or by a customer's id; cells by shape, by region in small
    letters, or by release. `names`: of each region, as it is written. `more`: customers follow."""

    sites: int
    rows: Mapping[str, Row]
    names: Mapping[str, str]
    more: bool = False

    def kept(self) -> dict[str, Any]:
        """As JSON; `read` takes it back."""
        return asdict(self)

    @classmethod
    def read(cls, kept: Mapping[str, Any]) -> "Counted":
        rows = {key: Row(total, cells) for key, (total, cells) in kept["rows"].items()}
        return cls(kept["sites"], rows, kept["names"], kept["more"])


class Alike(NamedTuple):
    """So many sites with the same releases and the same regions; `about` is what else was asked."""

    number: int
    about: str
    releases: frozenset[str]
    regions: frozenset[str]


def begin() -> datetime:
    """In a transaction of staff's connection, before counting: how, and what time PostgreSQL has.
    What is counted is at least as new."""
    with connections["staff"].cursor() as cursor:
        cursor.execute(BEGIN)
        at: datetime = cursor.fetchone()[0]
    return at


def count(sites: QuerySet[Site], by: str, *, after: int = 0, most: int | None = None) -> Counted:
    """Of open sites of staff's view. By customer: `most` of them, from `after` on."""
    chosen = sites.filter(closed_at=None).order_by()
    with transaction.atomic(using="staff"):
        begin()
        if by == CUSTOMER:
            return by_customer(chosen, after, most)
        return both(chosen)[by]


def both(chosen: QuerySet[Site]) -> dict[str, Counted]:
    """By shape and by region, which are counted together."""
    alike = list(_alike(chosen, "shape"))
    sites = sum(one.number for one in alike)
    names: dict[str, str] = {}
    for name in sorted({name for one in alike for name in one.regions}):
        names.setdefault(_folded(name), name)
    by_region = _tally(
        (one.number, one.releases, {_folded(name) for name in one.regions} or {""})
        for one in alike
    )  # fmt: skip
    names |= {"": ""} if any("" in row.cells for row in by_region.values()) else {}
    return {
        SHAPE: Counted(sites, _tally((one.number, one.releases, {one.about}) for one in alike), {}),
        REGION: Counted(sites, by_region, names),
    }


def by_customer(chosen: QuerySet[Site], after: int, most: int | None) -> Counted:
    """Their sites without an appliance count in the total alone, as the link behind it lists."""
    owners = Customer.across.filter(pk__in=chosen.values("customer"))
    ids = owners.order_by("name", "slug").values_list("pk", flat=True)
    found = list(ids[after:] if most is None else ids[after : after + most + 1])
    page = found[:most]
    whose = chosen if most is None else chosen.filter(customer__in=page)
    tallied = _tally(
        (one.number, {one.about}, one.releases) for one in _alike(whose, "customer_id")
    )
    rows = {str(pk): tallied[str(pk)] for pk in page if str(pk) in tallied}
    return Counted(chosen.count(), rows, {}, more=len(found) > len(page))


def _alike(chosen: QuerySet[Site], about: str) -> Iterator[Alike]:
    in_place = FilteredRelation(
        "appliances", condition=Q(appliances__place=Appliance.Place.IN_PLACE)
    )
    each = chosen.annotate(box=in_place).values("pk", about, "region")
    each = each.annotate(had=ArrayAgg("box__product_version"), regions=ArrayAgg("box__region"))
    connection = connections["staff"]
    try:
        inner, values = each.query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # the filter names none
        return
    columns = f"{about}, region, had, regions"
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), {columns} FROM ({inner}) AS each GROUP BY {columns}",  # noqa: S608
            values,
        )
        for number, whose, own, had, others in cursor.fetchall():
            releases = frozenset(_plain(told) for told in had if told is not None)
            yield Alike(number, str(whose), releases, frozenset({own, *others} - {None, ""}))


def _tally(found: Iterable[tuple[int, Iterable[str], Iterable[str]]]) -> dict[str, Row]:
    """A number of sites adds to each of its rows once, and to each of its cells once."""
    totals: dict[str, int] = defaultdict(int)
    cells: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for number, rows, columns in found:
        for row in rows:
            totals[row] += number
            for column in columns:
                cells[row][column] += number
    return {row: Row(total, dict(cells[row])) for row, total in totals.items()}


def _folded(region: str) -> str:
    """As the filter compares regions."""
    return region.casefold()


def _plain(told: str) -> str:
    """12.2.0 and 12.2 are one release."""
    return plain(version(told)) if told else ""
