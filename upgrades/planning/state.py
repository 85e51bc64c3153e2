"""A site as plans see it, and what each action makes of it (like a migration's state_forwards)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from appliances import actions as do
from appliances.actions import Action, Fact
from upgrades.planning.catalogue import Kind, Package, Versions, version
from upgrades.planning.site import Site

KEY_ON_PAGE_FROM = version("3.3.2")  # G-MANUAL-1


@dataclass(frozen=True)
class State:
    versions: Mapping[str, Versions]
    serves: str | None
    backup: str | None
    related: bool
    backup_operations: bool = True
    accepting: Mapping[str, frozenset[str]] = field(default_factory=dict)  # each master's own book
    drained: frozenset[str] = frozenset()
    nodes: frozenset[str] = frozenset()
    clients: bool = True
    jump_limit_lowered: bool = False
    frozen: bool = False
    gone: frozenset[str] = frozenset()

    def accept_now(self) -> frozenset[str]:
        """Nodes in the book of the appliance that serves, and at its version: only those count."""
        if self.serves is None:
            return frozenset()
        product = self.versions[self.serves].product
        book = self.accepting.get(self.serves, frozenset())
        return frozenset(node for node in book if self.versions[node].product == product)

    def down(self) -> bool:
        return self.serves is None or bool(self.nodes and not self.accept_now())

    def dark(self, regions: Mapping[str, frozenset[str]]) -> frozenset[str]:
        """Regions, given with their nodes, in which no node accepts connections."""
        accepting = self.accept_now()
        return frozenset(name for name, nodes in regions.items() if not nodes & accepting)

    def protected(self) -> bool:
        """Failover would work now."""
        if not (self.related and self.backup_operations and self.backup and self.serves):
            return False
        return self.versions[self.serves].product == self.versions[self.backup].product


def initial(site: Site) -> State:
    nodes = frozenset(node.name for node in site.nodes)
    masters = [name for name in (site.primary, site.backup) if name]
    return State(
        versions={a.name: a.versions for a in site.all},
        serves=site.primary,
        backup=site.new.name if site.new and site.joined else site.backup,
        related=site.backup is not None and not site.parted,
        backup_operations="backup-operations-off" not in site.left,
        accepting=dict.fromkeys(masters, nodes - site.idle) if nodes else {},
        nodes=nodes,
        clients="clients-removed" not in site.left,
        jump_limit_lowered="jump-client-limit-lowered" in site.left,
        frozen="configuration-frozen" in site.left,
    )


def facts(site: Site, state: State, appliance: str | None) -> frozenset[Fact]:
    known = set(Fact) - site.lacks - {Fact.SHARED_IP, Fact.DNS, Fact.NAT} | {site.swing}
    if Fact.MSI not in known:
        known -= {Fact.MSI_AHEAD, Fact.MSI_AFTER}
    if site.old:
        known -= {Fact.VIRTUAL if site.find(site.old).physical else Fact.PHYSICAL}
    if appliance:
        installed = state.versions[appliance]
        early = installed.base < KEY_ON_PAGE_FROM
        known -= {Fact.KEY_ON_PAGE if early else Fact.KEY_BY_SUPPORT}
        if installed.product is None or not site.holds_settings(appliance):
            known -= {Fact.HOLDS_SETTINGS}
    return frozenset(known)


@dataclass(frozen=True)
class Act:
    """What an effect may look at: on whose page, about whom, which package."""

    on: str
    about: tuple[str, ...] = ()
    package: Package | None = None


def _install(state: State, act: Act) -> State:
    assert act.package, act
    versions = {**state.versions, act.on: state.versions[act.on].having(act.package)}
    state = replace(state, versions=versions)
    if act.on in state.accepting and act.package.kind is Kind.PRODUCT:  # G-ATLASF-4, G-ATLAS-4
        state = replace(state, accepting={**state.accepting, act.on: frozenset()})
    return state


def _break(state: State, act: Act) -> State:
    return replace(state, related=False, backup=None)


def _establish(state: State, act: Act) -> State:
    return replace(state, related=True, backup=act.about[0])


def _out_of_service(state: State, act: Act) -> State:
    return replace(state, serves=None)


def _serve(state: State, act: Act) -> State:
    return replace(state, serves=act.about[0] if act.about else act.on)


def _become_backup(state: State, act: Act) -> State:
    """A's own words make B primary already, with B's book, which its upgrade has emptied."""
    return replace(state, serves=act.about[0], backup=act.on)


def _become_primary(state: State, act: Act) -> State:
    other = state.backup if state.backup != act.on else None
    return replace(state, serves=act.on, backup=other)


def _book(state: State, act: Act, nodes: frozenset[str]) -> State:
    return replace(state, accepting={**state.accepting, act.on: nodes})


def _stop_accepting(state: State, act: Act) -> State:
    return _book(state, act, state.accepting[act.on] - set(act.about))


def _start_accepting(state: State, act: Act) -> State:
    state = replace(state, drained=state.drained - set(act.about))
    return _book(state, act, state.accepting[act.on] | set(act.about))


def _drain(state: State, act: Act) -> State:
    if act.on in state.accept_now():
        return state  # new clients keep coming: it never ends
    return replace(state, drained=state.drained | {act.on})


def _gone(state: State, act: Act) -> State:
    return replace(state, gone=state.gone | {act.on})


def _with(**values: object) -> Callable[[State, Act], State]:
    return lambda state, act: replace(state, **values)  # type: ignore[arg-type]


EFFECTS: dict[str, Callable[[State, Act], State]] = {
    do.INSTALL_BASE.name: _install,
    do.INSTALL_PRODUCT.name: _install,
    do.BREAK_FAILOVER.name: _break,
    do.ESTABLISH_FAILOVER.name: _establish,
    do.RELEASE_SHARED_IP.name: _out_of_service,
    do.TAKE_SHARED_IP.name: _serve,
    do.POINT_DNS.name: _serve,
    do.POINT_NAT.name: _serve,
    do.MOVE_PRODUCTION.name: _serve,
    do.BECOME_BACKUP.name: _become_backup,
    do.BECOME_PRIMARY.name: _become_primary,
    do.STOP_ACCEPTING.name: _stop_accepting,
    do.START_ACCEPTING.name: _start_accepting,
    do.DRAIN.name: _drain,
    do.STOP_BACKUP_OPERATIONS.name: _with(backup_operations=False),
    do.START_BACKUP_OPERATIONS.name: _with(backup_operations=True),
    do.FREEZE.name: _with(frozen=True),
    do.LIFT_FREEZE.name: _with(frozen=False),
    do.LOWER_JUMP_LIMIT.name: _with(jump_limit_lowered=True),
    do.RESTORE_JUMP_LIMIT.name: _with(jump_limit_lowered=False),
    do.REMOVE_CLIENTS.name: _with(clients=False),
    do.REINSTALL_CLIENTS.name: _with(clients=True),
    do.SHUT_DOWN.name: _gone,
    do.DELETE_VIRTUAL.name: _gone,
}


def after(state: State, action: Action, act: Act) -> State:
    effect = EFFECTS.get(action.name)
    return effect(state, act) if effect else state
