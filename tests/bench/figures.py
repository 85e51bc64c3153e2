"""A figure: what was measured, what it is compared with, and whether it reaches its goal."""

import json
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    """`ratio` is value by baseline, where there is one. `goal` is a sentence; `held` None: none."""

    name: str
    value: float
    unit: str
    baseline: float | None = None
    ratio: float | None = None
    goal: str = ""
    held: bool | None = None


def against(
    name: str, value: float, unit: str, baseline: float, *,
    least: float | None = None, most: float | None = None,
) -> Figure:  # fmt: skip
    """A figure beside its baseline; the goal is a bound of their ratio."""
    ratio = value / baseline if baseline else float("inf")
    if least is not None:
        return Figure(name, value, unit, baseline, ratio, f">= {least:g} x", ratio >= least)
    if most is not None:
        return Figure(name, value, unit, baseline, ratio, f"<= {most:g} x", ratio <= most)
    return Figure(name, value, unit, baseline, ratio)


def alone(
    name: str, value: float, unit: str, *, most: float | None = None, exactly: float | None = None
) -> Figure:
    """A figure whose goal is a bound of its own."""
    if most is not None:
        return Figure(name, value, unit, goal=f"<= {most:g}", held=value <= most)
    if exactly is not None:
        return Figure(name, value, unit, goal=f"= {exactly:g}", held=value == exactly)
    return Figure(name, value, unit)


def in_turn(first, second, rounds: int = 3) -> tuple[float, float]:
    """Medians of two measurements taken by turns, so that a busy machine is busy for both."""
    pairs = [(first(), second()) for _ in range(rounds)]
    return median(one for one, _ in pairs), median(other for _, other in pairs)


HEAD = ("figure", "value", "unit", "baseline", "ratio", "goal", "held")


def table(figures: list[Figure]) -> str:
    rows = [HEAD, *(_row(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join("  ".join(_cells(row, widths)).rstrip() for row in rows)


def lines(figures: list[Figure]) -> str:
    """One JSON object a line and figure."""
    return "\n".join(json.dumps(asdict(figure)) for figure in figures)


def _cells(row: tuple[str, ...], widths: list[int]) -> list[str]:
    numeric = (1, 3, 4)
    return [
        cell.rjust(width) if column in numeric else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(row, widths, strict=True))
    ]


def _row(figure: Figure) -> tuple[str, ...]:
    held = {True: "yes", False: "NO", None: ""}[figure.held]
    return (
        figure.name, _number(figure.value), figure.unit, _number(figure.baseline),
        _number(figure.ratio), figure.goal, held,
    )  # fmt: skip


def _number(value: float | None) -> str:
    if value is None:
        return ""
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:.3g}"
