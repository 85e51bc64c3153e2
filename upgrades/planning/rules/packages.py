"""Rules 1, 2 and 4: what may be installed when, and what must be safe before."""

from appliances import actions as do
from upgrades.planning.catalogue import Kind
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.rules.reading import CHANGES, Broken, is_a, unique
from upgrades.planning.state import State
from upgrades.planning.vocabulary import SIDE_BY_SIDE, Shape


def prerequisites_hold(plan: Plan) -> Broken:
    """G-RULE-1: every package's prerequisites hold at the moment it is installed."""
    broken = []
    for item, state, _ in plan.walk():
        if item.package is None:
            continue
        now = state.versions[item.on]
        have = now.of(item.package.kind)
        older = have is not None and item.package.version <= have
        if older or item.package.unmet(now) or item.package.withdrawn:
            broken.append(item)
    return broken


def bases_stand_right_before_their_product(plan: Plan) -> Broken:
    """G-RULE-2: between a base package and the product that needs it only a backup may stand."""
    if all(hop.product is None for hop in plan.hops):
        return []
    broken = []
    for place, (item, before, _) in enumerate(plan.walk()):
        if not is_a(item, do.INSTALL_BASE):
            continue
        between, product = up_to_product(plan, place)
        if product is None:
            broken.append(item)
            continue
        allowed = (do.BACK_UP, do.INSTALL_BASE)
        broken += [x for x in between if x.on != item.on or not is_a(x, *allowed)]
        if not needed(before, item, [*between, product]):
            broken.append(item)
        if holds_settings(plan, item) and not any(is_a(x, do.BACK_UP) for x in between):
            broken.append(product)
    return unique(broken)


def up_to_product(plan: Plan, place: int) -> tuple[Broken, PlannedStep | None]:
    """What stands between a base and its appliance's product; other nodes' lanes are no matter."""
    item, between = plan.steps[place], list[PlannedStep]()
    for later in plan.steps[place + 1 :]:
        if later.rank == item.rank and later.lane != item.lane and later.role in SIDE_BY_SIDE:
            continue
        if later.on == item.on and is_a(later, do.INSTALL_PRODUCT):
            return between, later
        between.append(later)
    return between, None


def needed(before: State, base: PlannedStep, followers: list[PlannedStep]) -> bool:
    """Some package up to the product asks for what this base gives and was not there before."""
    installed = before.versions[base.on]
    packages = [x.package for x in followers if x.package]
    return any(
        need.kind is Kind.BASE and not need.met_by(installed) for p in packages for need in p.needs
    )


def holds_settings(plan: Plan, item: PlannedStep) -> bool:
    """A traffic node holds none, and a new appliance has none yet."""
    product = plan.site.find(item.on).versions.product
    return product is not None and plan.site.holds_settings(item.on)


def backups_and_certificates_first(plan: Plan) -> Broken:
    """G-RULE-4: a fresh backup before the first change of a window, certificates exported."""
    broken = masters_not_backed_up(plan)
    backed_up, changed = set[tuple[str, int, int]](), set[tuple[str, int, int]]()
    exported = set[str]()
    for item, state, _ in plan.walk():
        here = (item.on, item.window, item.hop)
        if is_a(item, do.BACK_UP) and not before_the_break(plan, item, state):
            backed_up.add(here)
        if is_a(item, do.EXPORT_CERTIFICATES):
            exported.add(item.on)
        if is_a(item, *CHANGES) and holds_settings(plan, item):
            if (here not in changed and here not in backed_up) or item.on not in exported:
                broken.append(item)
            changed.add(here)
    return unique(broken)


def masters_not_backed_up(plan: Plan) -> Broken:
    """Of a cluster every master is backed up before the hop's first change of any appliance, since
    the swap and the nodes' flags change those too that are not updated yet (guide, section 7)."""
    if plan.procedure.repairs or not plan.site.nodes:
        return []
    broken, begun, backed_up = [], set[int](), set[tuple[str, int]]()
    masters = [a.name for a in plan.site.appliances if plan.site.holds_settings(a.name)]
    for item in plan.steps:
        if is_a(item, do.BACK_UP):
            backed_up.add((item.on, item.hop))
        if is_a(item, *CHANGES) and item.hop not in begun:
            begun.add(item.hop)
            broken += [item for each in masters if (each, item.hop) not in backed_up]
    return broken


def before_the_break(plan: Plan, item: PlannedStep, state: State) -> bool:
    """A pair's backup appliance is backed up once it stands alone."""
    return plan.site.shape is Shape.PAIR and state.related and item.on == state.backup
