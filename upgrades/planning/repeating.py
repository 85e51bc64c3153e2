"""The days of a recurrence rule from somebody else's calendar (RFC 5545 §3.3.10).

Whatever the rule says, the work is bounded: only days are tested, period by period, each costs one
step of a budget that the whole calendar shares. No rule can make us look for a day that never
comes. Our own windows' rules are read by `rules_of_days`, which refuses more.
"""

from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from upgrades.planning.rules_of_days import WEEKDAYS
from upgrades.planning.vocabulary import Unable, _

DAY = timedelta(days=1)
KNOWN = {
    "FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST",
}  # fmt: skip
MOST_LISTED = 100  # values of one part
Nth = tuple[int | None, int]


class BadRepeat(Unable):
    """The rule cannot be followed. The sentence says which part."""

    code = "bad-repeat"


class TooMuchWork(Unable):
    code = "too-much-work"


@dataclass
class Budget:
    """How many days may still be tested, for all rules of a calendar together."""

    left: int = 250_000

    def take(self, days: int = 1) -> None:
        self.left -= days
        if self.left < 0:
            raise TooMuchWork(_("This calendar repeats too much to be read."))


@dataclass(frozen=True)
class Repeat:
    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None  # the last start, included
    weekdays: tuple[Nth, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    positions: tuple[int, ...] = ()
    week_start: int = 0

    def days(self, first: date, begin: date, end: date, budget: Budget) -> Iterator[date]:
        """From `first` (which always counts) to `end`, in order; those before `begin` are left
        out, and skipped where nothing has to be counted."""
        given = 1
        if first >= begin:
            yield first
        for period in self._periods(first, first if self.count else begin, end):
            budget.take(len(period) or 1)
            for day in self._of_period(period, first):
                if day <= first:
                    continue
                given += 1
                if day > end or (self.count is not None and given > self.count):
                    return
                if day >= begin:
                    yield day

    def _periods(self, first: date, begin: date, end: date) -> Iterator[Sequence[date]]:
        number = max(0, self._number(first, begin) - 1)
        number -= number % self.interval
        last = self._number(first, end) if end >= first else -1
        for each in range(number, last + 1, self.interval):
            yield self._period(first, each)

    def _number(self, first: date, day: date) -> int:
        """How many periods after the first one a day lies."""
        match self.frequency:
            case "DAILY":
                return (day - first).days
            case "WEEKLY":
                return (day - self._week_of(first)).days // 7
            case "MONTHLY":
                return (day.year - first.year) * 12 + day.month - first.month
        return day.year - first.year

    def _period(self, first: date, number: int) -> Sequence[date]:
        """All days of a period; none in a year that lacks the day, and beyond the end of dates."""
        try:
            match self.frequency:
                case "DAILY":
                    return [first + number * DAY]
                case "WEEKLY":
                    return _run(self._week_of(first) + number * 7 * DAY, 7)
                case "MONTHLY":
                    month = first.year * 12 + first.month - 1 + number
                    begins = date(month // 12, month % 12 + 1, 1)
                    return _run(begins, monthrange(begins.year, begins.month)[1])
            if not (self.months or self.month_days or self.weekdays):
                return [first.replace(year=first.year + number)]
            begins = date(first.year + number, 1, 1)
            return _run(begins, (date(begins.year, 12, 31) - begins).days + 1)
        except (OverflowError, ValueError):
            return []

    def _week_of(self, day: date) -> date:
        return day - ((day.weekday() - self.week_start) % 7) * DAY

    def _of_period(self, period: Sequence[date], first: date) -> list[date]:
        found = [day for day in period if self._fits(day, first)]
        if not self.positions:
            return found
        chosen = {
            found[at - 1 if at > 0 else at] for at in self.positions if 0 < abs(at) <= len(found)
        }
        return sorted(chosen)

    def _fits(self, day: date, first: date) -> bool:
        if self.months and day.month not in self.months:
            return False
        if self.month_days and not _is_month_day(day, self.month_days):
            return False
        if self.weekdays and not any(self._is_weekday(day, each) for each in self.weekdays):
            return False
        return bool(self.weekdays or self.month_days) or self._as_the_first(day, first)

    def _as_the_first(self, day: date, first: date) -> bool:
        """Where the rule names no day, it is that of the first."""
        match self.frequency:
            case "WEEKLY":
                return day.weekday() == first.weekday()
            case "MONTHLY":
                return day.day == first.day
            case "YEARLY":
                return day.day == first.day and (bool(self.months) or day.month == first.month)
        return True

    def _is_weekday(self, day: date, wanted: Nth) -> bool:
        nth, weekday = wanted
        if day.weekday() != weekday:
            return False
        if nth is None or self.frequency in ("DAILY", "WEEKLY"):
            return True
        begins, ends = day.replace(day=1), day.replace(day=monthrange(day.year, day.month)[1])
        if self.frequency == "YEARLY" and not self.months:
            begins, ends = date(day.year, 1, 1), date(day.year, 12, 31)
        if nth > 0:
            return (day - begins).days // 7 + 1 == nth
        return (ends - day).days // 7 + 1 == -nth


def read(parts: Mapping[str, Sequence[Any]]) -> Repeat:
    """A rule as icalendar reads it: names to lists of values. Raises BadRepeat."""
    for name, values in parts.items():
        if name not in KNOWN or not values or len(values) > MOST_LISTED:
            raise BadRepeat(_("It repeats in a way that is not understood (%(part)s)."), part=name)
    frequency = str(parts["FREQ"][0]).upper() if "FREQ" in parts else ""
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise BadRepeat(_("It repeats more often than every day."))
    return Repeat(
        frequency,
        interval=_number(parts, "INTERVAL", 1),
        count=_number(parts, "COUNT", 0) or None,
        until=parts["UNTIL"][0] if "UNTIL" in parts else None,
        weekdays=tuple(_weekday(each) for each in parts.get("BYDAY", ())),
        month_days=tuple(_int("BYMONTHDAY", each) for each in parts.get("BYMONTHDAY", ())),
        months=tuple(_int("BYMONTH", each) for each in parts.get("BYMONTH", ())),
        positions=tuple(_int("BYSETPOS", each) for each in parts.get("BYSETPOS", ())),
        week_start=_weekday(parts["WKST"][0])[1] if "WKST" in parts else 0,
    )


def _run(begins: date, days: int) -> list[date]:
    return [begins + number * DAY for number in range(days)]


def _is_month_day(day: date, wanted: Sequence[int]) -> bool:
    last = monthrange(day.year, day.month)[1]
    return day.day in wanted or day.day - last - 1 in wanted


def _number(parts: Mapping[str, Sequence[Any]], name: str, otherwise: int) -> int:
    if name not in parts:
        return otherwise
    value = _int(name, parts[name][0])
    if not 1 <= value <= 100_000:
        raise BadRepeat(_("It repeats in a way that is not understood (%(part)s)."), part=name)
    return value


def _int(name: str, value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError) as wrong:
        raise BadRepeat(
            _("It repeats in a way that is not understood (%(part)s)."), part=name
        ) from wrong


def _weekday(value: Any) -> Nth:
    text = str(value).upper()
    number, code = text[:-2], text[-2:]
    if code not in WEEKDAYS:
        raise BadRepeat(_("It repeats in a way that is not understood (%(part)s)."), part="BYDAY")
    return (_int("BYDAY", number) if number else None), WEEKDAYS.index(code)
