"""Plans of pairs and clusters, and generated ones: no order of lanes breaks a rule."""

from dataclasses import replace

import pytest
from hypothesis import given, strategies as st

from appliances.actions import Fact
from tests.upgrades.planning.examples import example, site_of
from tests.upgrades.planning.strategies import plans, sites
from tests.upgrades.planning.test_planner import generated
from upgrades.planning.nodes import dark_regions, halves, refuse_halves
from upgrades.planning.plan import PlannedStep
from upgrades.planning.rules import RULES, breaches
from upgrades.planning.vocabulary import Shape


def test_async_goes_round_and_comes_back():
    shown = ("install_product", "establish_failover")
    planned = example("pair-asynchronous", hops=2)

    assert [str(x)[4:] for x in planned.steps if x.action.name in shown] == [
        "w1 h1 beta: install_product [product 2]",
        "w3 h1 alpha: install_product [product 2]",
        "-- h1 beta: establish_failover about alpha",
        "w4 h2 alpha: install_product [product 3]",
        "w6 h2 beta: install_product [product 3]",
        "-- h2 alpha: establish_failover about beta",
    ]


@pytest.mark.parametrize(
    ("swing", "wanted"),
    [
        (Fact.SHARED_IP, ["release_shared_ip", "take_shared_ip"]),
        (Fact.DNS, ["point_dns"]),
        (Fact.NAT, ["point_nat"]),
    ],
)
def test_a_plan_holds_one_way_to_move_production(swing, wanted):
    moves = {"release_shared_ip", "take_shared_ip", "point_dns", "point_nat"}
    planned = example("pair-asynchronous", swing=swing, hops=1)

    assert [x.action.name for x in planned.steps if x.action.name in moves] == wanted


def test_a_traffic_node_is_not_backed_up():
    planned = example("atlas", hops=1)

    assert {x.on for x in planned.steps if x.action.name == "back_up"} == {"alpha"}


@given(st.sampled_from([Shape.CLUSTER, Shape.CLUSTER_WITH_FAILOVER]).flatmap(sites))
@generated
def test_the_proposed_half_is_one_a_person_may_choose(site):
    assert refuse_halves(site, halves(site)) is None
    assert dark_regions(site, halves(site)) == frozenset()


def test_a_region_without_nodes_is_said_and_not_refused():
    planned = example("atlas-failover", offline=frozenset({"node-0", "node-2"}))

    assert planned.dark == {"region 0"}
    assert breaches(planned) == {}


@pytest.mark.parametrize(
    ("offline", "sentence"),
    [
        ({"node-0", "node-1", "node-2"}, "More than half of the nodes would be off line."),
        ({"alpha"}, "Not a traffic node of this site: alpha."),
        (set(), "Nothing would be upgraded before the new primary serves."),
    ],
)
def test_a_half_that_cannot_be_is_refused(offline, sentence):
    assert str(refuse_halves(site_of(Shape.CLUSTER), frozenset(offline))) == sentence


@given(plans())
@generated
def test_generated_plans_break_no_rule(planned):
    assert breaches(planned) == {}


@given(plans(most_nodes=8), st.randoms(use_true_random=False))
@generated
def test_no_order_in_which_lanes_may_run_breaks_a_rule(planned, random):
    shuffled: list[PlannedStep] = []
    for rank in planned.ranks():
        lanes: dict[str, list[PlannedStep]] = {}
        for item in rank:
            lanes.setdefault(item.lane, []).append(item)
        while lanes:
            lane = random.choice(sorted(lanes))
            shuffled.append(lanes[lane].pop(0))
            if not lanes[lane]:
                del lanes[lane]
    other = replace(planned, steps=tuple(shuffled))

    assert breaches(other, {n: rule for n, rule in RULES.items() if n != 12}) == {}
