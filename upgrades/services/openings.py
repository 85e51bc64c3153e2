"""What bears on when a piece of work may lie at a site: its windows, what takes time out of them,
and from when on until when. Gathered here once; plan page, submission, moves and REST ask it."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from appliances.models import Package, Site
from portal import once, permissions
from portal.models import Promise
from upgrades.models import Enrolment
from upgrades.planning import spans
from upgrades.planning.whynot import Bound, Hindrance, Reason, Rule, why_not
from upgrades.planning.windows import Slot
from upgrades.services import capacity, freezes, windows

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
Days = tuple[date, date]
# What whoever may can override with a reason; the others are bound to facts.
OVERRIDABLE = frozenset({Rule.FREEZE, Rule.CAPACITY})
NOTHING: frozenset[Rule] = frozenset()


@dataclass(frozen=True)
class Openings:
    """A site's time from `begin` to `end`. `granted` are its windows, joined, in order."""

    begin: datetime
    end: datetime
    granted: tuple[Slot, ...]
    hindrances: tuple[Hindrance, ...] = ()
    bounds: tuple[Bound, ...] = ()

    def free(self, *, without: Container[Rule] = NOTHING) -> list[Slot]:
        """The windows without what takes time out of them (but for the rules `without`)."""
        taken = [one.span for one in self.hindrances if one.rule not in without]
        return list(spans.minus(self.granted, sorted(taken, key=spans.BEGIN)))

    def not_before(self, *, without: Container[Rule] = NOTHING) -> datetime:
        """From when on anything may begin at all."""
        return max([self.begin, *(
            bound.not_before for bound in self.bounds
            if bound.not_before and bound.rule not in without
        )])  # fmt: skip

    def against(
        self, start: datetime, needs: timedelta, *, at: datetime | None = None
    ) -> tuple[Reason, ...]:
        """Every reason why a piece of that length may not begin then; empty if it may."""
        return why_not(
            start, needs, granted=self.granted, hindrances=self.hindrances,
            bounds=self.bounds, at=at,
        )  # fmt: skip

    def heeding(
        self, hindrances: Iterable[Hindrance] = (), bounds: Iterable[Bound] = ()
    ) -> "Openings":
        """The same with more that bears on it."""
        return replace(
            self, hindrances=(*self.hindrances, *hindrances), bounds=(*self.bounds, *bounds)
        )

    def passing(self, rules: Container[Rule]) -> "Openings":
        """The same where somebody who may has overridden rules."""
        return replace(
            self,
            hindrances=tuple(one for one in self.hindrances if one.rule not in rules),
            bounds=tuple(one for one in self.bounds if one.rule not in rules),
        )


def of(
    site: Site, begin: datetime, end: datetime, *, target: Package | None = None, job: Any = None,
    by: Any = None, at: datetime | None = None, contract_until: date | None = None,
    days: Days | None = None, overriding: frozenset[Rule] = NOTHING,
) -> Openings:  # fmt: skip
    """A site's openings for an upgrade to a target. `job`'s own bookings and seats count as free.

    `contract_until`: the last day under contract (None: nothing bounds it); `days`: first and last
    day of the rollout (None: those of the job's enrolment). A promised notice, counted from `at`,
    binds the vendor's staff, and nobody of the customer's own (`by`). `overriding` leaves out
    rules that somebody who may has overridden.
    """
    what = ("ground", site.pk, target and target.pk, job and job.pk, begin, end)
    ground = once.read(what, lambda: _ground(site, begin, end, target, job))
    found = ground.heeding(bounds=(
        *bounds_of_contract(site, contract_until), *_notice(by, at),
        *bounds_of_days(site, days or _days_of(job)),
    ))  # fmt: skip
    return found.passing(overriding & OVERRIDABLE)


def _ground(
    site: Site, begin: datetime, end: datetime, target: Package | None, job: Any
) -> Openings:  # fmt: skip
    """What is so whoever asks."""
    return Openings(
        begin, end, tuple(windows.granted(site, begin, end)),
        (*_freezes(site, target, begin, end), *_taken(site, begin, end, job),
         *(Hindrance(Rule.CAPACITY, full) for full in capacity.full(site, begin, end, but=job))),
    )  # fmt: skip


def overridden(reason: str, by: Any, site: Site) -> frozenset[Rule]:
    """The rules that a reason overrides; without one, none. Raises PermissionDenied, or Http404,
    unless `by` may override bookings."""
    if not reason.strip():
        return NOTHING
    permissions.demand(by, "booking.override", site_id=site.pk)
    return OVERRIDABLE


def day_begins(day: date, zone: str) -> datetime:
    """The first instant of a day on a zone's clocks, also where midnight does not exist."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def day_ends(day: date, zone: str) -> datetime:
    """The last minute of a day on a zone's clocks."""
    return day_begins(day + DAY, zone) - MINUTE


def _freezes(
    site: Site, target: Package | None, begin: datetime, end: datetime
) -> list[Hindrance]:  # fmt: skip
    found = freezes.of(site, target, begin, end)
    return [Hindrance(Rule.FREEZE, one.span, one.title) for one in found]


def _taken(site: Site, begin: datetime, end: datetime, job: Any) -> list[Hindrance]:
    taken = windows.taken(site, begin, end, ignoring=job)
    return [Hindrance(Rule.TAKEN, span) for span in taken]


def bounds_of_contract(site: Site, until: date | None) -> list[Bound]:
    """Nothing begins after the last day under contract."""
    return [] if until is None else [Bound(Rule.CONTRACT, not_after=day_ends(until, site.zone))]


def _notice(by: Any, at: datetime | None) -> list[Bound]:
    """The customer's own people agree to a shorter notice by booking it."""
    if at is None or (by is not None and not by.is_staff):
        return []
    promise = once.read(
        ("promise",), lambda: Promise.objects.filter(kind=Promise.Kind.NOTICE).first()
    )
    return [Bound(Rule.NOTICE, not_before=at + promise.days * DAY)] if promise else []


def bounds_of_days(site: Site, days: Days | None) -> list[Bound]:
    """Between the first and the last day, on the site's clocks."""
    if days is None:
        return []
    first, last = days
    return [
        Bound(
            Rule.RANGE, not_before=day_begins(first, site.zone),
            not_after=day_ends(last, site.zone),
        )
    ]  # fmt: skip


def _days_of(job: Any) -> Days | None:
    """Of the job's rollout. Days that the line stood still are added at the end."""
    if job is None or not job.pk:
        return None
    enrolment = Enrolment.objects.filter(job=job).select_related("rollout").first()
    if enrolment is None:
        return None
    rollout = enrolment.rollout
    last = enrolment.last_possible_on or rollout.ends_on + rollout.stopped_days * DAY
    return rollout.starts_on, last
