"""The paths of a whole fleet: every pair of versions to a target is worked out once and stored as a
table, in which each appliance's way is looked up by the versions it is at. Only those whose own
words outrank the catalogue have a row of their own: what a fleet costs is its distinct states."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection, connections, transaction

from appliances.models import Appliance, RecordedWord
from portal import tenancy
from upgrades.models import AppliancePath
from upgrades.planning.catalogue import Catalogue, Version, Versions, version
from upgrades.planning.paths import NoPath, path
from upgrades.planning.table import PathTable
from upgrades.services import catalogue

# The entries of one target, as today's catalogue has them: changed ones stay the same rows.
FRESH = """
CREATE TEMPORARY TABLE fresh_path (base text, product text, package_ids uuid[], hops smallint)
ON COMMIT DROP
"""
COPY = "COPY fresh_path (base, product, package_ids, hops) FROM STDIN"
CHANGE = """
INSERT INTO upgrades_pathentry AS e (base, product, target, package_ids, hops, since)
SELECT base, product, %(target)s, package_ids, hops, %(at)s FROM fresh_path
ON CONFLICT (target, base, product) DO UPDATE
SET package_ids = excluded.package_ids, hops = excluded.hops, since = excluded.since
WHERE e.package_ids <> excluded.package_ids
"""
FORGET = """
DELETE FROM upgrades_pathentry e WHERE e.target = %(target)s AND NOT EXISTS (
    SELECT FROM fresh_path f WHERE f.base = e.base AND f.product = e.product)
"""

# 12.2.0 and 12.2 are one version: the table knows the shortest way to write it. Appliances whose
# own words outrank the catalogue are not looked up in it. NOT IN is a table kept aside, whatever
# the statistics of tables that were just filled say; nothing in it is ever null.
PLAIN = r"CASE WHEN a.{0} LIKE '%%.0%%' THEN regexp_replace(a.{0}, '(\.0+)+$', '') ELSE a.{0} END"
LOOKED_UP = f"""
appliances_appliance a JOIN upgrades_pathentry e
  ON e.base = {PLAIN.format("base_version")} AND e.product = {PLAIN.format("product_version")}
WHERE e.target = %(target)s
  AND a.id NOT IN (SELECT appliance_id FROM appliances_recordedword)
"""  # noqa: S608 (our own text, as below)
CHANGED = f"SELECT count(*) FROM {LOOKED_UP} AND e.since = %(at)s"  # noqa: S608
WAYS = f"""
SELECT a.id, e.package_ids, e.hops FROM {LOOKED_UP} AND a.customer_id = %(customer)s
UNION ALL
SELECT appliance_id, package_ids, hops FROM upgrades_appliancepath
WHERE customer_id = %(customer)s AND target = %(target)s
"""  # noqa: S608


class Way(NamedTuple):
    package_ids: list[UUID]  # in order
    hops: int


def plan(target: str, *, at: datetime) -> int:
    """Store every way to a product version from wherever the fleet is; how many appliances have a
    new or a changed one. Called again after a change of the catalogue, it keeps what still holds.

    An appliance that has no way there, or whose versions are not known, has none stored:
    `planning.hops_to` says why. Raises ValueError for a target that is no version.
    """
    wanted, known = version(target), catalogue.catalogue()
    _tabulate(known, wanted, at)
    values = {"target": plain(wanted), "at": at}
    with connections["staff"].cursor() as cursor:
        cursor.execute(CHANGED, values)
        changed = int(cursor.fetchone()[0])
    own = AppliancePath.across.filter(target=plain(wanted)).values_list("customer_id", flat=True)
    told = RecordedWord.across.values_list("customer_id", flat=True)
    for customer_id in sorted({*own, *told}):
        with tenancy.transaction(customer_id):
            changed += _search(known, wanted, at)
    return changed


def ways(target: str) -> dict[UUID, Way]:
    """The current customer's appliances, each with its way to a product version as it was planned
    from the versions that it is at today: by the table, or by its own words."""
    values = {"target": plain(version(target)), "customer": tenancy.current_customer_id()}
    with connection.cursor() as cursor:
        cursor.execute(WAYS, values)
        return {pk: Way(ids, hops) for pk, ids, hops in cursor.fetchall()}


def plain(value: Version) -> str:
    """A version as the table and the stored paths name it."""
    return ".".join(map(str, value))


def _tabulate(known: Catalogue, wanted: Version, at: datetime) -> None:
    """Bring the stored ways to one target to those of today's catalogue, all at once."""
    table = PathTable(known, _installed(), {wanted})
    values = {"target": plain(wanted), "at": at}
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FRESH)
        with cursor.copy(COPY) as copy:
            for base, product, _target, ids, hops in table.rows():
                way = f"{{{','.join(ids)}}}"  # an array as COPY reads it: quicker than a list
                copy.write_row((plain(base), plain(product), way, hops))
        cursor.execute(FORGET, values)
        cursor.execute(CHANGE, values)


def _installed() -> Iterator[Versions]:
    """What the fleet is at: read across customers, versions only."""
    pairs = Appliance.across.values_list("base_version", "product_version").distinct()
    for base, product in pairs:
        if base and product:
            yield Versions(version(base), version(product))


def _search(known: Catalogue, wanted: Version, at: datetime) -> int:
    """The few appliances that said themselves what they need, one by one. How many have a new way,
    a changed one, or that of everybody again, because their words were taken back."""
    told, target = RecordedWord.objects.values("appliance_id"), plain(wanted)
    of_target = AppliancePath.objects.filter(target=target)
    changed, _ = of_target.exclude(appliance__in=told).delete()
    for appliance in Appliance.objects.filter(pk__in=told).order_by("pk"):
        ids, hops = _path(catalogue.heeding(known, [appliance]), appliance, wanted)
        kept = of_target.filter(appliance=appliance)
        if ids and kept.filter(package_ids=ids).exists():
            continue
        kept.delete()
        if ids:
            AppliancePath.objects.create(
                customer_id=appliance.customer_id, appliance=appliance, target=target,
                package_ids=ids, hops=hops, planned_at=at,
            )  # fmt: skip
            changed += 1
    return changed


def _path(heeded: Catalogue, appliance: Appliance, wanted: Version) -> tuple[list[str], int]:
    if not (appliance.base_version and appliance.product_version):
        return [], 0
    installed = Versions(version(appliance.base_version), version(appliance.product_version))
    try:
        hops = path(heeded, installed, wanted)
    except NoPath:
        return [], 0
    return [package.id for hop in hops for package in hop.packages], len(hops)
