"""The paths of a whole fleet: every pair of versions to a target is worked out once, stored as a
table, and each customer's appliances look theirs up in it by one statement."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from appliances.models import Appliance, RecordedWord
from portal import tenancy
from portal.services import customers
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
SELECT a.customer_id, a.id, e.id AS entry_id
FROM appliances_appliance a JOIN upgrades_pathentry e
  ON e.base = {PLAIN.format("base_version")} AND e.product = {PLAIN.format("product_version")}
WHERE e.target = %(target)s
  AND a.id NOT IN (SELECT appliance_id FROM appliances_recordedword)
"""  # noqa: S608 (our own text)
OUTDATED = f"""
DELETE FROM upgrades_appliancepath s
WHERE s.target = %(target)s AND s.entry_id IS NOT NULL
  AND (s.appliance_id, s.entry_id) NOT IN (SELECT l.id, l.entry_id FROM ({LOOKED_UP}) l)
"""  # noqa: S608
FOLLOWED = """
SELECT count(*) FROM upgrades_appliancepath s JOIN upgrades_pathentry e ON e.id = s.entry_id
WHERE s.target = %(target)s AND e.since = %(at)s
"""
LINK = f"""
INSERT INTO upgrades_appliancepath (customer_id, appliance_id, target, entry_id, planned_at)
SELECT l.customer_id, l.id, %(target)s, l.entry_id, %(at)s FROM ({LOOKED_UP}) l
WHERE l.id NOT IN (
    SELECT appliance_id FROM upgrades_appliancepath
    WHERE target = %(target)s AND entry_id IS NOT NULL)
ORDER BY l.id
ON CONFLICT (customer_id, target, appliance_id) DO UPDATE SET entry_id = excluded.entry_id,
    own_package_ids = NULL, own_hops = NULL, planned_at = excluded.planned_at
"""  # noqa: S608


def plan(target: str, *, at: datetime) -> int:
    """Store the path of every customer's appliances to a product version; how many are new or
    changed. Called again after a change of the catalogue, it keeps what still holds.

    An appliance that has no way there, or whose versions are not known, has no row:
    `planning.hops_to` says why. Raises ValueError for a target that is no version.
    """
    wanted, known = version(target), catalogue.catalogue()
    _tabulate(known, wanted, at)
    told = set(RecordedWord.across.values_list("customer_id", flat=True))
    stored = 0
    for customer_id in customers.every_id():
        with tenancy.transaction(customer_id):
            stored += _look_up(wanted, at)
            if customer_id in told:
                stored += _search(known, wanted, at)
    return stored


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


def _look_up(wanted: Version, at: datetime) -> int:
    """The current customer's appliances in the table: what no longer holds goes, the rest comes.
    How many are new, or linked already to an entry that has changed."""
    values = {"target": plain(wanted), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(OUTDATED, values)
        cursor.execute(FOLLOWED, values)
        followed = cursor.fetchone()[0]
        cursor.execute(LINK, values)
        return int(followed + cursor.rowcount)


def _search(known: Catalogue, wanted: Version, at: datetime) -> int:
    """The few appliances that said themselves what they need, one by one."""
    stored = 0
    told = RecordedWord.objects.values("appliance_id")
    for appliance in Appliance.objects.filter(pk__in=told).order_by("pk"):
        ids, hops = _path(catalogue.heeding(known, [appliance]), appliance, wanted)
        row: dict[str, Any] = {"appliance": appliance, "target": plain(wanted)}
        kept = AppliancePath.objects.filter(**row)
        if ids and kept.filter(own_package_ids=ids).exists():
            continue
        kept.delete()
        if ids:
            AppliancePath.objects.create(
                customer_id=appliance.customer_id, own_package_ids=ids, own_hops=hops,
                planned_at=at, **row,
            )  # fmt: skip
            stored += 1
    return stored


def _path(heeded: Catalogue, appliance: Appliance, wanted: Version) -> tuple[list[str], int]:
    if not (appliance.base_version and appliance.product_version):
        return [], 0
    installed = Versions(version(appliance.base_version), version(appliance.product_version))
    try:
        hops = path(heeded, installed, wanted)
    except NoPath:
        return [], 0
    return [package.id for hop in hops for package in hop.packages], len(hops)
