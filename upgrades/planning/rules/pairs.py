"""Rules 5 and 6: a pair is parted and joined, and roles are exchanged, in that order only."""

from appliances import actions as do
from appliances.actions import Action
from upgrades.planning.plan import Plan
from upgrades.planning.rules.reading import CHANGES, Broken, is_a, joining, unique
from upgrades.planning.state import State, initial
from upgrades.planning.vocabulary import Shape


def a_pair_is_parted_and_joined_again(plan: Plan) -> Broken:
    """G-RULE-5: never both in one window; parted before a change, keys compared, joined again."""
    if plan.site.shape not in (Shape.PAIR, Shape.CLUSTER_WITH_FAILOVER):
        return []
    peers = {plan.site.primary, plan.site.backup}
    owner: dict[int, str] = {}
    broken = [
        item
        for item in plan.steps
        if item.on in peers and is_a(item, *CHANGES)
        if owner.setdefault(plan.slot(item), item.on) != item.on
    ]
    broken += parted(plan) if plan.site.shape is Shape.PAIR else backup_rests(plan)
    return unique(broken)


def parted(plan: Plan) -> Broken:
    """A pair: no change while related, and joined only level and with equal keys."""
    broken = []
    compared = False
    state = initial(plan.site)
    for item, state, then in plan.walk():
        if is_a(item, *CHANGES) and state.related and not joining(plan, item):
            broken.append(item)
        if is_a(item, *CHANGES, do.BREAK_FAILOVER):
            compared = False
        if is_a(item, do.COMPARE_KEYS):
            compared = True
        joined = is_a(item, do.ESTABLISH_FAILOVER)
        if joined and (not compared or state.related or not level(then)):
            broken.append(item)
        state = then
    if not state.related:
        broken += [x for x in plan.steps if is_a(x, do.BREAK_FAILOVER)][-1:] or [plan.steps[-1]]
    return broken


def backup_rests(plan: Plan) -> Broken:
    """A cluster: backup operations are off from the swap until the old master is level."""
    broken = []
    for item, state, then in plan.walk():
        if is_a(item, do.START_BACKUP_OPERATIONS) and not level(state):
            broken.append(item)
        swapped = item.on == state.backup and not level(state) and level(then)
        if is_a(item, do.INSTALL_PRODUCT) and swapped and state.backup_operations:
            broken.append(item)
    return broken


def level(state: State) -> bool:
    """vendor.md 1.5: both peers on one version, or failover cannot be configured."""
    if not state.serves or not state.backup:
        return False
    return state.versions[state.serves].product == state.versions[state.backup].product


def a_is_untouched_until_b_is_confirmed(plan: Plan) -> Broken:
    """G-RULE-6: in an exchange of roles A waits until B serves, is verified and confirmed."""
    if not plan.procedure.exchanges_roles:
        return []
    broken = []
    was_a, seen, hop = plan.site.primary, set[str](), 0
    asked = confirmations(plan)
    for item, state, _ in plan.walk():
        if item.hop != hop:
            was_a, seen, hop = state.serves or was_a, set(), item.hop
        early = is_a(item, do.CONFIRM_RELEASE) and state.serves != item.on
        if is_a(item, *asked) and item.on != was_a and not early:
            seen.add(item.action.name)
        untimely = state.serves == was_a or not {action.name for action in asked} <= seen
        if is_a(item, *CHANGES) and item.on == was_a and untimely:
            broken.append(item)
    return broken


def confirmations(plan: Plan) -> tuple[Action, ...]:
    if plan.site.shape is Shape.PAIR:
        return do.VERIFY_BY_HOSTS_FILE, do.CHECK_PRODUCTION, do.CONFIRM_RELEASE
    return (do.CHECK_PRODUCTION,)
