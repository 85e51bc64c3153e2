"""A plan reduced to what its times hang on, worked out once: a fleet's sites of one kind share it.

`Course.book` does what `windows.book` does, within a bound of the interim, at the price of a walk
over the ranks.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliances import actions as do
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.windows import HANDS, Pace, Slot, length, run_up, span, upcoming, windows

MINUTE = timedelta(minutes=1)
Interim = tuple[PlannedStep, PlannedStep]


@dataclass(frozen=True)
class Rank:
    """Steps that begin together. Lengths are the worst case."""

    lasts: timedelta
    window: int  # its own, or the one that it leads up to; 0: neither
    inside: bool  # stands in its window
    ahead: timedelta  # how long before its slot a rank that leads up to it may begin
    run_up: timedelta  # from its beginning until the window can begin
    dwell: timedelta | None
    product: bool


@dataclass(frozen=True)
class Unprotected:
    """One interim: the rank of the step that begins it and of the one that ends it, with how long
    after their rank's beginning each does. `window`: the one that begins it."""

    window: int
    since: int
    begins: timedelta
    until: int
    ends: timedelta


@dataclass(frozen=True)
class Passage:
    """A path through slots: where each window lies, and when everything is over at worst."""

    booked: dict[int, Slot]
    starts: dict[int, datetime]  # of each window
    finish: datetime
    over: tuple[int, timedelta, timedelta] | None = None  # window, how long, by how much too long


class NoFit(Exception):
    """No slot holds this window."""

    def __init__(self, window: int) -> None:
        self.window = window


@dataclass(frozen=True)
class Course:
    ranks: tuple[Rank, ...]
    needs: Mapping[int, timedelta]  # of each window
    apart: frozenset[int]
    unprotected: tuple[Unprotected, ...]

    @property
    def longest(self) -> int:
        """Minutes of the longest window."""
        return int(max(self.needs.values()) / MINUTE)

    @property
    def lead_in(self) -> timedelta:
        """How long before its first window a path has to begin at the latest, at worst."""
        ahead = timedelta()
        for rank in self.ranks:
            if rank.window:
                return ahead + rank.run_up
            ahead += rank.lasts
        return timedelta()

    def book(
        self, slots: Sequence[Slot], start: datetime, *, limit: timedelta | None = None
    ) -> Passage:
        """Each window in the first slot that keeps all bounds; what breaks failover is put off
        until what restores it lies near enough. Raises NoFit; with a bound that no way keeps, the
        passage that came nearest says so (`over`)."""
        after: dict[int, datetime] = {}
        nearest: Passage | None = None
        while True:
            try:
                found = self._walk(slots, start, after, limit)
            except NoFit:
                if nearest is None:
                    raise
                return nearest
            if found.over is None:
                return found
            window, lasts, by = found.over
            if nearest is None or nearest.over is None or lasts < nearest.over[1]:
                nearest = found
            after[window] = found.booked[window].start + by

    def _walk(
        self, slots: Sequence[Slot], start: datetime, after: Mapping[int, datetime],
        limit: timedelta | None,
    ) -> Passage:  # fmt: skip
        booked: dict[int, Slot] = {}
        starts: dict[int, datetime] = {}
        began: list[datetime] = []
        now = served = start
        used = -1
        for rank in self.ranks:
            window = rank.window
            if window and window not in booked:
                ready = max(now + rank.run_up, after.get(window, now))
                needs = self.needs[window]
                joins = used >= 0 and window not in self.apart
                if not (joins and slots[used].end - ready >= needs):
                    used = _first(slots, used + 1, ready, needs, window)
                booked[window] = slots[used]
            begins = now
            if window:
                begins = max(now, booked[window].start - rank.ahead)
            if rank.inside:
                starts.setdefault(window, begins)
            began.append(begins)
            now = begins + rank.lasts
            if rank.dwell is not None:
                now = max(begins, served + rank.dwell)
            if rank.product:
                served = now
        return Passage(booked, starts, now, self._over(began, limit))

    def _over(
        self, began: Sequence[datetime], limit: timedelta | None
    ) -> tuple[int, timedelta, timedelta] | None:
        if limit is None:
            return None
        for each in self.unprotected:
            lasts = (began[each.until] + each.ends) - (began[each.since] + each.begins)
            if lasts > limit and each.window:
                return each.window, lasts, lasts - limit
        return None


def course(plan: Plan, hands: int = HANDS) -> Course:
    """What the times of a plan hang on."""
    ranks = [_rank(plan, items, hands) for items in plan.ranks()]
    needs = {
        window: timedelta(minutes=length(plan, window, Pace.WORST, hands))
        for window in windows(plan)
    }
    places = {
        item.seq: (place, *_within(items, item, ranks[place].lasts))
        for place, items in enumerate(plan.ranks())
        for item in items
    }
    unprotected = tuple(
        Unprotected(
            parting.window, places[parting.seq][0], places[parting.seq][1],
            places[joining.seq][0], places[joining.seq][2],
        )
        for parting, joining in interims(plan)
    )  # fmt: skip
    return Course(tuple(ranks), needs, plan.apart, unprotected)


def interims(plan: Plan) -> list[Interim]:
    """From the step that ends the protection to the one that brings it back, each time."""
    found: list[Interim] = []
    since: PlannedStep | None = None
    if not plan.site.backup:
        return found
    for item, before, then in plan.walk():
        if since is None and before.protected() and not then.protected():
            since = item
        elif since is not None and then.protected():
            found.append((since, item))
            since = None
    return found


def _rank(plan: Plan, items: list[PlannedStep], hands: int) -> Rank:
    head = items[0]
    leads = 0 if head.window else upcoming(plan, head)
    up = run_up(plan, head, hands)
    return Rank(
        lasts=timedelta(minutes=span(items, Pace.WORST, hands)),
        window=head.window or leads,
        inside=bool(head.window),
        ahead=timedelta(minutes=max(head.lead, up) if leads else 0),
        run_up=timedelta(minutes=up),
        dwell=timedelta(minutes=head.minutes[Pace.WORST])
        if head.action.name == do.DWELL.name
        else None,
        product=any(item.action.name == do.INSTALL_PRODUCT.name for item in items),
    )


def _within(
    items: list[PlannedStep], wanted: PlannedStep, lasts: timedelta
) -> tuple[timedelta, timedelta]:
    """When a step begins and ends in its rank, as `windows.times` has it."""
    if len(items) == 1 or len({item.lane for item in items}) > 1:
        return timedelta(), lasts
    before = sum(item.minutes[Pace.WORST] for item in items if item.seq < wanted.seq)
    begins = timedelta(minutes=before)
    return begins, begins + timedelta(minutes=wanted.minutes[Pace.WORST])


def _first(
    slots: Sequence[Slot], begin: int, ready: datetime, needs: timedelta, window: int
) -> int:
    for place in range(begin, len(slots)):
        slot = slots[place]
        if slot.start >= ready and slot.end - slot.start >= needs:
            return place
    raise NoFit(window)
