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

FORGET = "DELETE FROM upgrades_pathentry WHERE target = %s"
COPY = "COPY upgrades_pathentry (base, product, target, package_ids, hops) FROM STDIN"

# 12.2.0 and 12.2 are one version: the table knows the shortest way to write it. Appliances whose
# own words outrank the catalogue are not looked up in it.
OUTDATED = r"""
DELETE FROM upgrades_appliancepath s USING appliances_appliance a
WHERE s.target = %(target)s AND a.id = s.appliance_id
  AND NOT EXISTS (SELECT FROM appliances_recordedword w WHERE w.appliance_id = a.id)
  AND NOT EXISTS (
    SELECT FROM upgrades_pathentry e WHERE e.target = s.target
      AND e.base = regexp_replace(a.base_version, '(\.0+)+$', '')
      AND e.product = regexp_replace(a.product_version, '(\.0+)+$', '')
      AND e.package_ids = s.package_ids)
"""
STORE = r"""
INSERT INTO upgrades_appliancepath
    (customer_id, appliance_id, target, package_ids, hops, planned_at)
SELECT a.customer_id, a.id, e.target, e.package_ids, e.hops, %(at)s
FROM appliances_appliance a JOIN upgrades_pathentry e
  ON e.base = regexp_replace(a.base_version, '(\.0+)+$', '')
 AND e.product = regexp_replace(a.product_version, '(\.0+)+$', '')
WHERE e.target = %(target)s
  AND NOT EXISTS (SELECT FROM appliances_recordedword w WHERE w.appliance_id = a.id)
ON CONFLICT (customer_id, target, appliance_id) DO NOTHING
"""


def plan(target: str, *, at: datetime) -> int:
    """Store the path of every customer's appliances to a product version; how many are new or
    changed. Called again after a change of the catalogue, it keeps what still holds.

    An appliance that has no way there, or whose versions are not known, has no row:
    `planning.hops_to` says why. Raises ValueError for a target that is no version.
    """
    wanted, known = version(target), catalogue.catalogue()
    _tabulate(known, wanted)
    stored = 0
    for customer_id in customers.every_id():
        with tenancy.transaction(customer_id):
            stored += _look_up(wanted, at) + _search(known, wanted, at)
    return stored


def plain(value: Version) -> str:
    """A version as the table and the stored paths name it."""
    return ".".join(map(str, value))


def _tabulate(known: Catalogue, wanted: Version) -> None:
    """Replace the stored ways to one target by those of today's catalogue."""
    table = PathTable(known, _installed())
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(FORGET, [plain(wanted)])
        with cursor.copy(COPY) as copy:
            for base, product, target, ids, hops in table.rows({wanted}):
                way = f"{{{','.join(ids)}}}"  # an array as COPY reads it: quicker than a list
                copy.write_row((plain(base), plain(product), plain(target), way, hops))


def _installed() -> Iterator[Versions]:
    """What the fleet is at: read across customers, versions only."""
    pairs = Appliance.across.values_list("base_version", "product_version").distinct()
    for base, product in pairs:
        if base and product:
            yield Versions(version(base), version(product))


def _look_up(wanted: Version, at: datetime) -> int:
    """The current customer's appliances in the table: what no longer holds goes, the rest comes."""
    values = {"target": plain(wanted), "at": at}
    with connection.cursor() as cursor:
        cursor.execute(OUTDATED, values)
        cursor.execute(STORE, values)
        return int(cursor.rowcount)


def _search(known: Catalogue, wanted: Version, at: datetime) -> int:
    """The few appliances that said themselves what they need, one by one."""
    stored = 0
    told = RecordedWord.objects.values("appliance_id")
    for appliance in Appliance.objects.filter(pk__in=told).order_by("pk"):
        ids, hops = _path(catalogue.heeding(known, [appliance]), appliance, wanted)
        row: dict[str, Any] = {"appliance": appliance, "target": plain(wanted)}
        kept = AppliancePath.objects.filter(**row)
        if ids and kept.filter(package_ids=ids).exists():
            continue
        kept.delete()
        if ids:
            AppliancePath.objects.create(
                customer_id=appliance.customer_id, package_ids=ids, hops=hops, planned_at=at, **row
            )
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
