"""The whole path booked as one: every window in order, the dwells kept, and the time without
failover within its bound (G-PAIR-4). Deterministic: the earliest way that keeps every rule."""

from datetime import datetime, timedelta

from upgrades.planning.course import NoFit, course, interims
from upgrades.planning.plan import Plan
from upgrades.planning.vocabulary import Unable, _
from upgrades.planning.windows import HANDS, Slot, Timed, TooShort, times

__all__ = ["InterimTooLong", "book_path", "interims"]

MINUTE = timedelta(minutes=1)


class InterimTooLong(Unable):
    """No windows lie near enough to each other: the site would be unprotected for too long."""

    code = "interim-too-long"

    def __init__(self, limit: timedelta, shortest: timedelta) -> None:
        self.limit, self.shortest = limit, shortest
        super().__init__(
            _(
                "The site would be without failover for %(hours)s hours, and %(limit)s are the "
                "most: its windows lie too far apart."
            ),
            hours=_hours(shortest),
            limit=_hours(limit),
        )


def book_path(
    plan: Plan,
    slots: list[Slot],
    start: datetime,
    *,
    limit: timedelta | None = None,
    hands: int = HANDS,
) -> Timed:
    """Times in the worst case, each window in the first slot that keeps all bounds.

    `slots` are free, disjoint and in order; `limit` bounds each interim (None: it is not bounded).
    What breaks failover is put off, slot by slot, until what restores it lies near enough. Raises
    TooShort, or InterimTooLong if that is the only rule in the way.
    """
    way = course(plan, hands)
    try:
        found = way.book(slots, start, limit=limit)
    except NoFit as none:
        needs = int(way.needs[none.window] / MINUTE)
        raise TooShort(plan, none.window, needs, slots) from none
    if found.over and limit is not None:
        raise InterimTooLong(limit, found.over[1])
    return times(plan, found.booked, start, hands=hands)


def _hours(span: timedelta) -> int:
    return -(-int(span.total_seconds()) // 3600)
