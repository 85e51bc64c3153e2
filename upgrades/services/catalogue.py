"""The packages of the database as the planner's values, with an appliance's own words heeded."""

from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from appliances.models import Appliance, Package, RecordedWord, Requirement
from portal import once
from upgrades.planning import catalogue as values


def rows() -> list[Package]:
    """Every package, with what it needs."""
    needs = Requirement.objects.filter(package=OuterRef("pk")).values(
        json=JSONObject(**{name: name for name in ("pk", "kind", "version", "above", "provenance")})
    )
    found = Package.objects.annotate(needs=ArraySubquery(needs)).order_by("kind", "version", "id")
    return once.read(("packages",), lambda: list(found))


def catalogue() -> values.Catalogue:
    """Every package with its needs. Raises UpperBound if a need forbids more (never loaded)."""
    return of(rows())


def of(found: Iterable[Package]) -> values.Catalogue:
    """The same of packages that were read already."""
    return once.read(
        ("catalogue",), lambda: values.Catalogue(tuple(_package(row) for row in found))
    )


def heeding(known: values.Catalogue, appliances: Iterable[Appliance]) -> values.Catalogue:
    """The catalogue as these appliances know it: what they said outranks what was inferred."""
    ids = tuple(box.pk for box in appliances)
    found = RecordedWord.objects.filter(appliance__in=ids).order_by("recorded_at")
    words = once.read(("words", ids), lambda: list(found))
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
            for need in sorted(_needs(row), key=lambda n: (n.kind, n.version, n.pk))
        ),
        withdrawn=row.withdrawn_at is not None,
        name=row.name,
        provenance=values.Provenance(row.provenance.lower()),
        id=str(row.pk),
        changelog=row.changelog,
        dwell=row.dwell_hours,
    )


def _needs(row: Any) -> list[SimpleNamespace]:
    return [SimpleNamespace(**need) for need in row.needs]


def _need(row: Any, provenance: values.Provenance) -> values.Need:
    operator = ">" if row.above else ">="
    kind = values.Kind(row.kind.lower())
    return values.Need.read(kind, operator, values.version(row.version), provenance)
