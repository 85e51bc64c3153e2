"""A plan: numbered steps, ready for the runner, with the site as each would leave it."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby

from appliances.actions import Action
from upgrades.planning.catalogue import Package
from upgrades.planning.durations import Minutes
from upgrades.planning.paths import SiteHop
from upgrades.planning.site import Site
from upgrades.planning.state import Act, State, after, initial
from upgrades.planning.vocabulary import Method, Procedure, Role, Sentence, Step


@dataclass(frozen=True)
class PlannedStep:
    """Ready when every step of a lower rank, and those before it in its lane, are finished."""

    seq: int
    rank: int
    lane: str
    hop: int  # 0 before the first
    phase: str
    window: int  # 0: needs none
    step: Step
    action: Action
    role: Role  # the page's letter; `on` is the appliance's own name
    on: str
    about: tuple[str, ...] = ()
    package: Package | None = None
    minutes: Minutes = (0, 0)
    lead: int = 0

    @property
    def act(self) -> Act:
        return Act(self.on, self.about, self.package)

    def __repr__(self) -> str:
        return f"<{self}>"

    def __str__(self) -> str:
        where = f"w{self.window}" if self.window else "--"
        about = f" about {','.join(self.about)}" if self.about else ""
        package = f" [{self.package}]" if self.package else ""
        return f"{self.rank:>3} {where} h{self.hop} {self.on}: {self.action.name}{package}{about}"


@dataclass(frozen=True)
class LeftOut:
    """A line of the page that this site does not need, and why."""

    step: Step
    on: str
    why: Sentence


@dataclass(frozen=True)
class Plan:
    procedure: Procedure
    site: Site
    hops: tuple[SiteHop, ...]
    method: Method
    offline: frozenset[str]
    steps: tuple[PlannedStep, ...]
    left_out: tuple[LeftOut, ...] = ()
    apart: frozenset[int] = frozenset()  # windows that may not share the slot before them
    dark: frozenset[str] = frozenset()  # regions without a node for a time: needs a word
    slots: tuple[tuple[int, int], ...] = ()  # booked: window -> slot; none: each its own

    def __repr__(self) -> str:
        return f"<{self.procedure.name}, {self.method.name}, {len(self.steps)} steps>"

    def slot(self, item: PlannedStep) -> int:
        return self._slot_of.get(item.window, item.window)

    def walk(self) -> Iterator[tuple[PlannedStep, State, State]]:
        """Each step with the site before and after it; worked out once, read by everybody."""
        return iter(self._walked)

    @cached_property
    def _slot_of(self) -> dict[int, int]:
        return dict(self.slots)

    @cached_property
    def _walked(self) -> list[tuple[PlannedStep, State, State]]:
        state, walked = initial(self.site), []
        for item in self.steps:
            then = after(state, item.action, item.act)
            walked.append((item, state, then))
            state = then
        return walked

    def ranks(self) -> Iterator[list[PlannedStep]]:
        return iter(self._ranks)

    @cached_property
    def _ranks(self) -> list[list[PlannedStep]]:
        return [list(items) for _, items in groupby(self.steps, key=lambda item: item.rank)]
