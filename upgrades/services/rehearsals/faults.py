"""What can go wrong in a rehearsal: a catalogue, what fits a plan, and a choice at random."""

from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from random import Random
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances import actions as do
from portal.errors import Refused
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.vocabulary import Shape
from upgrades.services.rehearsals.losing import Moment

PAIRED = frozenset({Shape.PAIR, Shape.CLUSTER_WITH_FAILOVER})
MOST = 12  # faults of one rehearsal


class NoSuchFault(Refused):
    code = "no-such-fault"


@dataclass(frozen=True)
class Fault:
    """One thing that may go wrong. `places` are the steps of a plan at which it can."""

    name: str
    title: Any
    about: Any
    places: Callable[[Plan], list[PlannedStep]]
    moments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chosen:
    """A fault in its place: at which step of the plan; for a lost worker, when in its turn."""

    name: str
    seq: int
    moment: str = ""

    def stored(self) -> dict[str, Any]:
        return asdict(self)

    def __str__(self) -> str:
        return ":".join(map(str, filter(None, (self.name, self.seq, self.moment))))


def _of(*actions: do.Action) -> Callable[[Plan], list[PlannedStep]]:
    names = {action.name for action in actions}
    return lambda plan: [item for item in plan.steps if item.action.name in names]


def _everywhere(plan: Plan) -> list[PlannedStep]:
    return list(plan.steps)


def _by_people(plan: Plan) -> list[PlannedStep]:
    return [item for item in plan.steps if item.action.by is not do.PORTAL]


def _asked(plan: Plan) -> list[PlannedStep]:
    """Steps at which the portal speaks to an appliance."""
    names = {box.name for box in plan.site.appliances}
    return [item for item in plan.steps if item.on in names and item.action.by is do.PORTAL]


def _first(plan: Plan) -> list[PlannedStep]:
    return list(plan.steps[:1])


def _paired(plan: Plan) -> list[PlannedStep]:
    if plan.site.shape not in PAIRED:
        return []
    return _of(do.COMPARE_KEYS)(plan) or _of(do.ESTABLISH_FAILOVER)(plan)


CATALOGUE = {
    fault.name: fault
    for fault in (
        Fault("base-fails", _("A base update fails"),
              _("The appliance stays away after its base update. The job halts at once."),
              _of(do.INSTALL_BASE)),
        Fault("product-stays", _("A product update does nothing"),
              _("The appliance goes away, and comes back with the old version."),
              _of(do.INSTALL_PRODUCT)),
        Fault("package-refused", _("The list refuses a package"),
              _("The appliance says that a requirement is not met, whatever the catalogue says."),
              _of(do.INSTALL_BASE, do.INSTALL_PRODUCT)),
        Fault("unreachable", _("An appliance cannot be reached for an hour"),
              _("Nothing answers when the step begins, and for an hour from then."),
              _asked),
        Fault("answer-lost", _("An answer is lost on the way"),
              _("What the portal asks for is done, and the answer never arrives."),
              _of(do.REGENERATE_INSTALLERS)),
        Fault("clock-off", _("A clock is a quarter of an hour off"),
              _("Many functions of an appliance depend on the right time."),
              _asked),
        Fault("sync-fails", _("The pair cannot be joined: the keys differ"),
              _("The pre-shared key of the backup is another one than that of the primary."),
              _paired),
        Fault("dns-slow", _("The public name moves an hour late"),
              _("DNS is changed, and still answers with the old address for an hour."),
              _of(do.POINT_DNS)),
        Fault("endless-connections", _("Connections never end"),
              _("Some clients stay connected to a node that takes no new ones."),
              _of(do.DRAIN)),
        Fault("clients-stay", _("Clients do not follow"),
              _("Half of the Jump Clients have not updated after the day they are given."),
              _of(do.CHECK_CLIENTS, do.CHECK_CLIENTS_AFTER_DWELL)),
        Fault("person-late", _("Nobody acts for three hours"),
              _("Whoever is asked at this step comes three hours late."), _by_people),
        Fault("all-slow", _("Everything takes as long as it ever does"),
              _("Every step of a person takes its worst time."), _first),
        Fault("worker-lost", _("A worker of the portal is lost"),
              _("The process that has the step is killed; another one takes over."),
              _everywhere, tuple(Moment)),
    )
}  # fmt: skip


def fitting(plan: Plan) -> list[Fault]:
    """What can go wrong with this plan."""
    return [fault for fault in CATALOGUE.values() if fault.places(plan)]


def place(plan: Plan, word: str, dice: Random) -> Chosen:
    """Read "base-fails", "base-fails:14" or "worker-lost:14:acted"; what is left open is drawn.

    Raises NoSuchFault for what this plan cannot have.
    """
    name, _colon, rest = word.strip().partition(":")
    at, _colon, moment = rest.partition(":")
    fault = CATALOGUE.get(name)
    places = [item.seq for item in fault.places(plan)] if fault else []
    wrong_place = at and (not at.isdigit() or int(at) not in places)
    if fault is None or not places or wrong_place or (moment and moment not in fault.moments):
        raise NoSuchFault(
            _("“%(fault)s” cannot happen in this plan.") % {"fault": word[:60]},
            remedy=_("Choose among the faults that are listed for it."),
        )
    if not moment and fault.moments:
        moment = dice.choice(fault.moments)
    return Chosen(name, int(at) if at else dice.choice(places), moment)


def chosen(plan: Plan, words: Iterable[str], dice: Random) -> list[Chosen]:
    """Every fault in its place. "random" stands for one or two drawn ones. Raises NoSuchFault."""
    found: list[Chosen] = []
    for word in words:
        if word == "random":
            names = [fault.name for fault in fitting(plan)]
            drawn = dice.sample(names, min(len(names), 1 + dice.randrange(2)))
            found += [place(plan, name, dice) for name in drawn]
        elif word.strip():
            found.append(place(plan, word, dice))
    return found[:MOST]
