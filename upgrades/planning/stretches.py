"""What lies between the windows of a job: the waits after a release, and the time without failover.

For drawings: where a step has not ended, its window's booking says when it will have at worst.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from appliances import actions as do
from upgrades.planning.windows import Slot

PARTS, JOINS = "break_failover", "establish_failover"
PRODUCT, DWELL = do.INSTALL_PRODUCT.name, do.DWELL.name
MINUTE = timedelta(minutes=1)
TOLD = (PRODUCT, DWELL, PARTS, JOINS)


@dataclass(frozen=True)
class Line:
    """A step that bounds such a stretch. `window` 0: in none; `until`: when a wait that runs is
    over."""

    action: str
    window: int
    minutes: int
    ended_at: datetime | None = None
    until: datetime | None = None


def dwells(lines: Iterable[Line], booked: Mapping[int, Slot]) -> Iterator[Slot]:
    """The waits of a job's lines in order. `booked`: by window, from its start to its worst end."""
    product: Line | None = None
    for line in lines:
        if line.action == PRODUCT:
            product = line
        elif line.action == DWELL and product is not None:
            since = _ends(product, booked)
            if since is not None:
                over = line.ended_at or line.until or since + line.minutes * MINUTE
                yield from _slot(since, over)
            product = None


def interims(lines: Sequence[Line], booked: Mapping[int, Slot]) -> Iterator[Slot]:
    """From each breaking of the failover until it is restored, as far as both are known."""
    since: datetime | None = None
    window = 0  # the step that restores it may need none: it follows the last one
    for line in lines:
        window = line.window or window
        if line.action == PARTS and since is None:
            here = booked.get(line.window)
            since = line.ended_at or (here.start if here else None)
        elif line.action == JOINS and since is not None:
            here = booked.get(window)
            over = line.ended_at or (here.end if here else None)
            if over is not None:
                yield from _slot(since, over)
            since = None


def _ends(line: Line, booked: Mapping[int, Slot]) -> datetime | None:
    here = booked.get(line.window)
    return line.ended_at or (here.end if here else None)


def _slot(start: datetime, end: datetime) -> Iterator[Slot]:
    if start < end:
        yield Slot(start, end)
