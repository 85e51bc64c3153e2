"""New hardware for a site: registered ahead, without a place; then in the place of the old one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appliances.events import Event
from appliances.models import Appliance, Site
from appliances.services import sites, versions
from portal import audit, secrets
from portal.errors import Refused

Place, FailoverRole, ClusterRole = Appliance.Place, Appliance.FailoverRole, Appliance.ClusterRole
FIELDS = frozenset({
    "name", "host", "physical", "model", "serial", "rack_place", "data_gb", "dialect",
    "certificate_pin", "private_address",
})  # fmt: skip
IN_JOB = "replacement_of_a_job_stays"  # upgrades/migrations/first/steps.py


class NotReplaceable(Refused):
    """This appliance is not replaced by itself: the sentence says what comes first."""

    code = "not-replaceable"


class AlreadyWaits(Refused):
    code = "replacement-waits"


class SameBox(Refused):
    """Name, host or serial number are those of an appliance that the site has."""

    code = "same-appliance"


class NoPlaceToTake(Refused):
    code = "no-place-to-take"


class Serves(Refused):
    code = "replacement-serves"


class InJob(Refused):
    """A job that is not over brings it into its place: the database itself says so."""

    code = "replacement-in-job"


def register(
    old: Appliance, *, base_version: str, by: Any, at: datetime, **values: Any
) -> Appliance:
    """Take a replacement on, physical or virtual. It serves nobody and is in no plan but the one
    that brings it into the place of `old`.

    `values` are its own name, host, model, serial and so on. Raises NotReplaceable, AlreadyWaits,
    SameBox, sites.BadName, versions.NoVersion.
    """
    if strange := set(values) - FIELDS:
        raise TypeError(f"a replacement has no such field: {sorted(strange)}")
    site = old.site
    _demand_replaceable(site, old)
    base = versions.read_text(base_version)
    box = Appliance(
        customer_id=site.customer_id, site=site, replaces=old, letter=_letter(site),
        place=Place.WAITING, place_since=at, simulated=site.simulated, **values,
    )  # fmt: skip
    box.host = sites.host_name(box.host, simulated=box.simulated)
    box.name = box.name.strip() or f"{old.name} {box.letter}"
    _demand_another(box, Appliance.known.filter(site=site))
    box.save(force_insert=True)
    versions.type_in(box, versions.BASE, base, by=by, at=at)
    data = {"replaces": old.name, "host": box.host, "serial": box.serial}
    audit.record(Event.REPLACEMENT_REGISTERED, box, by=by, data=data, at=at)
    return box


def waiting(site: Site) -> list[Appliance]:
    """Replacements that have no place yet."""
    return list(rows_waiting(site))


def rows_waiting(site: Site) -> QuerySet[Appliance]:
    """The same before they are read."""
    found = Appliance.known.filter(site=site, place=Place.WAITING)
    return found.select_related("replaces", "site").order_by("letter")


def standing(site: Site) -> list[Appliance]:
    """The appliances that the site stands on, by letter: those in place, and for the backup of a
    pair the replacement that was joined already (G-SYNC-8), which the old one is to give way to."""
    boxes = list(Appliance.objects.filter(site=site).order_by("letter"))
    joined = Appliance.known.filter(
        site=site, place=Place.WAITING, failover_role=FailoverRole.BACKUP
    )
    instead = {box.replaces_id: box for box in joined}
    return [instead.get(box.pk, box) for box in boxes]


def withdraw(box: Appliance, *, by: Any, at: datetime) -> Appliance:
    """It is not to replace anything after all. Raises NoPlaceToTake once it has a place, Serves
    once people work on it or it stands in as the backup: then the replacement is finished; InJob
    while a job brings it into its place."""
    if box.place != Place.WAITING:
        raise NoPlaceToTake(_("This appliance is no waiting replacement."))
    if box.in_production or box.failover_role != FailoverRole.NONE:
        raise Serves(
            _("%(name)s serves the site already: it cannot be withdrawn.") % {"name": box.name},
            remedy=_("Plan the replacement again: it is finished from where it stands."),
        )
    box.leave(at=at)
    try:
        with transaction.atomic():
            box.save()
    except IntegrityError as clash:
        if IN_JOB not in str(clash):
            raise
        raise InJob(
            _("A job of this site brings %(name)s into its place.") % {"name": box.name},
            remedy=_("Cancel that job first, or give it up."),
        ) from clash
    audit.record(Event.REPLACEMENT_WITHDRAWN, box, by=by, at=at)
    return box


def take_over(new: Appliance, *, by: Any, at: datetime, job: Any = None) -> Appliance:
    """Production is confirmed on the new one: it gets the old one's letter and roles, the old one
    has left the site. Done twice it is done once. Raises NoPlaceToTake."""
    if new.place == Place.IN_PLACE:
        return new
    old = new.replaces
    if new.place != Place.WAITING or old is None or old.place != Place.IN_PLACE:
        raise NoPlaceToTake(_("There is no place that this appliance could take."))
    new.take_place(of=old, at=at)
    old.leave(at=at)
    old.client_id, old.secret, old.secret_key_id = "", None, ""  # nobody asks it any more
    old.save()
    new.save()
    data = {"old": old.name, "new": new.name, "letter": new.letter, "serial": new.serial}
    audit.record(Event.APPLIANCE_REPLACED, new, by=by, data=data, at=at, job=job)
    return new


def inherit_account(
    new: Appliance, *, of: Appliance | None, by: Any = None, job: Any = None
) -> None:
    """The restored backup, or the first data sync, carries the API accounts: the new one answers
    to those of the other from here on. Sealed anew, since what is sealed belongs to one row."""
    old = of
    if old is None or not old.secret:
        return
    context = secrets.context_of(old, "secret")
    plain = secrets.unseal(old.secret, key_id=old.secret_key_id, context=context)
    sealed = secrets.seal(plain, context=secrets.context_of(new, "secret"))
    new.secret, new.secret_key_id = sealed
    new.client_id, new.auth = old.client_id, old.auth
    new.save(update_fields=["secret", "secret_key_id", "client_id", "auth"])
    data = {"account": new.client_id, "auth": new.auth, "from": old.name}
    audit.record(Event.CREDENTIALS_STORED, new, by=by, data=data, job=job)


def _demand_replaceable(site: Site, old: Appliance) -> None:
    if site.closed_at is not None or old.place != Place.IN_PLACE:
        raise NotReplaceable(_("This appliance has no place that could be taken."))
    if old.cluster_role != ClusterRole.SINGLE:
        raise NotReplaceable(
            _("An appliance of an Atlas cluster is not replaced by a procedure of the guide."),
            remedy=_("Ask the vendor's support how this cluster gets new hardware."),
        )
    if old.failover_role == FailoverRole.PRIMARY:
        raise NotReplaceable(
            _("Only the backup of a pair is replaced."),
            remedy=_("Move production to the other one first; then this one is the backup."),
        )
    if site.shape == Site.Shape.PAIR and old.failover_role != FailoverRole.BACKUP:
        raise NotReplaceable(
            _("Failover is broken at this site: it is not clear which one is the backup."),
            remedy=_("Restore failover first."),
        )
    if Appliance.known.filter(replaces=old, place=Place.WAITING).exists():
        raise AlreadyWaits(
            _("A replacement of this appliance waits already."),
            remedy=_("Plan the replacement, or withdraw the one that waits."),
        )


def _letter(site: Site) -> str:
    """R1, R2…: it is drawn nowhere, but its steps must name it."""
    taken = set(Appliance.known.filter(site=site).values_list("letter", flat=True))
    return next(f"R{number}" for number in range(1, 1000) if f"R{number}" not in taken)


def _demand_another(box: Appliance, others: Iterable[Appliance]) -> None:
    for other in others:
        same = {"name": box.name == other.name, "host": box.host == other.host}
        same["serial"] = bool(box.serial) and box.serial == other.serial
        for field, equal in same.items():
            if equal and (field == "name" or other.place != Place.LEFT):
                raise SameBox(
                    _("%(name)s has this already: a replacement has a name, a host and a serial "
                      "number of its own.") % {"name": other.name},
                    fields={field: _("Another appliance of the site has it.")},
                )  # fmt: skip
