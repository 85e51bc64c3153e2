"""How rules read a plan. They know what actions do to a site, not how plans are written."""

from collections.abc import Callable, Iterable

from appliances import actions as do
from appliances.actions import Action
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.state import State

Broken = list[PlannedStep]
Rule = Callable[[Plan], Broken]
CHANGES = (do.INSTALL_BASE, do.INSTALL_PRODUCT)


def is_a(item: PlannedStep, *actions: Action) -> bool:
    """By name: a copy of an action with another duration or policy is still that action."""
    return any(item.action.name == action.name for action in actions)


def joining(plan: Plan, item: PlannedStep) -> bool:
    """No clients hang on an appliance that is still to join the site."""
    return plan.site.new is not None and item.on == plan.site.new.name


def serves_anew(plan: Plan, state: State, item: PlannedStep) -> bool:
    """The release of this hop has reached the appliance that serves."""
    if not plan.hops:
        return False
    wanted = plan.hops[min(max(item.hop, 1), len(plan.hops)) - 1].product
    if state.serves is None or wanted is None:
        return wanted is None
    return state.versions[state.serves].product == wanted.version


def unique(items: Iterable[PlannedStep]) -> Broken:
    return list({id(item): item for item in items}.values())
