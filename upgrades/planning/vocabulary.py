"""The words a procedure is written in. Frozen data; nothing here decides anything."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import NamedTuple, Union

from appliances.actions import Action, Named
from appliances.actions.vocabulary import _ as _

Value = Union[str, int, "Sentence", tuple["Sentence", ...]]
NOTHING: Mapping[str, Value] = MappingProxyType({})


class Sentence(NamedTuple):
    """A text that can be told in any language: an English msgid and what fills its places."""

    message: str
    values: Mapping[str, Value] = NOTHING

    def told(self, translate: Callable[[str], str] = _) -> str:
        """In the language of `translate` (gettext); English without."""
        filled = {name: _filled(value, translate) for name, value in self.values.items()}
        return translate(self.message) % filled

    def __str__(self) -> str:
        return self.told()


def _filled(value: Value, translate: Callable[[str], str]) -> str | int:
    if isinstance(value, Sentence):
        return value.told(translate)
    if isinstance(value, tuple):
        return ", ".join(each.told(translate) for each in value)
    return value


def lasting(minutes: int) -> Sentence:
    """A length of time as pages write it: "45 min", "9 h", "19 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return Sentence(_("%(minutes)d min"), {"minutes": rest})
    if not rest:
        return Sentence(_("%(hours)d h"), {"hours": hours})
    return Sentence(_("%(hours)d h %(minutes)02d min"), {"hours": hours, "minutes": rest})


class Unable(Exception):
    """Planning says no. `str()` is English, `told(gettext)` any language; `code` is stable."""

    code = "unable"

    def __init__(self, message: str, **values: Value) -> None:
        super().__init__(message)
        self.message, self.values = message, values

    def told(self, translate: Callable[[str], str] = _) -> str:
        return Sentence(self.message, self.values).told(translate)

    def __str__(self) -> str:
        return self.told()


class Shape(Named):
    SINGLE = "single", _("single appliance")
    PAIR = "pair", _("failover pair")
    CLUSTER = "cluster", _("Atlas cluster")
    CLUSTER_WITH_FAILOVER = "cluster-with-failover", _("Atlas cluster with failover")


class Role(Named):
    """Who a line of the page speaks of. Bound to appliances when a pass begins, kept to its end."""

    APPLIANCE = "appliance", _("the appliance")
    A = "A", "A"  # serves when the pass begins
    B = "B", "B"  # its backup then
    MASTER = "master", _("the master")
    ITSELF = "itself", _("the appliance being updated")  # only on a method's page
    OLD = "old", _("the old appliance")
    NEW = "new", _("the new appliance")
    SITE = "site", _("the site")
    NETWORK = "network", _("the network")
    LATE_A = "late-A", _("the appliance that serves, if it is behind")  # repairs only, as below
    LATE_B = "late-B", _("its backup, if it is behind")
    EACH_APPLIANCE = "each-appliance", _("each appliance")
    EACH_NODE = "each-node", _("each traffic node")
    EACH_OFFLINE_NODE = "each-offline-node", _("each off-line traffic node")
    EACH_REMAINING_NODE = "each-remaining-node", _("each remaining traffic node")
    EACH_IDLE_NODE = "each-idle-node", _("each node that is level and accepts nobody")
    EACH_LATE_NODE = "each-late-node", _("each node that is behind")


(
    APPLIANCE, A, B, MASTER, ITSELF, OLD, NEW, SITE, NETWORK, LATE_A, LATE_B,
    EACH_APPLIANCE, EACH_NODE, EACH_OFFLINE_NODE, EACH_REMAINING_NODE, EACH_IDLE_NODE,
    EACH_LATE_NODE,
) = Role  # fmt: skip

SIDE_BY_SIDE = frozenset(role for role in Role if role.name.startswith("EACH_"))
NOWHERE = frozenset({SITE, NETWORK})


@dataclass(frozen=True)
class Step:
    """One line of the page: text, on whose page, what is done, the guide, and about whom."""

    text: str
    on: Role
    action: Action
    guide: str
    about: Role | None = None
    if_left: str = ""  # repairs: only where an abandoned job left this
    unless_left: str = ""  # new hardware: not where an abandoned job left this


@dataclass(frozen=True)
class Phase:
    """Lines under one heading, one after another. Neighbours on the same EACH role form lanes."""

    title: str
    steps: tuple[Step, ...]
    lead: int = 0  # begins this many minutes before the next window; 0: as soon as it can


@dataclass(frozen=True)
class Window(Phase):
    """A phase that needs a booking, and that nothing may cut. It may share the slot of the
    window before it, if both fit and `apart` does not forbid it."""

    apart: bool = False


@dataclass(frozen=True)
class Method:
    """How one appliance is taken through one hop: the page behind the line "update A"."""

    name: str
    title: str
    first: tuple[Step, ...]  # in the window
    base: tuple[Step, ...]  # for each base package of the hop
    between: tuple[Step, ...]  # only if there was one
    product: tuple[Step, ...]
    ahead: tuple[Step, ...] = ()  # before the window begins: it may take days

    @property
    def manual(self) -> bool:
        return self.name == "manual"

    def lines(self) -> tuple[Step, ...]:
        return (*self.ahead, *self.first, *self.base, *self.between, *self.product)


@dataclass(frozen=True)
class Procedure:
    name: str
    title: str
    about: str  # what it is for
    shape: Shape
    before: tuple[Phase, ...]
    each_hop: tuple[Phase, ...] = ()
    once: tuple[Phase, ...] = ()  # instead of each_hop: every hop in one pass (G-PREP-8)
    between: tuple[Phase, ...] = ()
    after: tuple[Phase, ...] = ()
    exchanges_roles: bool = False
    replaces: bool = False  # one appliance takes the place of another
    repairs: bool = False  # puts right what an abandoned job left
    also: frozenset[Shape] = frozenset()  # further shapes that the page is for
    guide: str = ""
    notice: str = ""  # what users notice
    risk: str = ""  # what is at risk meanwhile

    def fits(self, shape: Shape) -> bool:
        return shape is self.shape or shape in self.also

    def phases(self) -> Iterator[Phase]:
        yield from (*self.before, *self.each_hop, *self.once, *self.between, *self.after)

    def ids(self) -> set[str]:
        """The guide's ids that this page cites."""
        lines = [step.guide for phase in self.phases() for step in phase.steps]
        return {word for line in (*lines, self.guide) for word in line.split()}
