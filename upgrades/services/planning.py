"""From a site's rows to a plan: its path, its steps, what it costs. Reads only."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _, gettext_noop

from appliances.actions import Fact
from appliances.models import Appliance, Package, Site
from appliances.services import production
from appliances.site_queries import in_place
from portal import once
from portal.errors import Refused
from upgrades.models import UpgradeJob
from upgrades.planning import site as values
from upgrades.planning.catalogue import Catalogue, Versions, version
from upgrades.planning.nodes import halves
from upgrades.planning.paths import (
    NoPath,
    SiteHop,
    Ways,
    leading,
    site_base_path,
    site_path,
    ways_from,
)  # fmt: skip
from upgrades.planning.plan import Plan
from upgrades.planning.planner import plan
from upgrades.planning.rules import breaches
from upgrades.planning.stored import summary
from upgrades.planning.vocabulary import Method, Procedure, Shape, Unable
from upgrades.procedures import METHODS, PROCEDURES
from upgrades.services import catalogue, history, sentences

Offline = Iterable[Any] | None


class CannotBePlanned(Refused):
    """The planner's own sentence, in the reader's language."""

    code = "cannot-be-planned"

    def __init__(self, refusal: Unable) -> None:
        super().__init__(
            sentences.Told(refusal.message, refusal.values), remedy=REMEDIES.get(refusal.code, "")
        )
        self.code = refusal.code  # type: ignore[misc]


class NotKnown(Refused):
    code = "version-not-known"


UNREAD = gettext_noop("It is not known which versions %(appliance)s carries.")
REMEDIES: dict[str, Any] = {
    "unreachable": _("Ask support which packages are needed, with a picture of Status > Basics."),
    "withdrawn-target": _("Choose another release."),
    "not-newer": _("Choose a newer release."),
    "not-level": _("Bring the appliances to one version first, or ask support."),
    "cannot-plan": _("Choose another procedure."),
}


@dataclass(frozen=True)
class Draft:
    """A site's way to a target, worked out: nothing is written yet."""

    site: Site
    target: Package
    plan: Plan
    packages: dict[str, Package]

    @property
    def summary(self) -> dict[str, Any]:
        return summary(self.plan)


@dataclass(frozen=True)
class Choice:
    """A release that could be the target: the hops it takes, or why it cannot be reached."""

    package: Package
    hops: tuple[SiteHop, ...]
    refusal: str = ""


def draw_up(
    site: Site, target: Package, *, procedure: str, method: str, offline: Offline = None
) -> Draft:
    """Plan one site to one target. `offline`: ids of the traffic nodes that go first, as a person
    chose them; None: as proposed. Raises CannotBePlanned or NotKnown; changes nothing."""
    known = catalogue.catalogue()
    page = PROCEDURES[procedure]
    planned_site = site_values(site)
    try:
        hops = hops_to(known, site, planned_site, target)
        half = None if offline is None else names_of(site, offline)
        return draw(site, target, page, planned_site, hops, METHODS[method], offline=half)
    except Unable as refusal:
        raise CannotBePlanned(refusal) from refusal


def look_at(
    site: Site, target: Package, *, procedure: str, method: str, offline: Offline
) -> Draft | None:
    """The plan with a half that a person chose and that is refused, for the rules to mark what it
    breaks: it is shown and can never be submitted. None where there is no plan at all."""
    planned_site = site_values(site)
    try:
        hops = hops_to(catalogue.catalogue(), site, planned_site, target)
        drawn = plan(
            PROCEDURES[procedure], planned_site, hops, method=METHODS[method], to_look_at=True,
            offline=None if offline is None else names_of(site, offline),
        )  # fmt: skip
    except Unable:
        return None
    return Draft(site, target, drawn, packages_of(hops))


def draw(
    site: Site, target: Package, page: Procedure, planned: values.Site, hops: tuple[SiteHop, ...],
    method: Method, *, offline: frozenset[str] | None = None,
) -> Draft:  # fmt: skip
    """The plan of a page for a site's values. Raises Unable; a plan that breaks a rule is a bug."""
    drawn = plan(page, planned, hops, method=method, durations=history.durations(), offline=offline)
    if broken := breaches(drawn):
        raise AssertionError(f"the planner broke rules {sorted(broken)} for {site.pk}")
    return Draft(site, target, drawn, packages_of(hops))


def names_of(site: Site, ids: Iterable[Any]) -> frozenset[str]:
    """Appliances of this site by their ids; one of another site is nobody's here, and is refused
    by the planner under its id."""
    known = {str(row.pk): row.name for row in in_place(site)}
    return frozenset(known.get(str(each), str(each)) for each in ids)


def proposed_offline(site: Site) -> frozenset[Any]:
    """Ids of the traffic nodes that the portal would take off line first: half, by region."""
    rows = {row.name: row.pk for row in in_place(site)}
    try:
        return frozenset(rows[name] for name in halves(site_values(site)))
    except NotKnown:
        return frozenset()


