"""Where a booking may go: everything that bears on it, its place in the job too."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from portal.errors import Refused
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.step import OVER
from upgrades.planning.recurrence import Kind
from upgrades.planning.spans import BEGIN, in_order, joined
from upgrades.planning.whynot import Bound, Hindrance, Reason, Rule
from upgrades.planning.windows import Slot
from upgrades.services import openings as grounds, windows, wording
from upgrades.services.layouts import pieces
from upgrades.services.openings import NOTHING, Openings

S = Booking.State
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FAR = 3 * DAY  # no piece of a plan is longer
LOOKS = 40 * DAY  # for the next window: a monthly one is among them
DOUBLED = (Kind.TWICE_FIRST, Kind.TWICE_SECOND)
PARTS, JOINS = "break_failover", "establish_failover"


class CannotMove(Refused):
    """The booking cannot go there. `why` has every reason, `reasons` a sentence each; the remedy
    is the next start that would do."""

    code = "cannot-move"

    def __init__(self, booking: Booking, why: tuple[Reason, ...], *, at: datetime) -> None:
        remedy = _("Add a maintenance window to the site.")
        if found := openings(booking, at=at):
            starts = windows.when(found[0].start, booking.site)
            remedy = _("The next possible start is %(when)s.") % {"when": starts}
        self.why = why
        self.reasons = [wording.reason(each, booking.site.zone) for each in why]
        super().__init__(" ".join(self.reasons), remedy=remedy)


def inside_range(job: UpgradeJob, start: datetime) -> bool:
    """Whether the approval covers a window that begins then: a range of the site's days."""
    day = times.in_zone(start, job.site.zone).date()
    return (job.not_before or day) <= day <= (job.not_after or day)


def ground(
    booking: Booking, begin: datetime, end: datetime, *, at: datetime | None = None, by: Any = None,
    contract_until: date | None = None, security_fix: bool = False,
    overriding: frozenset[Rule] = NOTHING,
) -> Openings:  # fmt: skip
    """A booking's openings: the site's, and its place among the job's other bookings."""
    found = grounds.of(
        booking.site, begin, end, target=booking.job.target, job=booking.job, by=by, at=at,
        contract_until=None if security_fix else contract_until, overriding=overriding,
    )  # fmt: skip
    order = Order(booking)
    taken = [Hindrance(Rule.TAKEN, slot) for slot in order.taken]
    return found.heeding(taken, order.bounds())


def openings(
    booking: Booking, *, at: datetime, horizon_days: int = 60, **asked: Any
) -> list[Slot]:  # fmt: skip
    """Where it could be moved to, earliest first, and what it would take from then on. `asked` as
    in `ground`."""
    begin = at.replace(second=0, microsecond=0)
    begin = begin if begin == at else begin + MINUTE
    until = begin + (horizon_days * DAY)
    found = ground(booking, begin, until + FAR, at=at, **asked)
    first, needs = found.not_before(), booking.worst_minutes
    free = (Slot(max(slot.start, first), slot.end) for slot in found.free() if slot.end > first)
    return [
        slot
        for slot in pieces(list(free), needs)
        if slot.minutes >= needs
        and slot.start < max(until, first + horizon_days * DAY)
        and slot.start != booking.starts_at
        and not found.against(slot.start, needs * MINUTE)
    ]


def room(booking: Booking, start: datetime, found: Openings) -> Slot:
    """What the booking takes if it begins then: to the end of its window, or of a piece of one
    without end. Empty outside the windows, and where the time is taken."""
    here = [slot for slot in found.free() if slot.start <= start < slot.end]
    until = max((slot.end for slot in here), default=start)
    return pieces([Slot(start, until)], booking.worst_minutes)[0]


def asked_at(booking: Booking, start: datetime, **asked: Any) -> Openings:
    """The openings around one start. An hour that exists twice counts as the person chose it."""
    found = ground(booking, start, start + LOOKS, **asked)
    site = booking.site
    chosen = [
        Slot(start, one.end)
        for _window, one in windows.choices(site, start, start + MINUTE)
        if one.kind in DOUBLED and one.start <= start
    ]
    granted = joined(in_order(found.granted, sorted(chosen, key=BEGIN)))
    return Openings(found.begin, found.end, tuple(granted), found.hindrances, found.bounds)


def reasons_against(
    booking: Booking, start: datetime, *, at: datetime, **asked: Any
) -> tuple[Reason, ...]:  # fmt: skip
    """Every reason why it cannot begin then; empty if it can. `asked` as in `ground`."""
    found = asked_at(booking, start, at=at, **asked)
    return found.against(start, booking.worst_minutes * MINUTE, at=at)


