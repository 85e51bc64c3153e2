"""A procedure, a site and its hops in; a plan out."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

from appliances import actions as do
from upgrades.planning.catalogue import Package
from upgrades.planning.durations import Durations, Minutes, from_the_guide
from upgrades.planning.nodes import dark_regions, halves, refuse_halves
from upgrades.planning.paths import SiteHop
from upgrades.planning.plan import LeftOut, Plan, PlannedStep
from upgrades.planning.roles import Binding, bind
from upgrades.planning.site import Site
from upgrades.planning.state import after, facts, initial
from upgrades.planning.vocabulary import (
    NOWHERE,
    SIDE_BY_SIDE,
    Method,
    Phase,
    Procedure,
    Sentence,
    Shape,
    Step,
    Unable,
    Window,
    _,
)


class CannotPlan(Unable):
    """The procedure does not fit the site. The sentence says why."""

    code = "cannot-plan"


def plan(
    procedure: Procedure,
    site: Site,
    hops: tuple[SiteHop, ...],
    *,
    method: Method,
    offline: frozenset[str] | None = None,
    durations: Durations = from_the_guide,
    to_look_at: bool = False,
) -> Plan:
    """List every step; what the page says once a hop runs once a hop. Raises CannotPlan.

    `to_look_at`: a half that would be refused is written out all the same, so that the rules can
    mark the steps that break them. Such a plan is shown and never run.
    """
    offline = halves(site) if offline is None else offline
    why = unfit(procedure, site, hops, offline)
    own = offline <= {node.name for node in site.nodes}
    if why and not (to_look_at and own and why == refuse_halves(site, offline)):
        raise CannotPlan(why.message, **why.values)
    return _Writer(procedure, site, hops, method, offline, durations).write()


def unfit(
    procedure: Procedure, site: Site, hops: tuple[SiteHop, ...], offline: frozenset[str]
) -> Sentence | None:
    if procedure.repairs != bool(site.left) and not procedure.replaces:
        return Sentence(_("A repair is planned exactly where a job left something behind."))
    nothing = not any(hop.product or any(hop.bases.values()) for hop in hops)
    if nothing and not (procedure.repairs or procedure.replaces):
        return Sentence(_("There is nothing to install."))
    if not procedure.fits(site.shape):
        message = _("%(procedure)s: this is for a %(shape)s, but the site is a %(other)s.")
        values = {
            "procedure": Sentence(procedure.title),
            "shape": Sentence(procedure.shape.label),
            "other": Sentence(site.shape.label),
        }
        return Sentence(message, values)
    if procedure.repairs:
        return None
    if site.nodes and not all(hop.product for hop in hops):
        return Sentence(_("Base software alone is not planned for a cluster: ask support."))
    if procedure.replaces != (site.new is not None):
        return Sentence(_("A new appliance is named exactly when one is replaced."))
    if site.new and site.shape is Shape.PAIR and site.old != site.backup:
        return Sentence(
            _("Only the backup of a pair is replaced: move production to the other one first.")
        )
    return refuse_halves(site, offline)


@dataclass
class _Writer:
    """Walks the page, following the state of the site as each step would leave it."""

    procedure: Procedure
    site: Site
    hops: tuple[SiteHop, ...]
    method: Method
    offline: frozenset[str]
    durations: Durations
    steps: list[PlannedStep] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    apart: set[int] = field(default_factory=set)
    rank: int = 0
    window: int = 0

    def write(self) -> Plan:
        page, self.state = self.procedure, initial(self.site)
        passes = [self.hops] if page.once else [(hop,) for hop in self.hops]
        number = 0
        self._phases(page.before, self.hops, number)
        for done, taken in enumerate(passes, start=1):
            number += len(taken)
            self._phases(page.once or page.each_hop, taken, number)
            if done < len(passes):
                self._phases(page.between, taken, number)
        self._phases(page.after, self.hops, number)
        return Plan(
            page, self.site, self.hops, self.method, self.offline, tuple(self.steps),
            tuple(self.left_out), frozenset(self.apart), dark_regions(self.site, self.offline),
        )  # fmt: skip

    def _phases(self, phases: tuple[Phase, ...], taken: tuple[SiteHop, ...], hop: int) -> None:
        who = bind(self.site, self.state, self.offline)
        new_hop = self.window > 0
        for number, phase in enumerate(phases):
            resting = not (self.window and self.state.down())  # no slot ends while the site is down
            if ahead := leads_up(phases, number):
                rest = _Place(ahead, 0 if resting else self.window, hop, taken, who)
                self._ahead(rest)
            self.window += isinstance(phase, Window) and resting
            window = self.window if isinstance(phase, Window) or not resting else 0
            if isinstance(phase, Window) and (phase.apart or (new_hop and resting)):
                self.apart.add(window)  # a hop never shares the slot of the hop before
            new_hop = new_hop and not window
            for block in blocks(phase.steps):
                self._block(block, _Place(phase, window, hop, taken, who))

    def _ahead(self, place: "_Place") -> None:
        """What a method wants done before the window begins, since it may take days."""
        for line in place.phase.steps:
            if line.action.name == do.INSTALL.name and self.method.ahead:
                ahead = tuple(replace(part, on=line.on) for part in self.method.ahead)
                self._block(ahead, place)

    def _block(self, lines: tuple[Step, ...], place: "_Place") -> None:
        """Lines on the same EACH role: one lane an appliance. Any other line: alone in its rank."""
        self.rank += 1
        for name in place.who.get(lines[0].on, ()):
            for line in lines:
                for part, package, hop in expand(line, self.method, place.taken, name, place.hop):
                    about = place.who.get(part.about, ()) if part.about else ()
                    if why := self._why_not(part, name, about, place.taken):
                        self.left_out.append(LeftOut(part, name, why))
                    else:
                        self._add(part, line, name, about, package, replace(place, hop=hop))

    def _why_not(
        self, part: Step, name: str, about: tuple[str, ...], taken: tuple[SiteHop, ...]
    ) -> Sentence | None:
        appliance = name if part.on not in NOWHERE else None
        needed = part.action.only_if
        if needed and needed not in facts(self.site, self.state, appliance):
            return Sentence(_("It is not so that %(fact)s."), {"fact": Sentence(needed.label)})
        if part.if_left and part.if_left not in self.site.left:
            return Sentence(_("Nothing of this kind was left behind."))
        if part.unless_left and part.unless_left in self.site.left:
            return Sentence(
                _("An abandoned job did this: done again it would undo what came after.")
            )
        always = part.if_left or self.procedure.replaces
        if part.action.for_product and not always and not any(hop.product for hop in taken):
            return Sentence(_("Base packages do not ask for it."))
        if part.about in SIDE_BY_SIDE and not about:
            return Sentence(_("There is no such node."))
        return None

    def _add(
        self, part: Step, line: Step, name: str, about: tuple[str, ...],
        package: Package | None, place: "_Place",
    ) -> None:  # fmt: skip
        item = PlannedStep(
            seq=len(self.steps) + 1, rank=self.rank, lane=name, hop=place.hop,
            phase=place.phase.title, lead=place.phase.lead, window=place.window, step=part,
            action=part.action, role=line.on, on=name, about=about, package=package,
            minutes=self._minutes(part, name, place.taken),
        )  # fmt: skip
        self.steps.append(item)
        self.state = after(self.state, item.action, item.act)

    def _minutes(self, part: Step, name: str, taken: tuple[SiteHop, ...]) -> Minutes:
        appliance = self.site.find(name) if part.on not in NOWHERE else None
        minutes = self.durations(part.action, appliance)
        if part.action.name != do.DWELL.name:
            return minutes
        asked = max(hop.product.dwell_hours * 60 for hop in taken if hop.product)
        return max(asked, minutes[0]), max(asked, minutes[1])


@dataclass(frozen=True)
class _Place:
    """Where on the page the writer is, and for which hops."""

    phase: Phase
    window: int
    hop: int
    taken: tuple[SiteHop, ...]
    who: Binding


def leads_up(phases: tuple[Phase, ...], number: int) -> Phase | None:
    """The phase whose method may be prepared now: before all that leads up to it with a lead."""
    before = phases[number - 1] if number else None
    if before and before.lead:
        return None
    return next((phase for phase in phases[number:] if not phase.lead), None)


def blocks(lines: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    """Neighbours on the same EACH role belong together; any other line stands alone."""
    for role, group in groupby(lines, key=lambda step: step.on):
        if role in SIDE_BY_SIDE:
            yield tuple(group)
        else:
            yield from ((line,) for line in group)


def expand(
    line: Step, method: Method, taken: tuple[SiteHop, ...], name: str, hop: int
) -> Iterator[tuple[Step, Package | None, int]]:
    """ "Update it" becomes the method's page, once for each hop of this pass (G-AUTO-2)."""
    if line.action.name != do.INSTALL.name:
        yield line, None, hop
        return
    for number, each in enumerate(taken, start=hop - len(taken) + 1):
        its = each.on(name)
        for part in method.first if its.packages else ():
            yield replace(part, on=line.on), None, number
        for base in its.bases:
            for part in method.base:
                yield _cite(part, line), base, number
        for part in method.between if its.bases and its.product else ():
            yield replace(part, on=line.on), None, number
        for part in method.product if its.product else ():
            yield _cite(part, line), its.product, number


def _cite(part: Step, line: Step) -> Step:
    return replace(part, on=line.on, guide=f"{part.guide} {line.guide}")
