"""Bookings to come that no longer fit what stands: outside the windows, inside a freeze, beyond the
contract, or of a plan whose package was withdrawn. Reads of the current customer, no judgement."""

import uuid
from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext_noop as _

from portal import times
from portal.models import Contract
from upgrades.models import Booking, Freeze, PlatformFreeze, UpgradeJob
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.services import freezes, planning, sentences, windows

B = Booking.State
TO_COME = (B.HELD, B.BOOKED)
MINUTE = timedelta(minutes=1)


class Kind(StrEnum):
    WINDOW = "window"
    FREEZE = "freeze"
    CONTRACT = "contract"
    PACKAGE = "package"


ALL = frozenset(Kind)


@dataclass(frozen=True)
class Misfit:
    """Why one booking (None: the plan as a whole) no longer fits; `cause` is what stands against
    it: the freeze's id, the site's windows, the contracts, the plan."""

    kind: Kind
    cause: str
    booking_id: uuid.UUID | None
    told: sentences.Told


def bookings_ahead(*, at: datetime, site_id: uuid.UUID | None = None) -> list[Booking]:
    """What is held or booked and not begun, of jobs that are still to be done."""
    rows = Booking.objects.filter(
        state__in=TO_COME,
        slot__endswith__gt=at,
        job__state__in=[*BEFORE_RUNNING, *UNDER_WAY],
    )
    if site_id is not None:
        rows = rows.filter(site_id=site_id)
    rows = rows.select_related("site", "job__site", "job__target", "job__customer")
    return list(rows.order_by("slot", "window"))


def standing(
    *, at: datetime, kinds: Container[Kind] = ALL, site_id: uuid.UUID | None = None
) -> dict[uuid.UUID, list[Misfit]]:
    """By job, everything of these kinds that does not fit. In the order of the bookings."""
    ahead = bookings_ahead(at=at, site_id=site_id)
    found: dict[uuid.UUID, list[Misfit]] = {}
    if not ahead:
        return found
    checks = {
        Kind.WINDOW: _outside, Kind.FREEZE: _frozen, Kind.CONTRACT: _beyond, Kind.PACKAGE: _gone,
    }  # fmt: skip
    for kind, check in checks.items():
        if kind in kinds:
            for job_id, misfit in check(ahead, at):
                found.setdefault(job_id, []).append(misfit)
    return found


Found = Iterable[tuple[uuid.UUID, Misfit]]


def _outside(ahead: list[Booking], at: datetime) -> Found:
    for site in {booking.site_id: booking.site for booking in ahead}.values():
        for booking in windows.stranded(site, at=at):
            told = sentences.Told(_("It lies outside the maintenance windows of the site."))
            yield booking.job_id, Misfit(Kind.WINDOW, str(site.pk), booking.pk, told)


def _frozen(ahead: list[Booking], at: datetime) -> Found:
    """All rows once, then in memory: a customer's bookings may be many."""
    begin = min(booking.starts_at for booking in ahead)
    end = max(booking.ends_at for booking in ahead)
    rows = [
        *Freeze.objects.filter(span__overlap=(begin, end)),
        *PlatformFreeze.objects.filter(span__overlap=(begin, end)).select_related("release"),
    ]
    for booking in ahead:
        met = [one for row in rows if (one := met_by(booking, row))]
        for one in freezes.unanswered(booking, met) if met else []:
            told = sentences.Told(
                _("%(title)s: nothing may run from %(begins)s to %(ends)s."),
                {
                    "title": one.title,
                    "begins": sentences.moment(one.span.start, booking.site.zone),
                    "ends": sentences.moment(one.span.end, booking.site.zone),
                },
            )
            yield booking.job_id, Misfit(Kind.FREEZE, str(one.row.pk), booking.pk, told)


def met_by(booking: Booking, row: Freeze | PlatformFreeze) -> freezes.FrozenTime | None:
    """The freeze on the site's clock, if the booking's work lies in it."""
    if isinstance(row, Freeze):
        if row.site_id not in (None, booking.site_id):
            return None
    elif row.release_id not in (None, booking.job.target_id):
        return None
    one = freezes.as_met(row, booking.site)
    over = booking.starts_at + booking.worst_minutes * MINUTE
    return one if one.meets(booking.starts_at, over) else None


def _beyond(ahead: list[Booking], at: datetime) -> Found:
    """Major releases need a contract on the day (G-PREP-3)."""
    contracts = list(Contract.objects.all())
    for booking in ahead:
        job = booking.job
        if not (job.target.is_major and job.is_upgrade) or job.target.is_security_fix:
            continue
        day = times.in_zone(booking.starts_at, booking.site.zone).date()
        if not any(one.starts_on <= day <= one.ends_on for one in contracts):
            told = sentences.Told(
                _("The maintenance contract does not cover %(day)s."), {"day": sentences.day(day)}
            )
            yield booking.job_id, Misfit(Kind.CONTRACT, "contract", booking.pk, told)


def _gone(ahead: list[Booking], at: datetime) -> Found:
    jobs: dict[uuid.UUID, UpgradeJob] = {booking.job_id: booking.job for booking in ahead}
    for job in jobs.values():
        if why := planning.still_holds(job):
            yield job.pk, Misfit(Kind.PACKAGE, "plan", None, why)