def hops_to(
    known: Catalogue, site: Site, planned: values.Site, target: Package
) -> tuple[SiteHop, ...]:
    """The site's hops to a package, each appliance's own words heeded. Raises NoPath."""
    heeded = catalogue.heeding(known, in_place(site))
    installed = {a.name: a.versions for a in planned.appliances}
    way = site_path if target.kind == Package.Kind.PRODUCT else site_base_path
    return way(heeded, installed, version(target.version))


def choices(site: Site) -> list[Choice]:
    """Every newer product, newest first, with its hops or the sentence that refuses it."""
    rows, planned = catalogue.rows(), site_values(site)
    heeded = catalogue.heeding(catalogue.of(rows), in_place(site))
    have = {a.name: a.versions for a in planned.appliances}
    ways = ways_from(heeded, leading(have))
    installed = planned.find(planned.primary).versions
    newer = [
        package
        for package in rows
        if package.kind == Package.Kind.PRODUCT and package.withdrawn_at is None
        if installed.product is None or version(package.version) > installed.product
    ]
    newer.sort(key=lambda package: version(package.version), reverse=True)
    return [_choice(heeded, have, package, ways) for package in newer]


def _choice(heeded: Catalogue, have: dict[str, Versions], package: Package, ways: Ways) -> Choice:
    try:
        return Choice(package, site_path(heeded, have, version(package.version), ways))
    except NoPath as refusal:
        return Choice(package, (), refusal.told(gettext))


def packages_of(hops: tuple[SiteHop, ...]) -> dict[str, Package]:
    ids = {p.id for hop in hops for bases in hop.bases.values() for p in bases}
    ids |= {hop.product.id for hop in hops if hop.product}
    rows = catalogue.rows() if once.sharing() else Package.objects.filter(pk__in=ids)
    return {str(row.pk): row for row in rows if str(row.pk) in ids}


def procedures_for(site: Site) -> list[Procedure]:
    """The pages that fit the site's shape, replace no hardware and repair nothing."""
    ordinary = (page for page in PROCEDURES.values() if not (page.replaces or page.repairs))
    return [page for page in ordinary if page.shape is Shape[site.shape]]


def site_values(site: Site, boxes: Iterable[Appliance] | None = None) -> values.Site:
    """The site as the planner sees it; `boxes` are its appliances in order, where they were read
    already. Raises NotKnown where a version was never read."""
    rows = in_place(site) if boxes is None else list(boxes)
    primary = production.serving(rows) or rows[0]
    backup = next((r for r in rows if r.failover_role == Appliance.FailoverRole.BACKUP), None)
    return values.Site(
        shape=Shape[site.shape],
        appliances=tuple(_appliance(row) for row in rows),
        primary=primary.name,
        backup=backup.name if backup else None,
        swing=Fact[site.swing],
        lacks=_lacks(site),
    )


def _appliance(row: Appliance) -> values.Appliance:
    if not row.base_version or not row.product_version:
        raise NotKnown(
            sentences.Told(UNREAD, {"appliance": row.name}),
            remedy=_("Read the base version on /appliance > Status > Basics and type it here."),
        )
    installed = Versions(version(row.base_version), version(row.product_version))
    return values.Appliance(row.name, installed, row.region, row.physical, row.data_gb)


def _lacks(site: Site) -> frozenset[Fact]:
    """What is known not to be so; what is not known, is planned for."""
    known_absent = {
        Fact.MSI: site.has_msi_consoles is False,
        Fact.MSI_AHEAD: site.has_extractable_console is False,
        Fact.MSI_AFTER: site.has_extractable_console is True,
        Fact.INTEGRATION: site.has_integration_clients is False,
        Fact.INTEGRATION_BY_IP: site.has_integration_clients is False
        or site.integration_by_ip is False,
    }
    return frozenset(fact for fact, absent in known_absent.items() if absent)


def still_holds(job: UpgradeJob) -> sentences.Told | None:
    """None if a job's plan would be drawn the same today; else the sentence that says why not.

    Asked before a job starts and at the start of each hop: packages may be withdrawn meanwhile.
    """
    if gone := withdrawn(job):
        said = gettext_noop("Withdrawn since this was planned: %(packages)s.")
        return sentences.Told(said, {"packages": ", ".join(gone)})
    return None


def withdrawn(job: UpgradeJob) -> tuple[str, ...]:
    """Names of packages that a job's steps ahead install and that were withdrawn."""
    ahead = job.steps.exclude(state__in=["DONE", "SKIPPED", "CANCELLED"]).exclude(package=None)
    gone = Package.objects.filter(pk__in=ahead.values("package_id"), withdrawn_at__isnull=False)
    return tuple(sorted(package.name for package in gone))
