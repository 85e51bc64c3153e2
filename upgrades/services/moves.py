"""Where a booking may go: inside the windows, long enough, in order, the dwells kept."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from portal.errors import Refused
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.step import OVER
from upgrades.planning.recurrence import Kind
from upgrades.planning.windows import Slot
from upgrades.services import windows
from upgrades.services.layouts import ContractEnds, beyond_contract, pieces

S = Booking.State
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
FAR = 3 * DAY  # no piece of a plan is longer
DOUBLED = (Kind.TWICE_FIRST, Kind.TWICE_SECOND)


class CannotMove(Refused):
    """The booking cannot go there. `reasons` has a sentence each; the remedy the next start."""

    code = "cannot-move"

    def __init__(self, booking: Booking, reasons: list[str], *, at: datetime) -> None:
        remedy = _("Add a maintenance window to the site.")
        if found := openings(booking, at=at):
            starts = windows.when(found[0].start, booking.site)
            remedy = _("The next possible start is %(when)s.") % {"when": starts}
        super().__init__(" ".join(reasons), remedy=remedy)
        self.reasons = reasons


def inside_range(job: UpgradeJob, start: datetime) -> bool:
    """Whether the approval covers a window that begins then: a range of the site's days."""
    day = times.in_zone(start, job.site.zone).date()
    return (job.not_before or day) <= day <= (job.not_after or day)


def openings(booking: Booking, *, at: datetime, horizon_days: int = 60) -> list[Slot]:
    """Where it could be moved to, earliest first, and what it would take from then on."""
    order = Order(booking)
    begin = max([at, *order.bounds()])
    if begin.second or begin.microsecond:
        begin = begin.replace(second=0, microsecond=0) + MINUTE
    until = begin + horizon_days * DAY
    free = windows.slots(booking.site, begin, until + FAR, ignoring=booking.job)
    return [
        slot
        for slot in pieces(windows.without(free, order.taken), booking.worst_minutes)
        if slot.minutes >= booking.worst_minutes
        and slot.start < until
        and slot.start != booking.starts_at
        and not order.against(slot.start)
    ]


def room(booking: Booking, start: datetime) -> Slot:
    """What the booking takes if it begins then: to the end of its window, or of a piece of one
    without end. Empty outside the windows, and where the time is taken."""
    taken = windows.taken(booking.site, start, start + FAR, ignoring=booking.job)
    free = windows.without(_granted_at(booking, start), taken + Order(booking).taken)
    found = [slot for slot in free if slot.start == start]
    longest = max(found, key=lambda slot: slot.end, default=Slot(start, start))
    return pieces([longest], booking.worst_minutes)[0]


def reasons_against(
    booking: Booking, start: datetime, *, at: datetime,
    contract_until: date | None = None, security_fix: bool = False,
) -> list[str]:  # fmt: skip
    """Every reason why it cannot begin then; empty if it can."""
    why = [_("This time is over.")] if start < at else []
    why += [*_no_room(booking, start), *Order(booking).against(start)]
    try:
        beyond_contract(start, booking.site, contract_until, security_fix)
    except ContractEnds as refusal:
        why.append(str(refusal))
    return why


def _granted_at(booking: Booking, start: datetime) -> list[Slot]:
    """Windows that hold an instant. An hour that exists twice counts as the person chose it."""
    site = booking.site
    chosen = [
        Slot(start, one.end)
        for _window, one in windows.choices(site, start, start + MINUTE)
        if one.kind in DOUBLED and one.start <= start
    ]
    granted = windows.granted(site, start, start + FAR)
    return [slot for slot in granted if slot.start == start] + chosen


def _no_room(booking: Booking, start: datetime) -> list[str]:
    has, needs = room(booking, start).minutes, booking.worst_minutes
    if has >= needs:
        return []
    if not _granted_at(booking, start):
        return [_("This is outside the maintenance windows of the site.")]
    if not has:
        return [_("Another booking of the site takes this time.")]
    lacks = {
        "needs": times.span(needs),
        "has": times.span(has),
        "missing": times.span(needs - has),
    }
    return [_("It may take %(needs)s and would have %(has)s: %(missing)s are missing.") % lacks]


@dataclass(frozen=True)
class Rest:
    """A dwell that is still to come: counted from the product of one window, before another."""

    since: int
    before: int
    length: timedelta
    over_at: datetime | None  # where it is known already


class Order:
    """The job's other bookings and its dwells, as they bound one booking."""

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

    def bounds(self) -> list[datetime]:
        """Before which it cannot begin, for the sake of what comes before it."""
        return [*self._ends_before().values(), *self._dwells_before()]

    def against(self, start: datetime) -> list[str]:
        """Why it cannot begin then, a sentence each."""
        return [*self._too_early(start), *self._too_late(start)]

    def _ends_before(self) -> dict[int, datetime]:
        number = self.booking.window
        ahead = (other for other in self.others.values() if other.window < number)
        return {o.window: _worst_end(o, o.starts_at) for o in ahead if o.state != S.USED}

    def _dwells_before(self) -> list[datetime]:
        waited_for = (rest for rest in self.rests if rest.before <= self.booking.window)
        return [over for rest in waited_for if (over := self._over(rest))]

    def _over(self, rest: Rest) -> datetime | None:
        """When a dwell is over at worst; None if its own window has no time."""
        if rest.over_at:
            return rest.over_at
        if (source := self.others.get(rest.since)) is None:
            return None
        return _worst_end(source, source.starts_at) + rest.length

    def _too_early(self, start: datetime) -> list[str]:
        why = []
        for number, over in self._ends_before().items():
            if start < over:
                said = _("Window %(number)s of this job comes first and may last until %(when)s.")
                why.append(said % {"number": number, "when": self._when(over)})
        if late := [over for over in self._dwells_before() if start < over]:
            said = _("The clients have until %(when)s to follow; nothing is installed before.")
            why.append(said % {"when": self._when(max(late))})
        return why

    def _too_late(self, start: datetime) -> list[str]:
        after = [other for number, other in self.others.items() if number > self.booking.window]
        if not after:
            return []
        first = min(after, key=lambda other: other.starts_at)
        over = _worst_end(self.booking, start)
        values = {"number": first.window, "begins": self._when(first.starts_at)}
        if first.starts_at < over:
            said = _("Window %(number)s of this job begins on %(begins)s, before this one is over.")
            return [said % values]
        for rest in self.rests:
            if rest.since == self.booking.window and first.starts_at < over + rest.length:
                said = _(
                    "Window %(number)s of this job begins on %(begins)s, but the clients would "
                    "have until %(when)s to follow."
                )
                return [said % {**values, "when": self._when(over + rest.length)}]
        return []

    def _when(self, instant: datetime) -> str:
        return windows.when(instant, self.booking.site)


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


def _worst_end(booking: Booking, start: datetime) -> datetime:
    return start + booking.worst_minutes * MINUTE
