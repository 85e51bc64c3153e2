"""Rules 13 to 16, which the guide's eleven leave open."""

from appliances import actions as do
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.rules.reading import Broken, is_a, joining
from upgrades.planning.state import State


def changes_stand_in_windows(plan: Plan) -> Broken:
    """13 (ours, G-PREP-10): what interrupts an appliance, or takes the site down, is booked."""
    return [
        item
        for item, before, then in plan.walk()
        if not item.window
        and item.on != plan.site.old
        and not joining(plan, item)
        and (item.action.interrupts or changes_over(item) or goes_down(plan, item, before, then))
    ]


def changes_over(item: PlannedStep) -> bool:
    return item.action.moves and not is_a(item, do.CHECK_PRODUCTION)


def goes_down(plan: Plan, item: PlannedStep, before: State, then: State) -> bool:
    """Unless it is said: where a region goes without nodes, the customer gave a word for it."""
    said = bool(plan.dark) and is_a(item, do.STOP_ACCEPTING)
    return then.down() and not before.down() and not said


def sites_rest_only_while_up(plan: Plan) -> Broken:
    """14 (ours): no slot ends, and no long wait begins, while the site is down."""
    broken = []
    walked = list(plan.walk())
    for (item, _, then), following in zip(walked, [*walked[1:], None], strict=True):
        ends = following is None or plan.slot(following[0]) != plan.slot(item)
        if item.window and ends and then.down():
            broken.append(item)
    return broken


def updates_are_verified(plan: Plan) -> Broken:
    """15 (ours, G-VERIFY-1): whoever got a product package is verified in the same window."""
    checks = (do.VERIFY, do.VERIFY_BY_HOSTS_FILE, do.CHECK_NODE)
    return [
        item
        for place, item in enumerate(plan.steps)
        if is_a(item, do.INSTALL_PRODUCT) and not joining(plan, item)
        if not any(
            x.on == item.on and x.window == item.window and is_a(x, *checks)
            for x in plan.steps[place:]
        )
    ]


def the_data_crosses_before_the_break(plan: Plan) -> Broken:
    """16 (ours, G-SYNC-2): only the break follows the sync; a first sync ends the pairing."""
    broken = []
    for place, item in enumerate(plan.steps):
        before, following = plan.steps[max(place - 1, 0)], plan.steps[place + 1 : place + 2]
        if is_a(item, do.BREAK_FAILOVER) and not is_a(before, do.SYNC_NOW):
            broken.append(item)
        awaited = any(is_a(x, do.AWAIT_SYNC) for x in following)
        if is_a(item, do.ESTABLISH_FAILOVER) and not awaited:
            broken.append(item)
    return broken
