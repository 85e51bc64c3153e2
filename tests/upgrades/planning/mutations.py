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

    def plans(self) -> tuple[Plan, Plan]:
        plan = example(self.procedure, nodes=4)
        return plan, self.mutate(plan)


PRODUCT, BASE = named(do.INSTALL_PRODUCT), named(do.INSTALL_BASE)
ASYNC, SYNC, ATLASF = "pair-asynchronous", "pair-synchronous", "atlas-failover"

MUTATIONS = (
    Mutation("a base package left out", "single", drop(BASE), 1),
    Mutation("the products of two hops exchanged", "single", swap_products, 1),
    Mutation("a package whose base is nowhere", "single", change(PRODUCT, package=UNMET), 1),
    Mutation("a withdrawn package", "single", withdrawn, 1),
    Mutation("a product installed twice", "single", twice, 1),
    Mutation("base after its product", "single", move(BASE, PRODUCT, after=True), 2),
    Mutation("verification between base and product", "single", insert(do.VERIFY, "alpha", PRODUCT), 2),
    Mutation("failover between base and product", SYNC, move(named(do.BREAK_FAILOVER), PRODUCT), 2),
    Mutation("another appliance's update between", SYNC, move(named(do.BACK_UP, "beta"), PRODUCT), 2),
    Mutation("two products one after the other", "single", move(PRODUCT, PRODUCT, nth=1, after=True), 3),
    Mutation("a base package nobody needs", "single", needless, 2),
    Mutation("another base than planned", "single", change(BASE, package=NEEDLESS), 11),
    Mutation("no backup between base and product", "single", drop(named(do.BACK_UP), 1), 2),
    Mutation("no dwell", "single", drop(named(do.DWELL)), 3),
    Mutation("a dwell of 23 h 59", "single", short_dwell, 3),
    Mutation("dwell moved before the first product", "single", move(named(do.DWELL), PRODUCT), 3),
    Mutation("no dwell on a pair", ASYNC, drop(named(do.DWELL)), 3),
    Mutation("clients not removed, no waits", "single-without-waits", drop(named(do.REMOVE_CLIENTS)), 3),
    Mutation("clients never installed again", "single-without-waits", drop(named(do.REINSTALL_CLIENTS)), 3),
    Mutation("clients back between two hops", "single-without-waits", move(named(do.REINSTALL_CLIENTS), PRODUCT, nth_before=1), 3),
    Mutation("no backup of A before the change", SYNC, drop(named(do.BACK_UP, "alpha", hop=2)), 4),
    Mutation("backup of B after its change", ASYNC, move(named(do.BACK_UP, "beta"), PRODUCT, after=True), 4),
    Mutation("backup of a node left out", ATLASF, drop(named(do.BACK_UP, "node-0", hop=2)), 4),
    Mutation("certificates of B not exported", SYNC, drop(named(do.EXPORT_CERTIFICATES, "beta")), 4),
    Mutation("certificates exported at the end", "single", move(named(do.EXPORT_CERTIFICATES), named(do.CHECK_CLIENTS), nth_before=1, after=True), 4),
    Mutation("A and B in one window", SYNC, change(lambda x: x.window == 2, None, window=1), 5),
    Mutation("both windows booked into one slot", ASYNC, same_slot, 5),
    Mutation("A and B of a cluster in one window", ATLASF, change(lambda x: x.window == 4, None, window=1), 5),
    Mutation("failover not broken", SYNC, drop(named(do.BREAK_FAILOVER)), 5),
    Mutation("failover broken after the first change", ASYNC, move(named(do.BREAK_FAILOVER), PRODUCT, after=True), 5),
    Mutation("failover not established again", SYNC, drop(named(do.ESTABLISH_FAILOVER, hop=2)), 5),
    Mutation("keys not compared", ASYNC, drop(named(do.COMPARE_KEYS, hop=1)), 5),
    Mutation("keys compared after pairing", SYNC, move(named(do.COMPARE_KEYS), named(do.ESTABLISH_FAILOVER), after=True), 5),
    Mutation("paired while versions differ", SYNC, move(named(do.ESTABLISH_FAILOVER), named(do.CONFIRM_RELEASE)), 5),
    Mutation("A first in an asynchronous plan", ASYNC, change(lambda x: x.action.changes and x.hop == 1, None, on="alpha"), 6),
    Mutation("release not confirmed", ASYNC, drop(named(do.CONFIRM_RELEASE, hop=1)), 6),
    Mutation("B not verified", ASYNC, drop(named(do.VERIFY_BY_HOSTS_FILE, hop=1)), 6),
    Mutation("production not moved", ASYNC, drop(named(do.POINT_DNS, hop=2)), 6),
    Mutation("confirmed before production moved", ASYNC, move(named(do.CONFIRM_RELEASE), named(do.POINT_DNS)), 6),
    Mutation("A of a cluster before the swap", ATLASF, change(named(do.INSTALL_PRODUCT, "beta", hop=1), on="alpha"), 6),
    Mutation("a node not drained", ATLASF, drop(named(do.DRAIN, "node-0")), 7),
    Mutation("a node drained while it accepts", "atlas", drop(named(do.STOP_ACCEPTING, hop=1)), 7),
    Mutation("three of four nodes off line", ATLASF, change(named(do.STOP_ACCEPTING), about=("node-0", "node-1", "node-2")), 7),
    Mutation("a region left without a node", ATLASF, change(named(do.STOP_ACCEPTING), about=("node-0", "node-2")), 7),
    Mutation("old nodes accept at the new primary", ATLASF, change(named(do.START_ACCEPTING, "beta", hop=1), about=("node-2", "node-3")), 7),
    Mutation("a remaining node updated before the swap", ATLASF, move(named(do.INSTALL_PRODUCT, "node-2"), named(do.BECOME_BACKUP)), 7),
    Mutation("installers not made anew", "single", drop(named(do.REGENERATE_INSTALLERS, hop=1)), 8),
    Mutation("integration clients forgotten", ASYNC, drop(named(do.REINSTALL_INTEGRATION, hop=2)), 8),
    Mutation("convergence not checked", ATLASF, drop(named(do.CHECK_CLIENTS), 0), 8),
    Mutation("installers made before the swap", ASYNC, move(named(do.REGENERATE_INSTALLERS), named(do.POINT_DNS)), 8),
    Mutation("a base failure only holds", "single", retry_base, 9),
    Mutation("an appliance is shut down in an upgrade", SYNC, insert(do.SHUT_DOWN, "alpha", PRODUCT, after=True), 9),
    Mutation("a reset after a failed base", "single", insert(do.FACTORY_RESET, "alpha", BASE, after=True), 9),
    Mutation("returned before it is confirmed", "hardware", move(named(do.FACTORY_RESET), named(do.CONFIRM_PRODUCTION)), 10),
    Mutation("returned without confirmation", "hardware", drop(named(do.CONFIRM_PRODUCTION)), 10),
    Mutation("shut down before the reset", "hardware", move(named(do.SHUT_DOWN), named(do.FACTORY_RESET)), 10),
    Mutation("packed without a reset", "hardware-backup", drop(named(do.FACTORY_RESET)), 10),
    Mutation("one node forgotten", ATLASF, drop(lambda x: x.on == "node-3" and x.action.changes and x.hop == 2), 11),
    Mutation("the last nodes do not accept again", "atlas", drop(named(do.START_ACCEPTING, about="node-3"), -1), 11),
    Mutation("backup operations stay off", ATLASF, drop(named(do.START_BACKUP_OPERATIONS, hop=2)), 11),
    Mutation("Jump Client limit not restored", "single", drop(named(do.RESTORE_JUMP_LIMIT)), 11),
    Mutation("the last hop left out", "single", drop(lambda x: x.hop == 2), 11),
    Mutation("configuration stays frozen", ATLASF, drop(named(do.LIFT_FREEZE, hop=2)), 11),
)  # fmt: skip

