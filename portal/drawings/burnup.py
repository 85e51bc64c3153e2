"""A burn-up: what was to be done by when, dashed, and what was done, full."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

LEFT, RIGHT, TOP, BOTTOM = 40, 576, 14, 156


@dataclass(frozen=True)
class BurnUp:
    """Points of two lines in a picture of 600 by 176; the middle and the top of its scale."""

    planned: str
    real: str
    half: float
    top: int
    first: date
    last: date


def draw(
    planned: Sequence[tuple[date, int]], real: Sequence[tuple[date, int]], whole: int
) -> BurnUp | None:  # fmt: skip
    """None while there is nothing to draw: nobody is in it, or it has no days."""
    days = [day for day, _count in (*planned, *real)]
    if not whole or not days:
        return None
    first, last = min(days), max(days)
    length = max((last - first).days, 1)

    def line(points: Sequence[tuple[date, int]]) -> str:
        return " ".join(
            f"{LEFT + (day - first).days / length * (RIGHT - LEFT):.1f},"
            f"{BOTTOM - min(count / whole, 1) * (BOTTOM - TOP):.1f}"
            for day, count in points
        )

    half = whole // 2 if whole % 2 == 0 else whole / 2  # a template writes it as its reader does
    return BurnUp(line(planned), line(real), half, whole, first, last)
