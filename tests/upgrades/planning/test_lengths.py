"""How long a rank lasts and what leads up to a window: lanes, hands, leads (procedures.md §4)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from appliances import actions as do
from tests.upgrades.planning.examples import example
from upgrades.planning.windows import Pace, Slot, not_before, run_up, schedule, span, upcoming

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)
NIGHT = Slot(MONDAY + timedelta(days=2), MONDAY + timedelta(days=3))
A_STEP = example("single", hops=1).steps[0]


def steps(*lanes, by=do.PERSON):
    """A rank: for each lane the worst minutes of its steps."""
    action = next(each for each in do.ALL.values() if each.by is by)
    return [
        replace(A_STEP, lane=f"{by} {number}", action=action, minutes=(1, minutes))
        for number, lane in enumerate(lanes)
        for minutes in lane
    ]


@pytest.mark.parametrize(
    ("lanes", "hands", "minutes"),
    [
        ([[10]], 4, 10),
        ([[10, 20], [25]], 4, 30),
        ([[10]] * 4, 4, 10),
        ([[10]] * 5, 4, 20),
        ([[10]] * 5, 5, 10),
        ([[10]] * 5, 1, 50),
        ([[30], [20], [10]], 2, 30),
        ([], 4, 0),
    ],
)
def test_people_do_so_many_lanes_at_a_time(lanes, hands, minutes):
    assert span(steps(*lanes), Pace.WORST, hands) == minutes


def test_the_portal_watches_every_lane_at_once_beside_what_people_do():
    watched = steps([10], [40], *[[5]] * 20, by=do.PORTAL)

    assert span(watched, Pace.WORST, 1) == 40
    assert span([*watched, *steps([10], [20])], Pace.WORST, 1) == 40 + 30
    assert span([*watched, *steps([10], [20])], Pace.EXPECTED, 1) == 1 + 2


def test_the_lanes_of_a_rank_begin_and_end_together_on_paper():
    nights = [Slot(NIGHT.start + timedelta(days=n), NIGHT.end + timedelta(days=n)) for n in (0, 2)]
    timed = schedule(example("repair-nodes"), nights, MONDAY)
    lanes = next(
        rank for rank in timed.plan.ranks() if rank[0].window and len({x.lane for x in rank}) > 1
    )

    assert len(lanes) == 8, "four steps at each of two nodes"
    [start] = {timed.starts[item.seq] for item in lanes}
    [end] = {timed.ends[item.seq] for item in lanes}
    assert end - start == timedelta(minutes=span(lanes, Pace.WORST)) == timedelta(minutes=140)


def test_what_leads_up_to_a_window_counts_from_its_own_rank_on():
    plan = example("atlas", hops=1)
    leading = {x.rank: run_up(plan, x) for x in plan.steps if x.lead and upcoming(plan, x) == 1}

    # a backup 30, nodes out of the book 15, eight hours of draining in every lane at once
    assert [leading[rank] for rank in sorted(leading)] == [30 + 15 + 480, 15 + 480, 480]
    rest = [item for item in plan.steps if not item.lead]
    assert {upcoming(plan, item) for item in rest} == {0}
    assert {run_up(plan, item) for item in rest} == {0}


def test_what_leads_up_begins_with_its_lead_or_earlier_where_it_takes_longer():
    plan = example("pair-synchronous", hops=1)
    (item,) = [item for item in plan.steps if item.lead]
    assert (item.lead, run_up(plan, item)) == (60, 30)
    assert not_before(plan, item, {1: NIGHT}) == NIGHT.start - timedelta(minutes=60)

    hurried = replace(item, lead=10)
    short = replace(
        plan, steps=tuple(hurried if each is item else each for each in plan.steps)
    )  # fmt: skip
    assert not_before(short, hurried, {1: NIGHT}) == NIGHT.start - timedelta(minutes=30)
