"""Plans run in virtual time in a world that protests, and arrive though the runner is killed."""

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from appliances import actions as do
from appliances.actions import Effect, Fact
from tests.upgrades.planning.examples import example
from tests.upgrades.planning.executor import POINTS, Outcome, run
from tests.upgrades.planning.strategies import SWINGS, plans
from upgrades.planning.plan import Plan
from upgrades.planning.rules.ends import expected_roles
from upgrades.procedures import PROCEDURES

CASES = [
    (name, swing, nodes)
    for name in PROCEDURES
    for swing in SWINGS
    for nodes in ((1, 2, 5) if name.startswith("atlas") or name == "repair-nodes" else (0,))
]


def whole(plan: Plan, out: Outcome) -> bool:
    """On target, in the original shape, seen from outside."""
    world = out.world
    staying = [box for box in world.boxes.values() if box.name != plan.site.old]
    first, second = expected_roles(plan)
    last = plan.hops[-1].product if plan.hops else None  # a repair may install nothing
    wanted = [box for box in staying if last and box.name in plan.hops[-1].bases]
    assert first
    public = world.boxes[first]
    return (
        (last is None or all(box.product == last.version for box in wanted))
        and world.public == first
        and (second is None or (public.role, world.boxes[second].role) == ("primary", "backup"))
        and (public.book is None or public.book == {n.name for n in plan.site.nodes})
        and all(box.backup_operations for box in staying)
        and world.attached
        and world.jump_limit == 100
        and not world.down()
        and len(out.done) == len(plan.steps)
    )


@pytest.mark.parametrize(("name", "swing", "nodes"), CASES)
def test_step_by_step_the_site_arrives(name, swing, nodes):
    plan = example(name, swing=swing, nodes=nodes)

    out = run(plan)

    assert whole(plan, out)
    assert set(out.world.effects.values()) <= {0, 1}


def killed_everywhere(plan: Plan) -> None:
    for item in plan.steps:
        for point in POINTS:
            out = run(plan, kill=(item.seq, point))

            assert whole(plan, out), (str(item), point)
            assert set(out.world.effects.values()) <= {0, 1}, (str(item), point)


@pytest.mark.parametrize("name", ["single", "single-without-waits"])
def test_a_crash_at_any_point_of_any_step_loses_and_repeats_nothing(name):
    killed_everywhere(example(name))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "swing", "nodes"), CASES)
def test_a_crash_at_any_point_of_every_page_loses_and_repeats_nothing(name, swing, nodes):
    killed_everywhere(example(name, swing=swing, nodes=nodes))


@given(plans(most_nodes=6), st.integers(1, 400), st.sampled_from(POINTS))
@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_plan_arrives_though_killed_somewhere(plan, seq, point):
    out = run(plan, kill=(seq % len(plan.steps) + 1, point))

    assert whole(plan, out)
    assert set(out.world.effects.values()) <= {0, 1}


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_failed_base_update_stops_everything(name):
    plan = example(name)
    for item in plan.steps:
        if item.action.name != do.INSTALL_BASE.name:
            continue

        out = run(plan, base_fails=item.seq)

        assert out.halted_at is not None
        assert not [seq for seq, at in out.begun_at.items() if at > out.halted_at]
        assert item.seq not in out.done


def test_a_one_way_step_is_never_sent_a_second_time():
    plan = example("atlas-failover", swing=Fact.SHARED_IP)
    (swap, *_later) = [x for x in plan.steps if x.action.name == do.BECOME_BACKUP.name]

    out = run(plan, kill=(swap.seq, "while it runs"))

    assert out.watching == [swap.seq]
    assert out.world.effects[swap.seq] == 1


def test_only_one_effect_of_the_portal_is_neither_read_nor_observed():
    sent = {
        item.action.name
        for name in PROCEDURES
        for item in example(name).steps
        if item.action.by is do.PORTAL and item.action.effect is not Effect.READ
    }

    assert sent == {do.REGENERATE_INSTALLERS.name}
