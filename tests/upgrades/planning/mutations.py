"""Ways to spoil a good plan, each with the rule of the guide that must notice."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from appliances import actions as do
from appliances.actions import Action, Failure
from tests.upgrades.planning.examples import example
from upgrades.planning.catalogue import Kind, Need, Package
from upgrades.planning.plan import Plan, PlannedStep

Pick = Callable[[PlannedStep], bool]


def named(action: Action, on: str = "", hop: int = 0, about: str = "") -> Pick:
    return lambda x: (
        x.action.name == action.name
        and (not on or x.on == on) and (not hop or x.hop == hop) and (not about or about in x.about)
    )  # fmt: skip


def place(plan: Plan, pick: Pick, nth: int = 0) -> int:
    return [n for n, item in enumerate(plan.steps) if pick(item)][nth]


def with_steps(plan: Plan, steps: list[PlannedStep]) -> Plan:
    return replace(plan, steps=tuple(steps))


def drop(pick: Pick, nth: int | None = None) -> Callable[[Plan], Plan]:
    def mutate(plan: Plan) -> Plan:
        gone = (
            [place(plan, pick, nth)]
            if nth is not None
            else [n for n, x in enumerate(plan.steps) if pick(x)]
        )
        assert gone
        return with_steps(plan, [x for n, x in enumerate(plan.steps) if n not in gone])

    return mutate


def move(
    pick: Pick, before: Pick, nth: int = 0, nth_before: int = 0, after: bool = False
) -> Callable[[Plan], Plan]:
    """Moved with rank, lane and window of its new neighbour: a well-formed plan, but a bad one."""

    def mutate(plan: Plan) -> Plan:
        item = plan.steps[place(plan, pick, nth)]
        rest = [x for x in plan.steps if x is not item]
        goal = plan.steps[place(plan, before, nth_before)]
        at = rest.index(goal) + after
        moved = replace(item, rank=goal.rank, window=goal.window, phase=goal.phase, hop=goal.hop)
        return with_steps(plan, [*rest[:at], moved, *rest[at:]])

    return mutate


def change(pick: Pick, nth: int | None = 0, **values: object) -> Callable[[Plan], Plan]:
    def mutate(plan: Plan) -> Plan:
        at = (
            [place(plan, pick, nth)]
            if nth is not None
            else [n for n, x in enumerate(plan.steps) if pick(x)]
        )
        changed = [replace(x, **values) if n in at else x for n, x in enumerate(plan.steps)]  # type: ignore[arg-type]
        return with_steps(plan, changed)

    return mutate


def insert(
    action: Action, on: str, before: Pick, nth: int = 0, after: bool = False
) -> Callable[[Plan], Plan]:
    def mutate(plan: Plan) -> Plan:
        at = place(plan, before, nth)
        goal = plan.steps[at]
        extra = replace(goal, action=action, on=on, lane=on, package=None, about=(), seq=999)
        return with_steps(plan, [*plan.steps[: at + after], extra, *plan.steps[at + after :]])

    return mutate


def short_dwell(plan: Plan) -> Plan:
    return change(named(do.DWELL), minutes=(1439, 1439))(plan)


def same_slot(plan: Plan) -> Plan:
    return replace(plan, slots=tuple((w, 1) for w in range(1, 9)))


def swap_products(plan: Plan) -> Plan:
    first, second = (plan.hops[n].product for n in (0, 1))
    at = {first: second, second: first}
    return with_steps(plan, [replace(x, package=at.get(x.package, x.package)) for x in plan.steps])


def retry_base(plan: Plan) -> Plan:
    return change(named(do.INSTALL_BASE), action=replace(do.INSTALL_BASE, on_failure=Failure.HOLD))(
        plan
    )


def twice(plan: Plan) -> Plan:
    at = place(plan, named(do.INSTALL_PRODUCT))
    return with_steps(plan, [*plan.steps[: at + 1], plan.steps[at], *plan.steps[at + 1 :]])


def needless(plan: Plan) -> Plan:
    at = place(plan, named(do.INSTALL_PRODUCT, hop=2))
    extra = replace(plan.steps[at], action=do.INSTALL_BASE, package=NEEDLESS)
    return with_steps(plan, [*plan.steps[:at], extra, *plan.steps[at:]])


def withdrawn(plan: Plan) -> Plan:
    package = replace(plan.steps[place(plan, named(do.INSTALL_PRODUCT))].package, withdrawn=True)  # type: ignore[type-var]
    return change(named(do.INSTALL_PRODUCT), package=package)(plan)


NEEDLESS = Package(Kind.BASE, (7,))
UNMET = Package(Kind.PRODUCT, (2,), (Need(Kind.BASE, (8,)),))


@dataclass(frozen=True)
class Mutation:
    what: str
    procedure: str
    mutate: Callable[[Plan], Plan]
    rule: int  # the one that must catch it

    def spoilt(self) -> Plan:
        return self.mutate(example(self.procedure, nodes=4))
