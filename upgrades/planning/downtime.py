"""How long the site is away, unserved or unprotected. Follows from who serves, not from flags."""

from datetime import datetime, timedelta

from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.state import State
from upgrades.planning.windows import HANDS, Pace, Timed, span

Regions = dict[str, frozenset[str]]


def downtime(plan: Plan, pace: Pace, hands: int = HANDS) -> int:
    """Minutes the site, or a region of its cluster, is away."""
    gone = away(plan, pace)
    return sum(span(_stretch(rank, gone), pace, hands) for rank in plan.ranks())


def away(plan: Plan, pace: Pace) -> set[int]:
    """The steps during which users are cut off: the site, or a region of its cluster, is away."""
    regions = {
        region: frozenset(node.name for node in plan.site.nodes if node.region == region)
        for region in plan.site.regions
    }
    return {
        item.seq for item, before, then in plan.walk() if _down(item, before, then, pace, regions)
    }


def unserved(plan: Plan, pace: Pace, hands: int = HANDS) -> int:
    """Minutes in which nobody can work since the clients are removed (G-PREP-8)."""
    without = {
        item.seq for item, before, then in plan.walk() if not (before.clients and then.clients)
    }
    return sum(
        span(rank, pace, hands)
        for rank in plan.ranks()
        if any(item.seq in without for item in rank)
    )


def interim(timed: Timed) -> timedelta:
    """How long the site has no failover, in all: gaps between slots included."""
    total = timedelta()
    since: datetime | None = None
    for item, _, then in timed.plan.walk():
        if since is None and not then.protected() and timed.plan.site.backup:
            since = timed.starts[item.seq]
        elif since is not None and then.protected():
            total += timed.ends[item.seq] - since
            since = None
    return total


def _stretch(rank: list[PlannedStep], away: set[int]) -> list[PlannedStep]:
    """From the first step that is away to the last; whole lanes where there are several."""
    places = [place for place, item in enumerate(rank) if item.seq in away]
    if not places or len({item.lane for item in rank}) > 1:
        return rank if places else []
    return rank[places[0] : places[-1] + 1]


def _down(item: PlannedStep, before: State, then: State, pace: Pace, regions: Regions) -> bool:
    """A plan never promises less than may happen: at worst the change-over itself is downtime."""
    if item.action.moves and pace is Pace.WORST:
        return True
    if any(state.down() or state.dark(regions) for state in (before, then)):
        return True
    return item.action.interrupts and before.serves == item.on
