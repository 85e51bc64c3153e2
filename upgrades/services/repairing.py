"""Repairs: the plan that puts right what an abandoned job left, drawn from what it left."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop

from appliances.models import Appliance, Package, Site
from appliances.services import production
from portal.errors import Refused
from upgrades.models import UpgradeJob
from upgrades.planning import site as values
from upgrades.planning.catalogue import version
from upgrades.planning.paths import SiteHop, site_path
from upgrades.planning.vocabulary import Procedure, Unable
from upgrades.procedures import METHODS, PROCEDURES
from upgrades.services import catalogue, leftovers, planning, sentences

FAILOVER, NODES, CLIENTS = "repair-failover", "repair-nodes", "repair-clients"
# What no other job may begin upon; what a hardware job freezes, lifts and makes anew itself.
BREAKS = {leftovers.FAILOVER, leftovers.NODES, leftovers.BACKUP_OPERATIONS}
BY_REPLACING = {leftovers.UNCONFIRMED, leftovers.FROZEN, leftovers.INSTALLERS}
CLUSTERS = (Site.Shape.CLUSTER, Site.Shape.CLUSTER_WITH_FAILOVER)


class NothingLeft(Refused):
    """There is nothing to put right."""

    code = "nothing-left"


class LeftBehind(Refused):
    """A job before left something at the site: it is put right first."""

    code = "left-behind"


def refuse_if_left(site: Site, *, replacing: bool = False) -> None:
    """A new upgrade begins on a whole site. What a plan of new hardware puts right by its own steps
    does not hinder it: it is the way on. Raises LeftBehind, which names the repair."""
    job = leftovers.at_site(site)
    if job is not None and not replacing:
        _refuse_unconfirmed(job)
    if job is None or not repairable(job):
        return
    left = set(job.left_behind)
    if job.state == UpgradeJob.State.DONE:  # a person skipped its end, with a reason
        left &= BREAKS
    if left - (BY_REPLACING if replacing else set()):
        raise LeftBehind(
            sentences.Told(gettext_noop("%(job)s left this site half-way."), {"job": job.label}),
            remedy=_("Plan its repair first: %(repair)s.") % {"repair": _title(procedure_for(job))},
        )


def _refuse_unconfirmed(job: UpgradeJob) -> None:
    """Else the old appliance, which serves nobody any more, would be upgraded in its stead."""
    ids = leftovers.ids(job, leftovers.UNCONFIRMED)
    if Appliance.known.filter(pk__in=ids, place=Appliance.Place.WAITING).exists():
        raise LeftBehind(
            sentences.Told(
                gettext_noop(
                    "%(job)s left a replacement that serves this site and was never confirmed."
                ),
                {"job": job.label},
            ),
            remedy=_("Plan the replacement again: what is left of it is its confirmation."),
        )


def _title(page: Procedure) -> Any:
    return _(page.title)


def repairable(job: UpgradeJob) -> bool:
    """What it left is more than a replacement that waits to be confirmed."""
    return bool(set(job.left_behind) - {leftovers.UNCONFIRMED})


def procedure_for(job: UpgradeJob) -> Procedure:
    """The page that fits what is left, whatever else there is to put right beside it."""
    left, shape = set(job.left_behind), job.site.shape
    if shape == Site.Shape.PAIR and (leftovers.FAILOVER in left or _uneven(job.site)):
        return PROCEDURES[FAILOVER]
    of_nodes = {leftovers.NODES, leftovers.BACKUP_OPERATIONS} & left
    if shape in CLUSTERS and (of_nodes or _uneven(job.site)):
        return PROCEDURES[NODES]
    return PROCEDURES[CLIENTS]


def _uneven(site: Site) -> bool:
    products = site.appliances.values_list("product_version", flat=True)
    return len({version(product) for product in products if product}) > 1


def target_of(job: UpgradeJob) -> Package:
    """The release that the site carries after the repair: the newest one that it has."""
    products = job.site.appliances.values_list("product_version", flat=True)
    goal = max((version(product) for product in products if product), default=None)
    for package in Package.objects.filter(kind=Package.Kind.PRODUCT):
        if version(package.version) == goal:
            return package
    return job.target


def wish(job: UpgradeJob) -> dict[str, Any]:
    """What the repair of this job asks for: target, procedure and the job."""
    return {"target": target_of(job), "procedure": procedure_for(job).name, "repairs": job}


def draw_up(site: Site, job: UpgradeJob, *, method: str) -> planning.Draft:
    """The plan of the repair. Raises NothingLeft, planning.NotKnown, CannotBePlanned."""
    standing = leftovers.at_site(site)
    if standing is None or standing.pk != job.pk or not repairable(job):
        raise NothingLeft(
            sentences.Told(
                gettext_noop("Nothing of %(job)s is left to be put right."), {"job": job.label}
            )
        )
    page, target = procedure_for(job), target_of(job)
    planned = _values(site, job)
    try:
        hops = _hops(site, planned, target)
        if hops:
            planned = replace(planned, left=planned.left | {leftovers.INSTALLERS})
        return planning.draw(site, target, page, planned, hops, METHODS[method])
    except Unable as refusal:
        raise planning.CannotBePlanned(refusal) from refusal


def _values(site: Site, job: UpgradeJob) -> values.Site:
    """The site as it stands: who serves, whose book of nodes counts, and the words left."""
    known = planning.site_values(site)
    boxes = {str(box.pk): box.name for box in site.appliances.all()}
    masters = production.masters(site.pk)
    serving = production.serving(masters) or masters[0]
    others = [box.name for box in masters if box.pk != serving.pk]
    left = frozenset(job.left_behind) - {leftovers.UNCONFIRMED}
    idle = {boxes[each] for each in job.left_state.get(leftovers.NODES, []) if each in boxes}
    planned = replace(
        known, primary=serving.name, backup=others[0] if others else None, left=left,
        parted=leftovers.FAILOVER in left, idle=frozenset(idle),
    )  # fmt: skip
    if others and planned.is_late(others[0]) and site.shape in CLUSTERS:
        return replace(planned, left=left | {leftovers.BACKUP_OPERATIONS})
    return planned


def _hops(site: Site, planned: values.Site, target: Package) -> tuple[SiteHop, ...]:
    """What those that are behind still lack; nothing where all are level."""
    late = {a.name: a.versions for a in planned.appliances if planned.is_late(a.name)}
    if not late:
        return ()
    boxes = Appliance.objects.filter(site=site)
    heeded = catalogue.heeding(catalogue.catalogue(), boxes)
    return site_path(heeded, late, version(target.version))
