"""The words actions are written in: who, how, what proves it, what a person types."""

from dataclasses import dataclass
from enum import StrEnum


def _(text: str) -> str:
    """Mark a text for the catalogues; it is looked up when it is shown."""
    return text


class Named(StrEnum):
    """A word that is stored by its value and shown by its label, an English msgid."""

    label: str

    def __new__(cls, value: str, label: str = "") -> "Named":
        member = str.__new__(cls, value)
        member._value_ = value
        member.label = label or value
        return member


class Doer(Named):
    PORTAL = "portal", _("the portal")  # falls to a person where the appliance has no API
    PERSON = "person", _("a person")
    NETWORK = "network", _("the network side")
    INTEGRATION = "integration", _("whoever keeps the integration")


class Effect(Named):
    READ = "read", _("read")
    OBSERVED = "observed", _("done by a person, observed")
    CALLABLE = "callable", _("callable")
    ONE_WAY = "one-way", _("one-way")
    HUMAN = "human", _("human evidence only")


class Failure(Named):
    HOLD = "hold", _("hold the step")
    HALT = "halt", _("halt the job")


class Probe(Named):
    """What is asked after any doubt. EVENTS compare with a baseline kept at the claim."""

    OURS = "ours", _("our own records")
    TYPED = "typed", _("the person who was asked")
    BASE_TYPED = "base-typed", _("the base version, read by a person on Status > Basics")
    FILE = "file", _("a backup of this appliance newer than before")
    PRODUCT = "product", _("product version and build")
    NO_ROLES = "no-roles", _("no failover role on either appliance")
    ROLES = "roles", _("the expected role on both appliances")
    LAST_SYNC = "last-sync", _("a last data sync later than before")
    SHARED_IP = "shared-ip", _("the enabled shared addresses")
    PUBLIC_NAME = "public-name", _("the appliance that answers behind the public name")
    ACCEPTING = "accepting", _("whether each node accepts connections")
    CLIENT_COUNT = "client-count", _("the connected clients of the node")
    FOLLOWED = "followed", _("the clients that still need the update")
    INSTALLERS = "installers", _("installers made later than before")
    TIME = "time", _("the clock")


EVENTS = frozenset({Probe.FILE, Probe.LAST_SYNC, Probe.INSTALLERS, Probe.TIME})


class Fact(Named):
    """What must be so for an action to make sense; not known counts as so."""

    HOLDS_SETTINGS = "holds-settings", _("the appliance holds settings of its own")
    KEY_BY_SUPPORT = "key-by-support", _("the base is older than 3.3.2")
    KEY_ON_PAGE = "key-on-page", _("the base is 3.3.2 or newer")
    SHARED_IP = "shared-ip", _("production moves by shared IP")
    DNS = "dns", _("production moves by DNS")
    NAT = "nat", _("production moves by NAT")
    MSI = "msi", _("consoles are deployed by MSI")
    MSI_AHEAD = "msi-ahead", _("the new console can be deployed ahead of the appliance")
    MSI_AFTER = "msi-after", _("the new console cannot be had before the appliance is upgraded")
    INTEGRATION = "integration", _("there are integration clients")
    INTEGRATION_BY_IP = "integration-by-ip", _("an integration client is set up by IP address")
    PHYSICAL = "physical", _("the old appliance is physical")
    VIRTUAL = "virtual", _("the old appliance is virtual")


class FieldKind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    DATETIME = "datetime"
    VERSION = "version"
    FILE = "file"
    CHOICE = "choice"
    TICK = "tick"


TEXT, NUMBER, DATE, DATETIME, VERSION, FILE, CHOICE, TICK = FieldKind


@dataclass(frozen=True)
class Field:
    """One thing a person fills in to confirm a step. Label, help and choices are msgids."""

    name: str
    label: str
    kind: FieldKind = TEXT
    required: bool = True
    help: str = ""
    choices: tuple[tuple[str, str], ...] = ()  # value, label


@dataclass(frozen=True)
class Recall:
    """What an earlier step kept in one of its fields, and is shown where it is needed again."""

    action: str
    field: str
    of_site: bool = False  # kept by any job of the site, not by this one only


@dataclass(frozen=True)
class Action:
    """Something done to an appliance, a site or what stands around it: facts, and the texts."""

    name: str
    by: Doer
    effect: Effect
    probe: Probe
    evidence: str  # what is kept as proof
    minutes: tuple[int, int]  # expected, worst
    how: tuple[str, ...] = ()  # numbered instructions
    how_manual: tuple[str, ...] = ()  # instead of `how` where the method is manual
    what_if_not: str = ""
    screen: str = ""
    evidence_fields: tuple[Field, ...] = ()
    interrupts: bool = False  # the appliance is away meanwhile: downtime if it serves
    changes: bool = False  # software changes; belongs in a window
    moves: bool = False  # users change over: may cut them off, so it counts in the worst case
    restarts: bool = False  # by our hand, not by the package
    for_product: bool = False  # G-CLIENT-1: base packages do not ask for it
    only_if: Fact | None = None
    recalls: tuple[Recall, ...] = ()
    on_failure: Failure = Failure.HOLD
    settle_seconds: int = 30  # wait before a probe is believed
    overdue_after: int = 0  # minutes; 0: derived from the worst

    def __repr__(self) -> str:
        return f"<{self.name}>"

    @property
    def deadline_minutes(self) -> int:
        """When a step of this action is overdue: twice its worst, at least half an hour."""
        return self.overdue_after or max(30, 2 * self.minutes[1])

    def instructions(self, manual: bool = False) -> tuple[str, ...]:
        return self.how_manual if manual and self.how_manual else self.how


PORTAL, PERSON, NETWORK, INTEGRATION = Doer
READ, OBSERVED, CALLABLE, ONE_WAY, HUMAN = Effect