BEYOND = (  # what no rule of the guide's eleven sees; ours do, by number
    Mutation("nobody verifies A", SYNC, drop(named(do.VERIFY, "alpha", hop=1)), 15),
    Mutation("no sync before the break", SYNC, drop(named(do.SYNC_NOW, hop=1)), 16),
    Mutation("no first sync awaited", ASYNC, drop(named(do.AWAIT_SYNC, hop=2)), 16),
    Mutation("an install outside any window", "single", change(lambda x: x.window == 1, None, window=0), 13),
    Mutation("production moved outside a window", ASYNC, change(named(do.POINT_DNS), None, window=0), 13),
    Mutation("swap in a slot of its own, no node upgraded", "atlas-failover", change(lambda x: x.action is do.START_ACCEPTING and x.on == "beta", 0, window=9), 14),
    Mutation("packages not distributed", ATLASF, drop(named(do.DISTRIBUTE, hop=1)), 12),
    Mutation("configuration not frozen", ATLASF, drop(lambda x: x.action in (do.FREEZE, do.LIFT_FREEZE)), 12),
    Mutation("controlled test left out", "single", drop(named(do.TEST_ELSEWHERE)), 12),
    Mutation("users not told", "single", drop(named(do.ANNOUNCE)), 12),
    Mutation("Become Primary not checked", ATLASF, drop(named(do.BECOME_PRIMARY, hop=1)), 12),
    Mutation("cluster sync left out", ATLASF, drop(named(do.CLUSTER_SYNC, hop=2)), 12),
    Mutation("public name not checked in a new place", "hardware", drop(named(do.CHECK_PRODUCTION)), 12),
    Mutation("EULA not accepted", "hardware", drop(named(do.ACCEPT_EULA)), 12),
    Mutation("backup restored before the package", "hardware", move(named(do.RESTORE_BACKUP), named(do.ACCEPT_EULA)), 12),
    Mutation("certificate not carried over", "hardware", drop(named(do.IMPORT_CERTIFICATE)), 12),
    Mutation("update list not compared", "single", drop(named(do.CHECK_UPDATES)), 12),
    Mutation("pulls by IP not checked", ASYNC, drop(named(do.CHECK_PULL)), 12),
)  # fmt: skip
