"""The packages of the database as the planner's values, with an appliance's own words heeded."""

from collections.abc import Iterable
from typing import Any

from appliances.models import Appliance, Package, RecordedWord
from upgrades.planning import catalogue as values


def catalogue() -> values.Catalogue:
    """Every package with its needs. Raises UpperBound if a need forbids more (never loaded)."""
    rows = Package.objects.prefetch_related("requirements").order_by("kind", "version", "id")
    return values.Catalogue(tuple(_package(row) for row in rows))


def heeding(known: values.Catalogue, appliances: Iterable[Appliance]) -> values.Catalogue:
    """The catalogue as these appliances know it: what they said outranks what was inferred."""
    words = RecordedWord.objects.filter(appliance__in=list(appliances)).order_by("recorded_at")
    by_id = {package.id: package for package in known.packages}
    told = {
        by_id[str(word.package_id)]: _need(word, values.Provenance.APPLIANCE)
        for word in words
        if str(word.package_id) in by_id
    }
    return known.heeding(told) if told else known


def _package(row: Package) -> values.Package:
    return values.Package(
        kind=values.Kind(row.kind.lower()),
        version=values.version(row.version),
        needs=tuple(
            _need(need, values.Provenance(need.provenance.lower()))
            for need in sorted(row.requirements.all(), key=lambda n: (n.kind, n.version, n.pk))
        ),
        withdrawn=row.withdrawn_at is not None,
        name=row.name,
        provenance=values.Provenance(row.provenance.lower()),
        id=str(row.pk),
        changelog=row.changelog,
        dwell=row.dwell_hours,
    )


def _need(row: Any, provenance: values.Provenance) -> values.Need:
    operator = ">" if row.above else ">="
    kind = values.Kind(row.kind.lower())
    return values.Need.read(kind, operator, values.version(row.version), provenance)
