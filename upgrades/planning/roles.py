"""Whom the letters of a page mean, once a pass begins."""

from upgrades.planning.site import Site
from upgrades.planning.state import State
from upgrades.planning.vocabulary import Role

Binding = dict[Role, tuple[str, ...]]


def bind(site: Site, state: State, offline: frozenset[str]) -> Binding:
    """Whom the page means, from now to the end of this pass. After a swap A is the other one."""
    serving = state.serves or site.primary
    nodes = tuple(node.name for node in site.nodes)
    everyone = tuple(a.name for a in site.appliances)
    return {
        Role.APPLIANCE: (serving,),
        Role.MASTER: (serving,),
        Role.A: (serving,),
        Role.B: (state.backup,) if state.backup else (),
        Role.OLD: (site.old,) if site.old else (),
        Role.NEW: (site.new.name,) if site.new else (),
        Role.SITE: ("site",),
        Role.NETWORK: ("network",),
        Role.EACH_APPLIANCE: everyone,
        Role.EACH_NODE: nodes,
        Role.EACH_OFFLINE_NODE: tuple(name for name in nodes if name in offline),
        Role.EACH_REMAINING_NODE: tuple(name for name in nodes if name not in offline),
        **_of_repairs(site, serving, state.backup, nodes),
    }


def _of_repairs(site: Site, serving: str, backup: str | None, nodes: tuple[str, ...]) -> Binding:
    """Who is behind, and which nodes wait to accept, when a repair begins."""
    return {
        Role.LATE_A: (serving,) if site.is_late(serving) else (),
        Role.LATE_B: (backup,) if backup and site.is_late(backup) else (),
        Role.EACH_LATE_NODE: tuple(name for name in nodes if site.is_late(name)),
        Role.EACH_IDLE_NODE: tuple(
            name for name in nodes if name in site.idle and not site.is_late(name)
        ),
    }
