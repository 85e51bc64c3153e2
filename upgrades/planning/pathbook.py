"""The whole path booked as one: every window in order, the dwells kept, and the time without
failover within its bound (G-PAIR-4). Deterministic: the earliest way that keeps every rule."""

from datetime import datetime, timedelta

from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.vocabulary import Unable, _
from upgrades.planning.windows import HANDS, Slot, Timed, TooShort, schedule

Interim = tuple[PlannedStep, PlannedStep]


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
    after: dict[int, datetime] = {}
    shortest: timedelta | None = None
    while True:
        try:
            timed = schedule(plan, slots, start, hands=hands, after=after)
        except TooShort:
            if limit is None or shortest is None:
                raise
            raise InterimTooLong(limit, shortest) from None
        late = _too_long(timed, limit)
        if late is None:
            return timed
        window, lasts, over = late
        shortest = min(lasts, shortest or lasts)
        after[window] = timed.booked[window].start + over


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


def _too_long(timed: Timed, limit: timedelta | None) -> tuple[int, timedelta, timedelta] | None:
    """The window that begins too long an interim, how long that lasts, and by how much too long."""
    if limit is None:
        return None
    for parting, joining in interims(timed.plan):
        lasts = timed.ends[joining.seq] - timed.starts[parting.seq]
        if lasts > limit and parting.window:
            return parting.window, lasts, lasts - limit
    return None


def _hours(span: timedelta) -> int:
    return -(-int(span.total_seconds()) // 3600)
