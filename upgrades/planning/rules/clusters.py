"""Rule 7: enough traffic nodes accept, and none is updated under its clients."""

from appliances import actions as do
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.rules.reading import CHANGES, Broken, is_a, serves_anew, unique
from upgrades.planning.state import State


def half_the_nodes_accept(plan: Plan) -> Broken:
    """G-RULE-7: half accept until the new primary serves; nobody is connected to a node
    that is updated; a node accepts only at the version of its master; the flags are read before
    the swap."""
    if not plan.site.nodes:
        return []
    broken = []
    for item, state, then in plan.walk():
        if is_a(item, *CHANGES) and item.on in state.nodes - state.drained:
            broken.append(item)
        if is_a(item, do.START_ACCEPTING):
            master = then.versions[item.on].product
            if any(then.versions[node].product != master for node in item.about):
                broken.append(item)
        if is_a(item, do.STOP_ACCEPTING, *CHANGES) and too_few(plan, item, then):
            broken.append(item)
        if is_a(item, do.BECOME_BACKUP) and not flags_were_read(plan, item):
            broken.append(item)
    return unique(broken)


def flags_were_read(plan: Plan, swap: PlannedStep) -> bool:
    """Every node's flag is read, not assumed, right before production moves."""
    return any(
        is_a(item, do.CHECK_FLAGS) and item.window == swap.window and item.seq < swap.seq
        for item in plan.steps
    )


def too_few(plan: Plan, item: PlannedStep, then: State) -> bool:
    """More than half are off line, or a region is without a node and the plan does not say so."""
    if serves_anew(plan, then, item):
        return False
    nodes, accepting = plan.site.nodes, then.accept_now()
    held = {node.region for node in nodes if node.name in accepting}
    return len(nodes) - len(accepting) > max(1, len(nodes) // 2) or not (
        plan.site.regions <= held | plan.dark
    )
