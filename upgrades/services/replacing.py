"""New hardware for a site (G-HW): the plan that brings a waiting replacement into the old one's
place. It takes the release of the old one; an upgrade is a job before or after. Reads only."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop

from appliances.models import Appliance, Package, Site
from portal.errors import Refused
from upgrades.planning import site as values
from upgrades.planning.catalogue import Versions, version
from upgrades.planning.paths import SiteHop, site_path
from upgrades.planning.vocabulary import Procedure, Unable
from upgrades.procedures import METHODS, PROCEDURES
from upgrades.services import catalogue, leftovers, planning, sentences

PAGES = {Site.Shape.SINGLE: "hardware", Site.Shape.PAIR: "hardware-backup"}


class NotReplacing(Refused):
    """There is no page of the guide for this: the sentence says why."""

    code = "not-replaceable"


def procedure_for(site: Site) -> Procedure:
    """The page for this shape. Raises NotReplacing for clusters."""
    name = PAGES.get(Site.Shape(site.shape))
    if name is None:
        raise NotReplacing(
            _("An appliance of an Atlas cluster is not replaced by a procedure of the guide."),
            remedy=_("Ask the vendor's support how this cluster gets new hardware."),
        )
    return PROCEDURES[name]


def release_of(old: Appliance) -> Package:
    """The package that the old one carries: the backup restores only on the same version
    (vendor.md 1.10). Raises NotReplacing if the catalogue does not know it."""
    if old.product_version:
        wanted = version(old.product_version)
        for package in catalogue.rows():
            if package.kind == Package.Kind.PRODUCT and version(package.version) == wanted:
                return package
    raise NotReplacing(
        sentences.Told(
            gettext_noop("The catalogue has no package of the release that %(name)s carries."),
            {"name": old.name},
        ),
        remedy=_("Read its product version again, or ask support for the package."),
    )


def wish(new: Appliance) -> dict[str, Any]:
    """What a plan for this replacement asks for: target, procedure and itself."""
    page, target = procedure_for(new.site), release_of(new.replaces or new)
    return {"target": target, "procedure": page.name, "replacement": new}


def draw_up(site: Site, new: Appliance, *, method: str) -> planning.Draft:
    """The plan, as `planning.draw_up`. Raises NotReplacing, NotKnown, CannotBePlanned."""
    page, old = procedure_for(site), new.replaces
    if old is None or new.place != Appliance.Place.WAITING or new.site_id != site.pk:
        raise NotReplacing(_("This appliance is no waiting replacement of this site."))
    target = release_of(old)
    known = planning.site_values(site)
    # Work went to it already, which a restored backup would overwrite; or it stands in as backup.
    joined = new.failover_role == Appliance.FailoverRole.BACKUP
    left = frozenset({leftovers.UNCONFIRMED}) if new.in_production or joined else frozenset[str]()
    backup = old.name if joined else known.backup
    planned = replace(known, old=old.name, new=_values(new), left=left, backup=backup)
    try:
        return planning.draw(site, target, page, planned, _hops(site, new, target), METHODS[method])
    except Unable as refusal:
        raise planning.CannotBePlanned(refusal) from refusal


def _values(new: Appliance) -> values.Appliance:
    if not new.base_version:
        raise planning.NotKnown(
            _("It is not known which base version %(appliance)s carries.")
            % {"appliance": new.name},
            remedy=_("Read it on /appliance > Status > Basics and type it here."),
        )
    product = version(new.product_version) if new.product_version else None
    return values.Appliance(
        new.name, Versions(version(new.base_version), product), new.region, new.physical,
        new.data_gb,
    )  # fmt: skip


def _hops(site: Site, new: Appliance, target: Package) -> tuple[SiteHop, ...]:
    """What is to be installed on the new one; nothing, if a job before this one did it."""
    at = _values(new).versions
    if at.product is not None and at.product == version(target.version):
        return ()
    heeded: Any = catalogue.heeding(catalogue.catalogue(), [new])
    return site_path(heeded, {new.name: at}, version(target.version))
