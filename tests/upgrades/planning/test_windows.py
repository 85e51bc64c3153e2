"""Slots, times, last safe starts, downtime and the time without failover."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from appliances import actions as do
from tests.upgrades.planning.examples import example
from tests.upgrades.planning.strategies import plans
from upgrades.planning.downtime import downtime, interim, unserved
from upgrades.planning.rules import breaches
from upgrades.planning.windows import (
    Pace,
    Slot,
    TooShort,
    duration,
    length,
    schedule,
    span,
    upcoming,
    windows,
)
from upgrades.procedures import MANUAL, PROCEDURES

MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def nights(hours: int, number: int = 60, every: int = 1) -> list[Slot]:
    starts = [MONDAY + timedelta(days=every * n + 1, hours=1) for n in range(number)]
    return [Slot(start, start + timedelta(hours=hours)) for start in starts]


@pytest.mark.parametrize(
    "name", ["single", "pair-synchronous", "pair-asynchronous", "atlas-failover"]
)
def test_a_booked_plan_breaks_no_rule(name):
    timed = schedule(example(name, hops=3), nights(14), MONDAY)

    assert breaches(timed.plan) == {}


@pytest.mark.parametrize("name", ["single", "pair-asynchronous"])
@pytest.mark.parametrize("pace", Pace)
def test_products_stand_a_day_apart_by_the_clock(name, pace):
    timed = schedule(example(name, hops=3), nights(9), MONDAY, pace=pace)
    installs = [x for x in timed.plan.steps if x.action.name == do.INSTALL_PRODUCT.name]

    for one, other in zip(installs, installs[1:], strict=False):
        if one.package != other.package:
            assert timed.starts[other.seq] - timed.ends[one.seq] >= timedelta(hours=24)


def test_the_dwell_counts_from_the_product_and_not_from_what_follows_it():
    timed = schedule(example("single", hops=2), nights(6), MONDAY)
    (dwell,) = [x for x in timed.plan.steps if x.action.name == do.DWELL.name]
    product = next(x for x in timed.plan.steps if x.action.name == do.INSTALL_PRODUCT.name)

    waited = timed.ends[dwell.seq] - timed.ends[product.seq]
    assert timedelta(hours=24) <= waited < timedelta(hours=25)
    assert timed.starts[dwell.seq] > timed.ends[product.seq]


def test_a_window_that_is_too_short_says_by_how_much():
    begin = MONDAY + timedelta(days=9)

    with pytest.raises(TooShort) as refusal:
        schedule(example("single", hops=1), [Slot(begin, begin + timedelta(hours=3))], MONDAY)

    assert str(refusal.value) == (
        "Upgrade may take 3 h 40 min and cannot be cut: the longest window is 40 min too short."
    )
    assert (refusal.value.code, refusal.value.missing) == ("window-too-short", 40)


def test_no_window_left_is_said_so():
    with pytest.raises(TooShort, match="no window is left"):
        schedule(example("single", hops=2), nights(6, number=1), MONDAY)


def test_two_windows_share_a_slot_only_if_both_fit():
    plan = example("pair-asynchronous", hops=1)

    assert {w for w, slot in schedule(plan, nights(8), MONDAY).plan.slots if slot == 1} == {1}
    assert {w for w, slot in schedule(plan, nights(11), MONDAY).plan.slots if slot == 1} == {1, 2}


def test_the_last_safe_start_leaves_room_for_the_worst():
    plan = example("single", hops=1)
    timed = schedule(plan, nights(6), MONDAY)

    room = timed.booked[1].end - timed.last_safe_start[1]
    assert room == timedelta(minutes=length(plan, 1, Pace.WORST)) == timedelta(minutes=220)


def test_steps_of_one_appliance_follow_one_another_in_their_window():
    timed = schedule(example("single", hops=1), nights(6), MONDAY, pace=Pace.EXPECTED)
    inside = [x for x in timed.plan.steps if x.window == 1]

    assert [timed.starts[x.seq].strftime("%H:%M") for x in inside] == [
        "01:00", "01:10", "01:15", "01:30", "01:40", "01:55",
    ]  # fmt: skip


def test_the_interim_counts_the_days_between_slots():
    weekly = schedule(example("pair-synchronous", hops=1), nights(9, every=7), MONDAY)
    nightly = schedule(example("pair-synchronous", hops=1), nights(9), MONDAY)

    assert interim(weekly) > timedelta(days=6)
    assert interim(nightly) < timedelta(days=4)


def test_downtime_follows_from_who_serves():
    figures = {
        name: tuple(downtime(example(name, hops=1), pace) for pace in Pace) for name in PROCEDURES
    }

    assert figures["single"] == (30 + 10, 120 + 30)
    assert figures["pair-synchronous"] == figures["single"]
    assert figures["pair-asynchronous"] == (0, 30 + 60)
    assert figures["hardware-backup"] == (0, 0)


def test_a_region_without_a_node_counts_as_downtime():
    dark = example("atlas-failover", hops=1, offline=frozenset({"node-0", "node-2"}))
    even = example("atlas-failover", hops=1)

    assert downtime(dark, Pace.EXPECTED) > downtime(even, Pace.EXPECTED)


def test_of_three_regions_the_one_without_a_node_is_dark_whoever_accepts_elsewhere():
    plan = example("atlas-failover", hops=1, offline=frozenset({"node-0", "node-2"}))
    apart = tuple(
        replace(each, region="region 2") if each.name == "node-3" else each
        for each in plan.site.appliances
    )
    three = replace(plan, site=replace(plan.site, appliances=apart))

    assert downtime(three, Pace.EXPECTED) >= downtime(plan, Pace.EXPECTED) > 0


def test_without_waits_nobody_is_served_for_long():
    plan = example("single-without-waits", hops=2)

    assert unserved(plan, Pace.EXPECTED) > downtime(plan, Pace.EXPECTED)
    ranks = list(plan.ranks())
    names = [[item.action.name for item in rank] for rank in ranks]
    [begins] = [place for place, each in enumerate(names) if "remove_clients" in each]
    [ends] = [place for place, each in enumerate(names) if "reinstall_clients" in each]
    for pace in Pace:  # what removes them and what brings them back count too
        whole = sum(span(rank, pace) for rank in ranks[begins : ends + 1])
        assert unserved(plan, pace) == whole
    assert unserved(example("single"), Pace.WORST) == 0


def test_a_plan_lasts_at_least_its_dwell():
    assert duration(example("single", hops=2), Pace.EXPECTED) > 24 * 60
    assert duration(example("single", hops=1), Pace.EXPECTED) < 24 * 60


def test_a_hop_never_shares_the_slot_of_the_hop_before():
    timed = schedule(example("pair-synchronous", hops=2), nights(160, every=8), MONDAY)

    assert [slot for _, slot in timed.plan.slots] == [1, 2, 3, 4]
    assert breaches(timed.plan) == {}


@pytest.mark.parametrize("name", PROCEDURES)
def test_what_leads_up_to_a_window_is_over_when_it_begins(name):
    timed = schedule(example(name, nodes=30, hops=1), nights(60, every=5), MONDAY)

    for item in (x for x in timed.plan.steps if x.lead):
        window = upcoming(timed.plan, item)
        begins = min(timed.starts[x.seq] for x in timed.plan.steps if x.window == window)
        shares = list(timed.booked.values()).count(timed.booked[window]) > 1
        assert timed.ends[item.seq] <= begins
        assert shares or begins <= timed.starts[item.seq] + timedelta(minutes=item.lead)


def test_a_key_from_support_is_asked_for_before_nodes_are_taken_off_line():
    plan = example("atlas", method=MANUAL, hops=1)

    timed = schedule(plan, nights(8, every=3), MONDAY)

    names = [x.action.name for x in plan.steps]
    assert names.index("ask_for_key") < names.index("stop_accepting")
    assert all(timed.ends[x.seq] <= timed.booked[x.window].end for x in plan.steps if x.window)


@given(plans())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_plan_can_be_booked_into_long_nights(plan):
    timed = schedule(plan, nights(160, number=80, every=8), MONDAY)

    assert breaches(timed.plan) == {}
    assert downtime(plan, Pace.EXPECTED) <= downtime(plan, Pace.WORST)
    for window in windows(plan):
        slot = timed.booked[window]
        inside = [x for x in plan.steps if x.window == window]
        assert min(timed.starts[x.seq] for x in inside) >= slot.start
        assert max(timed.ends[x.seq] for x in inside) <= slot.end
