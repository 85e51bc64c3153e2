"""A plan and the slots a customer grants: times and last safe starts, or why it cannot be."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from types import MappingProxyType

from appliances import actions as do
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.vocabulary import Sentence, Unable, _, lasting

Rank = list[PlannedStep]
ANY_TIME: Mapping[int, datetime] = MappingProxyType({})
HANDS = 4  # people's steps that go on at once


class Pace(IntEnum):
    EXPECTED = 0
    WORST = 1


@dataclass(frozen=True)
class Slot:
    start: datetime
    end: datetime

    @property
    def minutes(self) -> int:
        return int((self.end - self.start).total_seconds() // 60)


class TooShort(Unable):
    """No slot can hold this window. `missing` minutes would help; 0: a later slot would."""

    code = "window-too-short"

    def __init__(self, plan: Plan, window: int, needs: int, slots: list[Slot]) -> None:
        titles = dict.fromkeys(item.phase for item in plan.steps if item.window == window)
        longest = max((slot.minutes for slot in slots), default=0)
        self.window, self.needs, self.missing = window, needs, max(0, needs - longest)
        message = _("%(phases)s may take %(length)s and cannot be cut: no window is left.")
        if self.missing and slots:
            message = _(
                "%(phases)s may take %(length)s and cannot be cut: the longest window is "
                "%(missing)s too short."
            )
        phases = tuple(map(Sentence, titles))
        super().__init__(
            message, phases=phases, length=lasting(needs), missing=lasting(self.missing)
        )


@dataclass(frozen=True)
class Timed:
    starts: dict[int, datetime]  # by seq
    ends: dict[int, datetime]
    last_safe_start: dict[int, datetime]  # by window
    booked: dict[int, Slot]  # by window
    plan: Plan  # with its slots
    finish: datetime


def span(items: Iterable[PlannedStep], pace: Pace, hands: int = HANDS) -> int:
    """Minutes of one rank: the portal watches every lane at once, people `hands` at a time."""
    watched: dict[str, int] = {}
    handled: dict[str, int] = {}
    for item in items:
        lanes = watched if item.action.by is do.PORTAL else handled
        lanes[item.lane] = lanes.get(item.lane, 0) + item.minutes[pace]
    busy = [0] * max(1, min(hands, len(handled)))
    for minutes in sorted(handled.values(), reverse=True):
        busy[busy.index(min(busy))] += minutes
    return max(busy) + max(watched.values(), default=0)


def length(plan: Plan, window: int, pace: Pace, hands: int = HANDS) -> int:
    return sum(span(rank, pace, hands) for rank in plan.ranks() if rank[0].window == window)


def duration(plan: Plan, pace: Pace, hands: int = HANDS) -> int:
    """Minutes from the first step to the last, waits included, without the gaps between slots."""
    start = datetime.min.replace(tzinfo=UTC)
    *_earlier, (_rank, _began, finish) = _timeline(plan, start, pace, hands, lambda _, now: now)
    return int((finish - start).total_seconds() // 60)


def windows(plan: Plan) -> list[int]:
    return sorted({item.window for item in plan.steps if item.window})


def schedule(
    plan: Plan,
    slots: list[Slot],
    start: datetime,
    *,
    pace: Pace = Pace.WORST,
    hands: int = HANDS,
    after: Mapping[int, datetime] = ANY_TIME,
) -> Timed:
    """Each window in the first slot that holds its worst case; always booked by the worst.

    Instants are aware. `after`: before which a window may not begin. Raises TooShort.
    """
    return times(plan, book(plan, slots, start, hands, after), start, pace=pace, hands=hands)


def times(
    plan: Plan,
    booked: dict[int, Slot],
    start: datetime,
    *,
    pace: Pace = Pace.WORST,
    hands: int = HANDS,
) -> Timed:
    """When each step begins and ends, its windows booked so."""
    starts: dict[int, datetime] = {}
    ends: dict[int, datetime] = {}
    finish = start

    def begin(rank: Rank, now: datetime) -> datetime:
        return max(now, not_before(plan, rank[0], booked, hands))

    for rank, began, finish in _timeline(plan, start, pace, hands, begin):
        for item, minutes in _within(rank, pace):
            starts[item.seq] = began + timedelta(minutes=minutes)
            ends[item.seq] = starts[item.seq] + timedelta(minutes=item.minutes[pace])
            if len({x.lane for x in rank}) > 1 or len(rank) == 1:
                starts[item.seq], ends[item.seq] = began, finish
    safe = {
        window: slot.end - timedelta(minutes=length(plan, window, Pace.WORST, hands))
        for window, slot in booked.items()
    }
    order = {slot: n for n, slot in enumerate(dict.fromkeys(booked.values()), start=1)}
    numbered = tuple((window, order[slot]) for window, slot in booked.items())
    return Timed(starts, ends, safe, booked, replace(plan, slots=numbered), finish)


def book(
    plan: Plan,
    slots: list[Slot],
    start: datetime,
    hands: int = HANDS,
    after: Mapping[int, datetime] = ANY_TIME,
) -> dict[int, Slot]:
    """Window to slot. A window shares the slot of the one before unless it must stand apart."""
    booked: dict[int, Slot] = {}
    used = -1

    def begin(rank: Rank, now: datetime) -> datetime:
        nonlocal used
        window = rank[0].window or upcoming(plan, rank[0])
        if window and window not in booked:
            needs = length(plan, window, Pace.WORST, hands)
            ready = now + timedelta(minutes=run_up(plan, rank[0], hands))
            ready = max(ready, after.get(window, ready))
            joins = used >= 0 and window not in plan.apart
            if not (joins and slots[used].end - ready >= timedelta(minutes=needs)):
                used = _first_fit(plan, slots, used + 1, ready, needs, window)
            booked[window] = slots[used]
        return max(now, not_before(plan, rank[0], booked, hands))

    for _rank in _timeline(plan, start, Pace.WORST, hands, begin):
        pass
    return booked


def not_before(
    plan: Plan, item: PlannedStep, booked: dict[int, Slot], hands: int = HANDS
) -> datetime:
    """A window's steps wait for its slot; a phase with a lead waits until shortly before."""
    if item.window:
        return booked[item.window].start
    if window := upcoming(plan, item):
        lead = max(item.lead, run_up(plan, item, hands))
        return booked[window].start - timedelta(minutes=lead)
    return datetime.min.replace(tzinfo=UTC)


