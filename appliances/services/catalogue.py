"""The vendor's packages and what they need: loading, withdrawing, putting back."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appliances.models import Package, Requirement
from appliances.services import versions
from portal import audit
from portal.errors import Refused

log = logging.getLogger(__name__)

FOLDER = Path(__file__).resolve().parent.parent / "catalogue"
VENDOR, DEMO = FOLDER / "vendor.json", FOLDER / "demo.json"
CHANGE_LOG = "https://docs.beyondtrust.com/rs/changelog"
NAMES = {"BASE": "Base Software {}", "PRODUCT": "Bomgar-{}", "LICENCE": "Licence add-on {}"}
SUPPORTED_YEARS = 2  # every release, from general availability
DATED = ("day", "month")
# What a file says about a package; whether it is withdrawn is decided here and outlives a reload.
SAID = [
    "name", "build", "released_on", "date_precision", "provenance", "source_note",
    "client_update", "dwell_hours", "reboots", "min_minutes", "max_minutes", "is_major",
    "is_security_fix", "advisory", "changelog", "supported_until", "sha256",
    "size",
]  # fmt: skip
Row = Mapping[str, Any]
Needs = set[tuple[str, bool, str, str, str]]


class UpperBound(Refused):
    """Paths rest on "more never hurts": a requirement may only ask for more."""

    code = "upper-bound"


@dataclass(frozen=True)
class Loaded:
    added: int
    changed: int
    unchanged: int


def read(*files: Path) -> list[Row]:
    """The rows of some files; requirements told apart from their package are put to it."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for file in files:
        content = json.loads(file.read_text())
        for row in content["packages"]:
            rows[row["kind"], row["version"]] = dict(row)
        for need in content.get("requirements", []):
            row = rows[need["of"]["kind"], need["of"]["version"]]
            row["requires"] = [*row.get("requires", []), need]
    return list(rows.values())


@transaction.atomic
def load(rows: Iterable[Row]) -> Loaded:
    """Make the catalogue say what the rows say, package by package; others are left alone.

    Loading the same twice changes nothing. Raises UpperBound, NoVersion; then nothing is loaded.
    """
    given = {package_key(row): (_package(row), _needs(row)) for row in rows}
    known = {(p.kind, p.version): p for p in Package.objects.prefetch_related("requirements")}
    added = [key for key in given if key not in known]
    changed = [key for key in given if key in known and _differs(known[key], *given[key])]
    Package.objects.bulk_create(
        [given[key][0] for key in added + changed],
        update_conflicts=True,
        unique_fields=["kind", "version"],
        update_fields=SAID,
    )
    _write_needs({key: given[key][1] for key in added + changed})
    if added or changed:
        log.info("catalogue: %s packages added, %s changed", len(added), len(changed))
        audit.record_platform("catalogue.loaded", data={
            "added": [" ".join(key) for key in added],
            "changed": [" ".join(key) for key in changed],
        })  # fmt: skip
    return Loaded(len(added), len(changed), len(given) - len(added) - len(changed))


def package_key(row: Row) -> tuple[str, str]:
    return row["kind"], versions.read_text(row["version"])


def _package(row: Row) -> Package:
    """A row with what follows from its kind: only products have clients that must follow."""
    kind, version = package_key(row)
    product = kind == Package.Kind.PRODUCT
    released = date.fromisoformat(row["released_on"]) if row.get("released_on") else None
    plain = {
        "name": NAMES[kind].format(version),
        "client_update": product,
        "dwell_hours": 24 if product else 0,
        "reboots": kind == Package.Kind.BASE,
        "changelog": CHANGE_LOG if product else "",
        "supported_until": _supported_until(released, row) if product else None,
    }
    given = {name: row[name] for name in SAID if name in row}
    return Package(kind=kind, version=version, **(plain | given | {"released_on": released}))


def _supported_until(released: date | None, row: Row) -> date | None:
    if released is None or row.get("date_precision") not in DATED:
        return None
    return released.replace(year=released.year + SUPPORTED_YEARS, day=min(released.day, 28))


def _needs(row: Row) -> Needs:
    needs: Needs = set()
    for need in row.get("requires", []):
        if need["op"] not in (">=", ">"):
            raise UpperBound(
                _("%(package)s: “%(operator)s %(version)s” forbids newer versions.")
                % {"package": row["version"], "operator": need["op"], "version": need["version"]},
                remedy=_("A requirement may only ask for more: use >= or >."),
            )
        version = versions.read_text(need["version"])
        note = need.get("source_note", "")
        needs.add((need["kind"], need["op"] == ">", version, need["provenance"], note))
    return needs


def _differs(known: Package, given: Package, needs: Needs) -> bool:
    if any(getattr(known, name) != getattr(given, name) for name in SAID):
        return True
    return needs != {
        (need.kind, need.above, need.version, need.provenance, need.source_note)
        for need in known.requirements.all()
    }


def _write_needs(needs: Mapping[tuple[str, str], Needs]) -> None:
    stored = {(p.kind, p.version): p for p in Package.objects.all() if (p.kind, p.version) in needs}
    Requirement.objects.filter(package__in=stored.values()).delete()
    Requirement.objects.bulk_create(
        Requirement(
            package=stored[key],
            kind=kind,
            above=above,
            version=version,
            provenance=provenance,
            source_note=note,
        )
        for key, wanted in needs.items()
        for kind, above, version, provenance, note in sorted(wanted)
    )


@transaction.atomic
def withdraw(package: Package, *, by: Any, at: datetime) -> Package:
    """The vendor took it back: no path chooses it from now on."""
    return _move(package, withdrawn_at=package.withdrawn_at or at, by=by, what="withdrawn")


@transaction.atomic
def restore(package: Package, *, by: Any) -> Package:
    """It may be chosen again."""
    return _move(package, withdrawn_at=None, by=by, what="restored")


def _move(package: Package, *, withdrawn_at: datetime | None, by: Any, what: str) -> Package:
    package.withdrawn_at = withdrawn_at
    package.save(update_fields=["withdrawn_at"])
    audit.record_platform(f"package.{what}", package, by=by, data={"package": package.name})
    return package
