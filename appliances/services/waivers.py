"""Waivers: a person answers for a check that is not good, with a reason and for a time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from appliances.events import Event
from appliances.models import Appliance, ReadinessCheck, Site, Waiver
from appliances.services import thresholds
from portal import audit
from portal.errors import NotNow, Refused

Name = ReadinessCheck.Name
# Another appliance behind the name, a base problem (G-PREP-12), a fact nobody accepted; what a
# step of the procedure answers is skipped there or not at all.
NEVER = thresholds.ALWAYS | thresholds.BY_STEP


class NeverWaived(Refused):
    code = "never-waived"


class BadWaiver(Refused):
    code = "bad-waiver"


def give(
    site: Site,
    name: str,
    *,
    reason: str,
    expires_at: datetime,
    by: Any,
    at: datetime,
    appliance: Appliance | None = None,
    job_id: Any = None,
) -> Waiver:
    """Answer for one check of a site, of one appliance of it, or of one job of it, for a time.

    Raises NeverWaived for identity, base problems and drift; BadWaiver for no reason or a time
    that is over or too long.
    """
    if name in NEVER:
        raise NeverWaived(
            _("This is never waived."),
            remedy=_("Set right what it found: it is asked again at once."),
        )
    if appliance is not None and appliance.site_id != site.pk:
        raise BadWaiver(_("This appliance is not of that site."))
    longest = timedelta(days=thresholds.current()["WAIVER.days"])
    _check(name, reason, expires_at, at, longest)
    waiver = Waiver.objects.create(
        customer_id=site.customer_id, site=site, appliance=appliance, job_id=job_id,
        check_name=name, reason=reason.strip()[:400], given_by=by, given_at=at,
        expires_at=expires_at,
    )  # fmt: skip
    data = {"check": name, "reason": waiver.reason, "until": expires_at,
            "appliance": appliance.letter if appliance else ""}  # fmt: skip
    audit.record(Event.WAIVER_GIVEN, site, by=by, data=data, job=job_id, at=at)
    return waiver


def _check(name: str, reason: str, until: datetime, at: datetime, longest: timedelta) -> None:
    wrong = {}
    if name not in Name.values:
        wrong["check"] = _("There is no such check.")
    if not reason.strip():
        wrong["reason"] = _("A reason is needed.")
    if until <= at:
        wrong["expires_at"] = _("This is over already.")
    elif until - at > longest:
        wrong["expires_at"] = _("At most %(days)d days from now.") % {"days": longest.days}
    if wrong:
        raise BadWaiver(_("The waiver is not complete."), fields=wrong)


def withdraw(waiver: Waiver, *, by: Any, at: datetime) -> Waiver:
    """It counts no more from now on. Raises NotNow for one that is over."""
    if not waiver.counts_at(at):
        raise NotNow(_("This waiver counts no more."))
    waiver.withdrawn_by, waiver.withdrawn_at = by, at
    waiver.save(update_fields=["withdrawn_by", "withdrawn_at"])
    data = {"check": waiver.check_name}
    audit.record(Event.WAIVER_WITHDRAWN, waiver.site, by=by, data=data, job=waiver.job_id, at=at)
    return waiver


def standing(site: Site | Any, at: datetime) -> list[Waiver]:
    """Those that count now, newest first."""
    found = Waiver.objects.filter(
        site=getattr(site, "pk", site), withdrawn_at=None, given_at__lte=at, expires_at__gt=at
    )
    return list(found.select_related("given_by", "appliance").order_by("-given_at"))


def covering(
    waivers: Iterable[Waiver], name: str, *, appliance_id: Any, job_id: Any
) -> Waiver | None:
    """The one that speaks of this check, here, for this job."""
    if name in NEVER:
        return None
    for waiver in waivers:
        mine = waiver.appliance_id in (None, appliance_id) and waiver.job_id in (None, job_id)
        if waiver.check_name == name and mine:
            return waiver
    return None
