"""The order within a job: what its other bookings, its dwells and its interim leave to one of its
bookings."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliances import actions as do
from upgrades import queries
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.step import OVER
from upgrades.planning.whynot import Bound, Rule
from upgrades.planning.windows import Slot
from upgrades.services import windows

S = Booking.State
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MARKS = ("job", "action", "window", "state", "worst_minutes", "ended_at", "next_at", "observed")
PARTS, JOINS = "break_failover", "establish_failover"


@dataclass(frozen=True)
class Rest:
    """A dwell that is still to come: counted from the product of one window, before another."""

    since: int
    before: int
    length: timedelta
    over_at: datetime | None  # where it is known already


@dataclass(frozen=True)
class Whole:
    """What bounds the bookings of a job mutually: those that stand, its dwells, its interims."""

    standing: tuple[Booking, ...]
    rests: list[Rest]
    interims: list[tuple[int, int]]

    @classmethod
    def of(cls, job: UpgradeJob) -> "Whole":
        standing = [each for each in queries.standing_of(job) if each.state != S.MISSED]
        steps = marks(job)
        return cls(tuple(standing), rests(steps), interims(steps))


class Order:
    """The job's other bookings, its dwells and its interim, as they bound one booking."""

    def __init__(self, booking: Booking, whole: Whole) -> None:
        self.booking, self.rests, self.interims = booking, whole.rests, whole.interims
        self.others = {each.window: each for each in whole.standing if each.pk != booking.pk}
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
        for parting, joining in self.interims:
            other = self.others.get(parting if joining == self.booking.window else joining)
            if other is None or parting == joining:
                continue
            if joining == self.booking.window:
                until = other.starts_at + limit
                found.append(Bound(Rule.INTERIM, not_after=until, ends=True))
            elif parting == self.booking.window:
                found.append(Bound(Rule.INTERIM, not_before=_worst_end(other) - limit))
        return found


def marks(job: UpgradeJob) -> list[JobStep]:
    """A job's steps in order, with what bears on when they may be."""
    return list(job.steps.in_order().only(*MARKS))


def interims(steps: Iterable[JobStep]) -> list[tuple[int, int]]:
    """The window that breaks failover and the last one before it is restored, each time. `steps`
    in order."""
    found, since, window = list[tuple[int, int]](), 0, 0
    for step in steps:
        window = step.window or window
        if step.action == PARTS and step.window:
            since = step.window
        elif step.action == JOINS and since:
            found.append((since, window))
            since = 0
    return found


def rests(steps: Iterable[JobStep]) -> list[Rest]:
    """The job's dwells to come (G-PREP-6), read off its steps in order; waived ones bind nobody."""
    found: list[Rest] = []
    product: JobStep | None = None
    dwell: JobStep | None = None
    for step in steps:
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
