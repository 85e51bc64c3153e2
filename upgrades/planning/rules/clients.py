"""Rules 3 and 8: the day that clients are given, and what is looked after once a release serves."""

from appliances import actions as do
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.rules.reading import Broken, is_a, joining, unique
from upgrades.planning.state import State, facts, initial

DAY = 24 * 60
EACH_HOP = (do.REINSTALL_INTEGRATION, do.CHECK_CLIENTS)


def clients_have_a_day(plan: Plan) -> Broken:
    """G-RULE-3: 24 h between product packages, unless the clients were removed meanwhile.

    Counted the strict way: from the last product package of a release on any appliance.
    """
    broken = []
    last: PlannedStep | None = None
    waited = 0
    removed: PlannedStep | None = None
    for item, state, then in plan.walk():
        if is_a(item, do.DWELL):
            waited += item.minutes[0]
        if state.clients and not then.clients:
            removed = item
        if is_a(item, do.INSTALL_PRODUCT) and not joining(plan, item):
            new = last is not None and last.package != item.package
            if new and waited < DAY and state.clients:
                broken.append(item)
            last, waited = item, 0
        if then.clients:
            removed = None
    return broken + ([removed] if removed else [])


def clients_are_looked_after(plan: Plan) -> Broken:
    """G-RULE-8: each hop integration clients and convergence, at the end installers made anew."""
    broken = []
    known = facts(plan.site, initial(plan.site), None)
    wanted = {a.name for a in EACH_HOP if a.only_if is None or a.only_if in known}
    release = serving(plan, initial(plan.site))
    served: PlannedStep | None = None
    seen = set[str]()
    for item, state, then in plan.walk():
        next_one = is_a(item, do.INSTALL_PRODUCT) and served and item.hop != served.hop
        if next_one and served and state.clients and not wanted <= seen:
            broken.append(served)
        if then.serves and serving(plan, then) != release:
            release, served, seen = serving(plan, then), item, set()
        if is_a(item, do.CHECK_OTHERS) and not state.clients:
            broken.append(item)  # what was removed and is not installed again cannot be back
        seen.add(item.action.name)
    if served and not wanted | {do.REGENERATE_INSTALLERS.name} <= seen:
        broken.append(served)
    return unique(broken)


def serving(plan: Plan, state: State) -> tuple[object, bool]:
    """The release that the site's clients meet, and whether new hardware brings it."""
    product = state.versions[state.serves].product if state.serves else None
    return product, bool(plan.site.new and state.serves == plan.site.new.name)