def upcoming(plan: Plan, item: PlannedStep) -> int:
    """The window that a step with a lead leads up to; 0 for any other step."""
    later = plan.steps[item.seq :] if item.lead else ()
    return next((x.window for x in later if x.window), 0)


def run_up(plan: Plan, item: PlannedStep, hands: int = HANDS) -> int:
    """Minutes at worst from a step that leads up to a window until the window can begin."""
    window, minutes = upcoming(plan, item), 0
    for rank in plan.ranks():
        if rank[0].window == window:
            break
        if rank[0].rank >= item.rank:
            minutes += span(rank, Pace.WORST, hands)
    return minutes if window else 0


def _timeline(
    plan: Plan,
    start: datetime,
    pace: Pace,
    hands: int,
    begin: Callable[[Rank, datetime], datetime],
) -> Iterator[tuple[Rank, datetime, datetime]]:
    """Rank after rank, each from when `begin` lets it. A dwell counts from the last product."""
    now, served = start, start
    for rank in plan.ranks():
        began = begin(rank, now)
        now = began + timedelta(minutes=span(rank, pace, hands))
        if rank[0].action.name == do.DWELL.name:
            now = max(began, served + timedelta(minutes=rank[0].minutes[pace]))
        yield rank, began, now
        if any(item.action.name == do.INSTALL_PRODUCT.name for item in rank):
            served = now


def _within(rank: Rank, pace: Pace) -> Iterator[tuple[PlannedStep, int]]:
    """Each step of a lane begins when the one before it ends."""
    done: dict[str, int] = {}
    for item in rank:
        yield item, done.get(item.lane, 0)
        done[item.lane] = done.get(item.lane, 0) + item.minutes[pace]


def _first_fit(
    plan: Plan, slots: list[Slot], begin: int, now: datetime, needs: int, window: int
) -> int:
    for place in range(begin, len(slots)):
        if slots[place].start >= now and slots[place].minutes >= needs:
            return place
    raise TooShort(plan, window, needs, slots)
