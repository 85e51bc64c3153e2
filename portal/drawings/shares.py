"""Shares of a whole side by side: a bar of states, and what a plan takes of its window."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.drawings.scale import percent

GAP = 0.3  # per cent of air between two parts


@dataclass(frozen=True)
class Part:
    family: str  # idle live wait asks stop good
    x: str
    width: str


def bar(counts: Sequence[tuple[str, int]]) -> list[Part]:
    """The parts of a bar for (family, count) in order; a count of nothing has no part."""
    total = sum(count for _, count in counts)
    if total <= 0:
        return []
    parts, done = [], 0
    for family, count in counts:
        left, right = done / total * 100, (done + count) / total * 100
        gap = GAP if right < 100 else 0
        if count:
            parts.append(Part(family, percent(left), percent(max(right - left - gap, 0.2))))
        done += count
    return parts


@dataclass(frozen=True)
class Fit:
    """How a plan lies in its window: expected, slow case behind it, and the last safe start."""

    booked: str
    worst_x: str
    worst: str
    safe: str


def fit(total: float, expected: float, worst: float) -> Fit:
    """Lengths in minutes. The last safe start is where the slow case would just end in time."""
    whole = max(total, worst, 1)
    return Fit(
        booked=percent(expected / whole * 100),
        worst_x=percent(expected / whole * 100),
        worst=percent(max(worst - expected, 0) / whole * 100),
        safe=percent((total - worst) / whole * 100) if worst <= total else "",
    )
