"""Licences of a site: how many technicians at once, until when (G-AUTO-1, G-LIC-1)."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Licence, Site
from portal import audit
from portal.errors import Refused

WARNED_WITHIN = timedelta(days=90)


class NoLicence(Refused):
    code = "no-licence"


def record(site: Site, *, number: int, expires_on: date | None, by: Any, at: datetime) -> Licence:
    """Write down what the updates page shows; the newest reading counts. None: it never ends."""
    if number < 1:
        raise NoLicence(_("A site has at least one licence."), fields={"number": _("One or more.")})
    licence = Licence.objects.create(
        customer_id=site.customer_id,
        site=site,
        number=number,
        expires_on=expires_on,
        read_at=at,
        read_by=by if hasattr(by, "email") else None,
    )
    data = {"number": number, "expires_on": expires_on}
    audit.record(Event.LICENCE_READ, site, by=by, data=data)
    return licence


def newest(site: Site) -> Licence | None:
    return rows(site).first()


def rows(site: Site) -> QuerySet[Licence]:
    """Every reading of a site's licence, the newest first."""
    return Licence.objects.filter(site=site).order_by("-read_at")


def expires_soon(licence: Licence, *, on: date) -> bool:
    """Within 90 days of a day, or before it."""
    return licence.ends_before(on + WARNED_WITHIN)
