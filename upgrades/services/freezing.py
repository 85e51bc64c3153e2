"""Freezes set by hand, lifted, and overridden: what people do to them.

Times are of each site's own clock. Who wants to see first what a freeze would hit asks
`services/whatif`, which calls these.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from appliances.models import Package, Site
from portal import audit, permissions, tenancy
from portal.errors import NotNow, Refused
from upgrades.models import Booking, Freeze, FreezeOverride, PlatformFreeze
from upgrades.planning import floating
from upgrades.services import freezes

LONGEST = timedelta(days=366)
YEARS = range(2000, 2100)
TITLE = 120


class BadFreeze(Refused):
    """What was written cannot be a freeze; `fields` says where."""

    code = "freeze-not-possible"


class FromElsewhere(Refused):
    """It comes from a calendar: the next refresh would bring it back."""

    code = "freeze-from-calendar"


class NotInAFreeze(NotNow):
    code = "not-in-a-freeze"


class NotYours(Refused):
    """The vendor set it, and only the vendor's people answer for a booking inside it."""

    code = "freeze-of-the-vendor"


def add(
    *, title: str, begin: datetime, end: datetime, site: Site | None = None, by: Any, at: datetime
) -> Freeze:
    """Nothing runs at the current customer, or at one of its sites, between two times of the
    site's clock (naive). Raises BadFreeze."""
    freeze = Freeze(customer_id=tenancy.current_customer_id(), site=site, made_by=by, made_at=at)
    _fill(freeze, title, begin, end, at)
    freeze.save(force_insert=True)
    audit.record("freeze.added", freeze, by=by, at=at, data=facts(freeze))
    return freeze


def add_for_all(
    *, title: str, begin: datetime, end: datetime, release: Package | None = None, by: Any,
    at: datetime,
) -> PlatformFreeze:  # fmt: skip
    """Nothing runs at any customer, or no upgrade to one release. Raises BadFreeze."""
    freeze = PlatformFreeze(release=release, made_by=by, made_at=at)
    _fill(freeze, title, begin, end, at)
    with transaction.atomic():
        freeze.save(force_insert=True)
        audit.record_platform("freeze.added", freeze, by=by, at=at, data=facts(freeze))
    return freeze


def change(
    freeze: Freeze, *, title: str | None = None, begin: datetime | None = None,
    end: datetime | None = None, by: Any, at: datetime,
) -> Freeze:  # fmt: skip
    """Change what is given. It stands anew: whoever answered for a booking inside it is asked
    again. Raises BadFreeze, FromElsewhere."""
    _demand_by_hand(freeze)
    before, (was_begin, was_end) = facts(freeze), freeze.local
    _fill(freeze, freeze.title if title is None else title, begin or was_begin, end or was_end, at)
    if facts(freeze) == before:
        return freeze
    freeze.made_at = at
    freeze.save()
    data = {"before": before, **facts(freeze)}
    audit.record("freeze.changed", freeze, by=by, at=at, data=data)
    return freeze


def lift(freeze: Freeze, *, by: Any, at: datetime) -> None:
    """It is over, or was a mistake. Raises FromElsewhere: the calendar itself is taken away."""
    _demand_by_hand(freeze)
    audit.record("freeze.lifted", freeze, by=by, at=at, data=facts(freeze))
    Freeze.objects.filter(pk=freeze.pk).delete()


def lift_for_all(freeze: PlatformFreeze, *, by: Any, at: datetime) -> None:
    with transaction.atomic():
        audit.record_platform("freeze.lifted", freeze, by=by, at=at, data=facts(freeze))
        PlatformFreeze.objects.filter(pk=freeze.pk).delete()


def override(booking: Booking, *, reason: str, by: Any, at: datetime) -> FreezeOverride:
    """Somebody who may answers for this booking, where it lies, inside what is frozen then.

    Audited in the job's log and printed on its papers. Raises NotYours where the vendor set one of
    the freezes and `by` is not of the vendor's staff; NotInAFreeze if there is nothing to override.
    """
    if booking.state not in (Booking.State.HELD, Booking.State.BOOKED, Booking.State.MISSED):
        raise NotNow(_("This booking is in use or over."))
    reason = " ".join(reason.split())[:400]
    if not reason:
        raise Refused(
            _("Write why it may run inside the freeze."),
            fields={"reason": _("A reason is needed.")},
        )
    met = freezes.against(booking)
    if not met:
        raise NotInAFreeze(_("Nothing forbids this booking: there is nothing to override."))
    if any(isinstance(one.row, PlatformFreeze) for one in met) and not permissions.may(
        by, "freeze.override_all"
    ):
        raise NotYours(
            _("Support has set this freeze, and only support can override it."),
            remedy=_("Move the booking, or ask support."),
        )
    said = FreezeOverride.objects.create(
        customer_id=booking.customer_id, booking=booking, revision=booking.revision,
        reason=reason, by=by, at=at,
    )  # fmt: skip
    audit.record("freeze.overridden", booking, by=by, at=at, job=booking.job_id, data={
        "reason": reason, "freezes": [one.title for one in met], "window": booking.window,
    })  # fmt: skip
    return said


def facts(freeze: Freeze | PlatformFreeze) -> dict[str, Any]:
    """For the audit trail."""
    of = {"site": str(freeze.site_id or "")} if isinstance(freeze, Freeze) else {
        "release": freeze.release.name if freeze.release else ""
    }  # fmt: skip
    return {
        "title": freeze.title,
        "begin": freeze.local_begin or freeze.span.lower,
        "end": freeze.local_end or freeze.span.upper,
        **of,
    }


def demand_possible(title: str, begin: datetime, end: datetime, *, at: datetime) -> str:
    """The title as it is kept. Raises BadFreeze with what is wrong by the name of the input."""
    kept = "".join(c for c in " ".join(title.split()) if c.isprintable())
    if why := _refusals(kept, begin, end, at):
        raise BadFreeze(" ".join(map(str, why.values())), fields=why)
    return kept


def _demand_by_hand(freeze: Freeze) -> None:
    if freeze.calendar_id:
        raise FromElsewhere(
            _("This freeze comes from a calendar, which would bring it back."),
            remedy=_("Change the calendar where it is kept, or remove it here."),
        )


def _fill(
    freeze: Freeze | PlatformFreeze, title: str, begin: datetime, end: datetime, at: datetime
) -> None:
    freeze.title = demand_possible(title, begin, end, at=at)
    loose = floating.anywhere(begin, end)
    freeze.span = (loose.start, loose.end)
    freeze.local_begin = begin.isoformat(timespec="minutes")
    freeze.local_end = end.isoformat(timespec="minutes")


def _refusals(title: str, begin: datetime, end: datetime, at: datetime) -> dict[str, object]:
    found: dict[str, object] = {}
    if not title or len(title) > TITLE:
        found["title"] = _("A freeze has a title of at most 120 characters.")
    if begin.tzinfo or end.tzinfo or begin.year not in YEARS:
        found["begin"] = _("A freeze begins at a time of the site’s clock, in this century.")
    elif end <= begin or end - begin > LONGEST:
        found["end"] = _("A freeze ends after it begins, within a year.")
    elif floating.anywhere(begin, end).end <= at:
        found["end"] = _("This time is over.")
    return found
