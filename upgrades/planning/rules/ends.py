"""Rules 9, 10 and 11: how a plan may fail, and how it must end."""

from appliances import actions as do
from appliances.actions import Failure
from upgrades.planning.catalogue import Versions
from upgrades.planning.plan import Plan
from upgrades.planning.rules.reading import Broken, is_a
from upgrades.planning.state import State, initial

RETURNS = (do.FACTORY_RESET, do.SHUT_DOWN, do.PACK, do.HAND_OVER)
DISPOSALS = (*RETURNS, do.DELETE_VIRTUAL)


def a_base_failure_halts_everything(plan: Plan) -> Broken:
    """G-RULE-9: base updates halt the job, and nothing in a plan restarts an appliance in use."""
    halting = [
        x
        for x in plan.steps
        if is_a(x, do.INSTALL_BASE) and x.action.on_failure is not Failure.HALT
    ]
    restarting = [
        x
        for x in plan.steps
        if x.action.restarts and (x.on != plan.site.old or not is_a(x, *DISPOSALS))
    ]
    return halting + restarting


def the_old_one_leaves_last(plan: Plan) -> Broken:
    """G-RULE-10: hardware goes back only after the new one is confirmed in production."""
    broken = []
    confirmed = False
    order = [action.name for action in RETURNS]
    furthest = -1
    for item, state, _ in plan.walk():
        if is_a(item, do.CONFIRM_PRODUCTION):
            confirmed = state.serves == item.on or (state.related and state.backup == item.on)
        if not is_a(item, *DISPOSALS):
            continue
        in_use = item.on in (state.serves, state.backup)
        place = order.index(item.action.name) if item.action.name in order else 0
        if not confirmed or in_use or place < furthest or place > furthest + 1:
            broken.append(item)
        furthest = max(furthest, place)
    return broken


def ends_on_target_in_its_shape(plan: Plan) -> Broken:
    """G-RULE-11: every appliance on target, the site as it was (or with the roles exchanged)."""
    *_, (last, _, end) = plan.walk()
    begin = initial(plan.site)
    staying = set(end.versions) - ({plan.site.old} if plan.site.old else set())
    good = (
        all(on_target(plan, end, name) for name in staying)
        and end.related == (begin.backup is not None)
        and (end.serves, end.backup) == expected_roles(plan)
        and end.backup_operations
        and end.accept_now() == end.nodes
        and not end.jump_limit_lowered
        and not end.frozen
        and end.clients
    )
    return [] if good else [last]


def on_target(plan: Plan, end: State, name: str) -> bool:
    found = plan.site.find(name).versions
    if not plan.hops or name not in plan.hops[-1].bases:
        return end.versions[name] == found
    bases = [hop.bases[name] for hop in plan.hops if hop.bases.get(name)]
    base = bases[-1][-1].version if bases else found.base
    last = plan.hops[-1].product
    return end.versions[name] == Versions(base, last.version if last else found.product)


def expected_roles(plan: Plan) -> tuple[str | None, str | None]:
    first, second = plan.site.primary, plan.site.backup
    if plan.site.new:
        new = plan.site.new.name
        return (new, second) if plan.site.old == first else (first, new)
    if plan.procedure.exchanges_roles and len(plan.hops) % 2:
        return second, first
    return first, second
