"""Where a booking may go: everything that bears on it, its place in the job too."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from portal import times
from portal.errors import Refused
from upgrades.models import Booking, UpgradeJob
from upgrades.planning.recurrence import Kind
from upgrades.planning.spans import BEGIN, in_order, joined
from upgrades.planning.whynot import Hindrance, Reason, Rule
from upgrades.planning.windows import Slot
from upgrades.services import openings as grounds, sentences, windows, wording
from upgrades.services.layouts import pieces
from upgrades.services.openings import NOTHING, Openings
from upgrades.services.orders import Order, Whole

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FAR = 3 * DAY  # no piece of a plan is longer
LOOKS = 40 * DAY  # for the next window: a monthly one is among them
DOUBLED = (Kind.TWICE_FIRST, Kind.TWICE_SECOND)


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
        super().__init__(sentences.reasons(why, booking.site.zone), remedy=remedy)


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
    [found] = grounds_of(
        [booking], begin, end, at=at, by=by, contract_until=contract_until,
        security_fix=security_fix, overriding=overriding,
    )  # fmt: skip
    return found


def grounds_of(
    bookings: Sequence[Booking], begin: datetime, end: datetime, *, at: datetime | None = None,
    by: Any = None, contract_until: date | None = None, security_fix: bool = False,
    overriding: frozenset[Rule] = NOTHING,
) -> list[Openings]:  # fmt: skip
    """The openings of some bookings of one job: what they share is read once."""
    job = bookings[0].job
    found = grounds.of(
        bookings[0].site, begin, end, target=job.target, job=job, by=by, at=at,
        contract_until=None if security_fix else contract_until, overriding=overriding,
    )  # fmt: skip
    whole = Whole.of(job)
    return [_placed(found, Order(booking, whole)) for booking in bookings]


def _placed(found: Openings, order: Order) -> Openings:
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
