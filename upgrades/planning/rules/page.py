"""Rule 12: the page read again, independently of the planner."""

from collections.abc import Iterator

from appliances import actions as do
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.roles import Binding, bind
from upgrades.planning.rules.reading import CHANGES, Broken, is_a
from upgrades.planning.state import initial
from upgrades.planning.vocabulary import Phase, Step

Line = tuple[str, str, int, str, str]  # appliance, phase, hop, text, action


def follows_the_page(plan: Plan) -> Broken:
    """12 (ours): the page's lines, each on each appliance it speaks of, in the page's order."""
    left = {(out.step.action.name, out.on) for out in plan.left_out}
    at: dict[Line, list[int]] = {}
    for n, x in enumerate(plan.steps):
        at.setdefault((x.on, x.phase, x.hop, x.step.text, x.action.name), []).append(n)
    place = -1
    for line in page_of(plan):
        if (line[4], line[0]) in left:
            continue
        found = [n for n in at.get(line, ()) if n > place - lanes_wide(plan, place)]
        if not found:
            return [plan.steps[max(place, 0)]]
        place = max(place, found[0])
    return begun_too_early(plan, at)


def begun_too_early(plan: Plan, at: dict[Line, list[int]]) -> list[PlannedStep]:
    """Installs that stand before what their method does first."""
    return [
        item
        for n, item in enumerate(plan.steps)
        if is_a(item, *CHANGES)
        for part in plan.method.first
        for first in at.get((item.on, item.phase, item.hop, part.text, part.action.name), [])[:1]
        if first > n
    ]


def page_of(plan: Plan) -> Iterator[Line]:
    page, state = plan.procedure, initial(plan.site)
    walked = reversed(list(plan.walk()))
    states = {1 if page.once and item.hop else item.hop: before for item, before, _ in walked}
    for hop, phases in sections(plan):
        state = states.get(1 if page.once and hop else hop, state)
        who = bind(plan.site, state if state.serves else initial(plan.site), plan.offline)
        leading: list[Phase] = []
        for phase in phases:
            leading.append(phase)
            if phase.lead:
                continue
            for line in phase.steps:  # before all that leads up to it, since it may take days
                if line.action.name == do.INSTALL.name:
                    yield from _each(plan.method.ahead, who.get(line.on, ()), phase, hop)
            for each in leading:
                yield from _phase(plan, each, who, hop)
            leading = []


def _phase(plan: Plan, phase: Phase, who: Binding, hop: int) -> Iterator[Line]:
    for line in phase.steps:
        names = who.get(line.on, ())
        if line.action.name == do.INSTALL.name:
            yield from _updating(plan, names, phase, hop)
        else:
            yield from _each((line,), names, phase, hop)


def _updating(plan: Plan, names: tuple[str, ...], phase: Phase, hop: int) -> Iterator[Line]:
    """What the method does first, on each appliance that gets a package in the hop."""
    for name in names:
        for number in range(1, hop + 1) if plan.procedure.once else [hop]:
            if plan.hops[number - 1].on(name).packages:
                yield from _each(plan.method.first, (name,), phase, number)


def sections(plan: Plan) -> Iterator[tuple[int, tuple[Phase, ...]]]:
    page, last = plan.procedure, len(plan.hops)
    yield 0, page.before
    for hop in [last] if page.once else range(1, last + 1):
        yield hop, page.once or page.each_hop
        yield (hop, page.between) if hop != last else (hop, page.after)


def _each(
    lines: tuple[Step, ...], names: tuple[str, ...], phase: Phase, hop: int
) -> Iterator[Line]:
    for name in names:
        for line in lines:
            yield name, phase.title, hop, line.text, line.action.name


def lanes_wide(plan: Plan, place: int) -> int:
    """How far back the lane beside may begin: the steps of the same rank."""
    if place < 0:
        return 0
    return sum(x.rank == plan.steps[place].rank for x in plan.steps)
