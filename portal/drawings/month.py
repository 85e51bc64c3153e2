"""Days of a calendar, in weeks: when each begins, how long it is, and what it holds.

Plain values in, plain values out. A day with more than it has room for is folded: the most
pressing of it is shown, in order of time, and the rest is a number.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

DAY = timedelta(days=1)
MOST = 4  # entries of a day that are shown


@dataclass(frozen=True)
class Day:
    """`shown` of what it holds, and how many `more` there are. `inside`: of the month drawn."""

    date: date
    hours: float  # 24, or 23 or 25 where the clocks change
    inside: bool = True
    today: bool = False
    shown: Sequence[Any] = ()
    more: int = 0

    @property
    def odd(self) -> bool:
        return self.hours != 24


@dataclass(frozen=True)
class Week:
    number: int  # ISO 8601
    days: list[Day] = field(default_factory=list)


def begins(day: date, zone: str) -> datetime:
    """The first instant of a day on a zone's clocks, also where midnight does not exist."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)


def length(day: date, zone: str) -> float:
    """How many hours a day has on a zone's clocks."""
    return (begins(day + DAY, zone) - begins(day, zone)) / timedelta(hours=1)


def monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def grid(month: date) -> tuple[date, date]:
    """The first day of the weeks that a month touches, and the day after their last."""
    first = month.replace(day=1)
    following = (first + 31 * DAY).replace(day=1)
    return monday(first), monday(following - DAY) + 7 * DAY


def weeks(
    month: date, placed: Iterable[tuple[date, Any]], *, zone: str, today: date,
    pressing: Callable[[Any], Any], most: int = MOST,
) -> list[Week]:  # fmt: skip
    """A month in whole weeks. `placed` says what lies on which day, in order of time; `pressing`
    sorts what must be seen before what may be folded."""
    held: dict[date, list[Any]] = defaultdict(list)
    for day, entry in placed:
        held[day].append(entry)
    first, end = grid(month)
    days = [
        _day(first + DAY * number, held, month, zone, today, pressing, most)
        for number in range((end - first).days)
    ]
    return [
        Week(days[at].date.isocalendar().week, days[at : at + 7]) for at in range(0, len(days), 7)
    ]


def _day(
    day: date, held: dict[date, list[Any]], month: date, zone: str, today: date,
    pressing: Callable[[Any], Any], most: int,
) -> Day:  # fmt: skip
    shown, more = folded(held.get(day, ()), pressing, most)
    inside = (day.year, day.month) == (month.year, month.month)
    return Day(day, length(day, zone), inside, day == today, shown, more)


def folded(
    entries: Sequence[Any], pressing: Callable[[Any], Any], most: int
) -> tuple[list[Any], int]:  # fmt: skip
    """The most pressing of a day in order of time, and how many are left over. One more than there
    is room for is shown: a line that says "one more" would take its place."""
    if len(entries) <= most + 1:
        return list(entries), 0
    order = sorted(range(len(entries)), key=lambda at: (pressing(entries[at]), at))
    return [entries[at] for at in sorted(order[:most])], len(entries) - most
