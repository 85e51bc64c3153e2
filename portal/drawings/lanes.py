"""A job as lanes and phases: a column an appliance, a band a phase. Plain values only."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Lane:
    key: str
    letter: str
    title: object
    detail: object = ""


@dataclass(frozen=True)
class Step:
    """`state` is a JobStep code; `here` marks the step that matters now; `by` stands below it."""

    state: str
    text: object
    guide: str = ""
    by: object = ""
    here: bool = False
    url: str = ""
    mark: str = "step"


@dataclass(frozen=True)
class Phase:
    """`steps` holds each lane's steps under its key. A phase is folded unless it is `now`."""

    number: int
    title: object
    state: str
    steps: dict[str, Sequence[Step]]
    when: object = ""
    now: bool = False
    open: bool = False


@dataclass(frozen=True)
class Cell:
    lane: Lane
    steps: Sequence[Step] = ()


@dataclass(frozen=True)
class Band:
    phase: Phase
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True)
class Lanes:
    lanes: list[Lane]
    bands: list[Band]

    @property
    def columns(self) -> int:
        """One to six have a class in the sheet; of more, a band shows those that have steps."""
        return min(max(len(self.lanes), 1), 6)


def lay_out(lanes: Sequence[Lane], phases: Sequence[Phase]) -> Lanes:
    """Every phase gets a cell for each lane, in the lanes' order. A phase without any steps has
    no cells and is a line. Raises KeyError for steps under a lane that does not exist."""
    known = {lane.key for lane in lanes}
    for phase in phases:
        if strange := set(phase.steps) - known:
            raise KeyError(f"phase {phase.number} has steps in unknown lanes: {sorted(strange)}")
    return Lanes(
        list(lanes),
        [
            Band(phase, [Cell(lane, phase.steps.get(lane.key, ())) for lane in lanes])
            if any(phase.steps.values())
            else Band(phase)
            for phase in phases
        ],
    )
