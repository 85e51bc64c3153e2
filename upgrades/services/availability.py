"""Which nights a piece of work may have, and why not the others: every reason with its remedy."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from appliances import actions as do
from appliances.models import Site
from upgrades.models import Booking
from upgrades.planning.whynot import Bound, Reason, Rule
from upgrades.planning.windows import Slot
from upgrades.services import moves, openings, wording
from upgrades.services.layouts import Layout, pieces
from upgrades.services.openings import Openings

MINUTE = timedelta(minutes=1)
MOST = 100  # nights in one answer


@dataclass(frozen=True)
class Told:
    """One reason in the reader's language, on the site's clocks. `change`: minutes that would have
    to give way at least."""

    code: str
    sentence: str
    remedy: str
    change: int


@dataclass(frozen=True)
class Night:
    """A stretch of the site's windows: free from `start` on, or refused."""

    start: datetime
    end: datetime
    why: tuple[Reason, ...] = ()
    zone: str = "UTC"

    @property
    def free(self) -> bool:
        return not self.why

    @property
    def reasons(self) -> list[Told]:
        return [told(each, self.zone) for each in self.why]


@dataclass
class Alike:
    """Nights against which the very same stands. `reasons` are those of the first of them;
    `of_first`: what would help differs, so theirs is for the first night alone."""

    nights: list[Night]
    reasons: list[Told]
    of_first: bool = False


def alike(nights: Iterable[Night]) -> list[Alike]:
    """Refused nights by what stands against them, so that it is said once: in the order of the
    first night of each."""
    found: dict[tuple[str, ...], Alike] = {}
    for night in nights:
        reasons = night.reasons
        group = found.setdefault(tuple(each.sentence for each in reasons), Alike([], reasons))
        group.nights.append(night)
        group.of_first |= [each.remedy for each in reasons] != [
            each.remedy for each in group.reasons
        ]
    return list(found.values())


def told(why: Reason, zone: str) -> Told:
    sentence, remedy = wording.reason(why, zone), wording.remedy(why, zone)
    return Told(why.rule.value, sentence, remedy, -(-why.change // MINUTE))


def of_site(
    site: Site, minutes: int, begin: datetime, end: datetime, *, at: datetime, **asked: Any
) -> list[Night]:  # fmt: skip
    """Every night of a site for a piece of that length. `asked` as in `openings.of`."""
    ground = openings.of(site, begin, end, at=at, **asked)
    return list(_nights(ground, minutes, site.zone, at))[:MOST]


def of_bookings(
    bookings: Sequence[Booking], begin: datetime, end: datetime, *, at: datetime, **asked: Any
) -> list[list[Night]]:  # fmt: skip
    """Every night that each of a job's bookings could be moved to, or not. `asked` as in
    `moves.ground`."""
    grounds = moves.grounds_of(bookings, begin, end, at=at, **asked)
    return [
        list(_nights(ground, booking.worst_minutes, booking.site.zone, at))[:MOST]
        for booking, ground in zip(bookings, grounds, strict=True)
    ]


def passed_over(layout: Layout, zone: str) -> list[Night]:
    """The nights that a layout could not take before those it took, and why."""
    found: list[Night] = []
    before = layout.ground.begin
    for row in layout.rows:
        needs, ground = row.needs, layout.ground.heeding(bounds=_waits(layout, row.window))
        for slot in pieces(list(ground.granted), needs):
            if before <= slot.start < row.start and (
                why := ground.against(slot.start, needs * MINUTE)
            ):
                found.append(Night(slot.start, slot.end, why, zone))
        before = row.end
    return found[:MOST]


def _waits(layout: Layout, window: int) -> Iterable[Bound]:
    """Until when what comes before this window may last."""
    steps = layout.timed.plan.steps
    first = next(item for item in steps if item.window == window)
    earlier = [item for item in steps if item.rank < first.rank]
    if not any(item.window for item in earlier):
        return []
    last = max(item.window for item in earlier)
    dwells = any(
        item.action.name == do.DWELL.name and item.seq > _last_of(steps, last) for item in earlier
    )
    over = max(layout.timed.ends[item.seq] for item in earlier)
    return [Bound(Rule.DWELL if dwells else Rule.ORDER, not_before=over)]


def _last_of(steps: Iterable[Any], window: int) -> int:
    return max(item.seq for item in steps if item.window == window)


def _nights(ground: Openings, minutes: int, zone: str, at: datetime) -> Iterator[Night]:
    first, needs = ground.not_before(), minutes * MINUTE
    cut = (Slot(max(slot.start, first), slot.end) for slot in ground.free() if slot.end > first)
    free = [
        slot for slot in pieces(list(cut), minutes) if not ground.against(slot.start, needs, at=at)
    ]
    for night in pieces(list(ground.granted), minutes):
        inside = [slot for slot in free if night.start <= slot.start < night.end]
        for slot in inside:
            yield Night(slot.start, slot.end, zone=zone)
        if not inside:
            yield Night(night.start, night.end, ground.against(night.start, needs, at=at), zone)