@dataclass(frozen=True)
class Rest:
    """A dwell that is still to come: counted from the product of one window, before another."""

    since: int
    before: int
    length: timedelta
    over_at: datetime | None  # where it is known already


class Order:
    """The job's other bookings, its dwells and its interim, as they bound one booking."""

    def __init__(self, booking: Booking) -> None:
        self.booking = booking
        others = Booking.objects.filter(job=booking.job).exclude(pk=booking.pk)
        standing = others.exclude(state__in=[S.CANCELLED, S.LAPSED, S.MISSED]).order_by("window")
        self.others = {other.window: other for other in standing}
        self.rests = rests(booking.job)
        self.taken = [
            Slot(other.starts_at, other.ends_at)
            for other in self.others.values()
            if other.state in windows.TAKEN
        ]

    def bounds(self) -> list[Bound]:
        """From when on, for the sake of what comes before it; until when, of what comes after."""
        found = []
        if ends := self._ends_before():
            found.append(Bound(Rule.ORDER, not_before=max(ends)))
        if over := self._dwells_before():
            found.append(Bound(Rule.DWELL, not_before=max(over)))
        return [*found, *self._after(), *self._interim()]

    def _ends_before(self) -> list[datetime]:
        number = self.booking.window
        ahead = (other for other in self.others.values() if other.window < number)
        return [_worst_end(other) for other in ahead if other.state != S.USED]

    def _dwells_before(self) -> list[datetime]:
        waited_for = (rest for rest in self.rests if rest.before <= self.booking.window)
        return [over for rest in waited_for if (over := self._over(rest))]

    def _over(self, rest: Rest) -> datetime | None:
        """When a dwell is over at worst; None if its own window has no time."""
        if rest.over_at:
            return rest.over_at
        source = self.others.get(rest.since)
        return _worst_end(source) + rest.length if source else None

    def _after(self) -> list[Bound]:
        later = [other for number, other in self.others.items() if number > self.booking.window]
        if not later:
            return []
        first = min(other.starts_at for other in later)
        waits = [
            Bound(Rule.DWELL, not_after=first - rest.length, ends=True)
            for rest in self.rests
            if rest.since == self.booking.window
        ]
        return [Bound(Rule.ORDER, not_after=first, ends=True), *waits]

    def _interim(self) -> list[Bound]:
        """What breaks failover and what restores it stay within the site's limit (G-PAIR-4)."""
        limit, found = self.booking.site.interim_days * DAY, list[Bound]()
        for parting, joining in interims(self.booking.job):
            other = self.others.get(parting if joining == self.booking.window else joining)
            if other is None or parting == joining:
                continue
            if joining == self.booking.window:
                until = other.starts_at + limit
                found.append(Bound(Rule.INTERIM, not_after=until, ends=True))
            elif parting == self.booking.window:
                found.append(Bound(Rule.INTERIM, not_before=_worst_end(other) - limit))
        return found


def interims(job: UpgradeJob) -> list[tuple[int, int]]:
    """The window that breaks failover and the last one before it is restored, each time."""
    found, since, window = list[tuple[int, int]](), 0, 0
    for step in job.steps.in_order():
        window = step.window or window
        if step.action == PARTS and step.window:
            since = step.window
        elif step.action == JOINS and since:
            found.append((since, window))
            since = 0
    return found


def rests(job: UpgradeJob) -> list[Rest]:
    """The job's dwells to come (G-PREP-6), read off its steps; waived ones bind nobody."""
    found: list[Rest] = []
    product: JobStep | None = None
    dwell: JobStep | None = None
    for step in job.steps.in_order():
        if step.action == do.INSTALL_PRODUCT.name:
            if dwell and product:
                found.append(_rest(dwell, since=product, before=step))
            product, dwell = step, None
        elif step.action == do.DWELL.name and step.state not in OVER:
            dwell = step
    return found


def _rest(dwell: JobStep, *, since: JobStep, before: JobStep) -> Rest:
    length = timedelta(minutes=dwell.worst_minutes)
    over_at = since.ended_at + length if since.ended_at else None
    if dwell.state == JobStep.State.WAITING:
        over_at = dwell.waits_until  # it may have been extended
    return Rest(since.window, before.window, length, over_at)


def _worst_end(booking: Booking) -> datetime:
    return booking.starts_at + booking.worst_minutes * MINUTE
