"""A site as plans see it: who is there, who serves, and what is known not to be so."""

from dataclasses import dataclass

from appliances.actions import Fact
from upgrades.planning.catalogue import Version, Versions
from upgrades.planning.vocabulary import Shape


@dataclass(frozen=True)
class Appliance:
    name: str
    versions: Versions
    region: str = ""  # traffic nodes only
    physical: bool = True
    data_gb: int = 0

    @property
    def kind(self) -> str:
        """What durations of past runs are told apart by."""
        return "physical" if self.physical else "virtual"


@dataclass(frozen=True)
class Site:
    """The name of an appliance is fixed; A and B are roles that a pass gives it."""

    shape: Shape
    appliances: tuple[Appliance, ...]
    primary: str
    backup: str | None = None
    swing: Fact = Fact.DNS
    lacks: frozenset[Fact] = frozenset()  # known not to be so; what is not known, is
    old: str | None = None
    new: Appliance | None = None
    # What an abandoned job left (repairs only): as stable words; the relationship; idle nodes.
    left: frozenset[str] = frozenset()
    parted: bool = False
    idle: frozenset[str] = frozenset()

    @property
    def nodes(self) -> tuple[Appliance, ...]:
        return tuple(a for a in self.appliances if a.name not in (self.primary, self.backup))

    @property
    def all(self) -> tuple[Appliance, ...]:
        return (*self.appliances, self.new) if self.new else self.appliances

    @property
    def regions(self) -> frozenset[str]:
        return frozenset(node.region for node in self.nodes)

    @property
    def joined(self) -> bool:
        """The replacement is the backup of the pair already: a job was given up after that."""
        return self.shape is Shape.PAIR and "replacement-unconfirmed" in self.left

    def find(self, name: str) -> Appliance:
        return next(a for a in self.all if a.name == name)

    @property
    def goal(self) -> Version | None:
        """The newest release that one of its appliances carries: whoever is below it is behind."""
        found = [a.versions.product for a in self.appliances if a.versions.product is not None]
        return max(found, default=None)

    def is_late(self, name: str) -> bool:
        return self.find(name).versions.product != self.goal

    def holds_settings(self, name: str) -> bool:
        """G-RULE-4: single, both of a pair, every master; a traffic node holds none."""
        return all(node.name != name for node in self.nodes)
