"""Sites and their appliances: taken on, changed, closed."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance, Site
from appliances.services import versions
from appliances.services.shapes import check_shape
from portal import audit, egress, permissions, tenancy, times
from portal.errors import Refused
from portal.models import User
from portal.services import customers

LETTER = re.compile(r"[A-Z][0-9]{0,4}")
# What may be changed later; what an appliance is (letter, site, GUID) is not among it.
SITE_FIELDS = frozenset({
    "name", "public_name", "zone", "swing", "has_msi_consoles", "has_extractable_console",
    "has_integration_clients", "integration_by_ip", "integration_kept_by", "interim_days",
    "backup_days", "backup_kept_days",
    "restricted_network", "simulated", "region", "tags",
})  # fmt: skip
APPLIANCE_FIELDS = frozenset({
    "name", "host", "physical", "model", "serial", "rack_place", "region", "data_gb",
    "cluster_role", "failover_role", "dialect", "certificate_pin", "private_address", "simulated",
})  # fmt: skip


class BadName(Refused):
    code = "bad-name"


class SandboxSimulates(Refused):
    """A sandbox has simulated sites alone."""

    code = "sandbox-simulates"


class NameTaken(Refused):
    code = "name-taken"


class AccountElsewhere(Refused):
    """The stored account would be sent to another host, and this person handles no accounts."""

    code = "account-elsewhere"


class NoSuchZone(Refused):
    code = "no-such-zone"


def register(
    *, by: Any, at: datetime, appliances: Iterable[Mapping[str, Any]], **values: Any
) -> Site:
    """Take a site on with all its appliances.

    `values` are the site's fields; each appliance is a mapping of its own (letter, name, host,
    roles, and product_version or base_version as a person read them). Raises WrongShape, BadName,
    NameTaken, NoSuchZone, versions.NoVersion.
    """
    customer_id = tenancy.current_customer_id()
    site = Site(customer_id=customer_id, **values)
    _check_site(site)
    boxes = [_appliance(site, dict(given)) for given in appliances]
    check_shape(site.shape, [box for box, _read in boxes])
    with transaction.atomic():
        site.save(force_insert=True)
        for box, read in boxes:
            box.save(force_insert=True)
            for kind, version in read.items():
                versions.type_in(box, kind, version, by=by, at=at)
    data = {"name": site.name, "shape": site.shape, "public_name": site.public_name}
    audit.record(Event.SITE_REGISTERED, site, by=by, data=data, at=at)
    return site


def _appliance(site: Site, given: dict[str, Any]) -> tuple[Appliance, dict[str, str]]:
    read = {
        kind: versions.read_text(given.pop(name))
        for kind, name in (("PRODUCT", "product_version"), ("BASE", "base_version"))
        if given.get(name)
    }
    given.setdefault("simulated", site.simulated)
    box = Appliance(customer_id=site.customer_id, site=site, **given)
    if not LETTER.fullmatch(box.letter):
        raise BadName(_("An appliance has a letter, such as A, B or N1."))
    box.host = host_name(box.host, simulated=box.simulated)
    box.name = box.name.strip() or f"{site.name} {box.letter}"
    return box, read


def _check_site(site: Site) -> None:
    if site.zone not in times.zones():
        raise NoSuchZone(
            _("“%(zone)s” is no time zone. Choose one such as Europe/Istanbul.")
            % {"zone": site.zone[:60]}
        )
    if not site.simulated and customers.current().is_sandbox:
        raise SandboxSimulates(
            _("A sandbox has simulated sites alone."),
            remedy=_("Register it at the customer itself."),
        )
    if not site.name.strip():
        raise BadName(_("The site needs a name."))
    site.public_name = host_name(site.public_name, simulated=site.simulated)
    taken = Site.objects.filter(public_name=site.public_name).exclude(pk=site.pk)
    if taken.exists():
        raise NameTaken(_("There is a site under %(name)s already.") % {"name": site.public_name})


def host_name(text: str, *, simulated: bool) -> str:
    """A host name as it is compared and called. Raises BadName, also for one that may not be."""
    try:
        name = egress.canonical_name(text.strip(), literal_allowed=not simulated)
    except egress.NotAllowed as wrong:
        raise BadName(
            _("“%(name)s” is not a host name that can be called.") % {"name": text[:120]}
        ) from wrong
    if name.endswith(".sim") != simulated:
        raise BadName(_("Names that end in .sim are for simulated appliances, and only for them."))
    return name


def change(site: Site, *, by: Any, **values: Any) -> Site:
    """Change what is known of a site; its shape and its appliances are not among that. The
    customer's trail does not say how support calls it."""
    _refuse_strange(values, SITE_FIELDS)
    changed = _set(site, values)
    _check_site(site)
    if changed:
        site.save(update_fields=sorted(values))
        if "backup_days" in changed:  # looked at anew, by the new rhythm
            Appliance.objects.filter(site=site).update(backup_due_at=None)
        told = {name: both for name, both in changed.items() if name not in Site.STAYS_BEHIND}
        audit.record(Event.SITE_CHANGED, site, by=by, data=told)
    return site


def change_appliance(appliance: Appliance, *, by: Any, **values: Any) -> Appliance:
    """Change what is known of an appliance. Another host or dialect keeps its account; that a
    private address may be called is said of one host, and anew by whoever may say so. Raises
    AccountElsewhere, BadName."""
    _refuse_strange(values, APPLIANCE_FIELDS)
    if values.get("host", appliance.host) != appliance.host:
        _keep_account(appliance, by)
        values.setdefault("private_address", False)
    changed = _set(appliance, values)
    appliance.host = host_name(appliance.host, simulated=appliance.simulated)
    if appliance.place == Appliance.Place.IN_PLACE:
        others = Appliance.objects.filter(site_id=appliance.site_id).exclude(pk=appliance.pk)
        check_shape(appliance.site.shape, [*others, appliance])
    if changed:
        appliance.save(update_fields=sorted(values))
        audit.record(Event.APPLIANCE_CHANGED, appliance, by=by, data=changed)
    return appliance


def _keep_account(appliance: Appliance, by: Any) -> None:
    """The portal signs in at whatever answers under the name."""
    if appliance.secret and isinstance(by, User) and not permissions.may(by, "credentials.manage"):
        raise AccountElsewhere(
            _("The stored API account would be sent to another host."),
            remedy=_("Whoever handles accounts changes the host name, or removes the account."),
        )


def close(site: Site, *, by: Any, at: datetime) -> Site:
    """Looked after no more; its history stays."""
    site.closed_at = site.closed_at or at
    site.save(update_fields=["closed_at"])
    audit.record(Event.SITE_CLOSED, site, by=by)
    return site


def _refuse_strange(values: Mapping[str, Any], known: frozenset[str]) -> None:
    if strange := set(values) - known:
        raise TypeError(f"not to be changed here: {sorted(strange)}")


def _set(row: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set the fields; what was different, as before → after."""
    changed = {}
    for name, value in values.items():
        before = getattr(row, name)
        if before != value:
            changed[name] = [before, value]
            setattr(row, name, value)
    return changed
