"""Which recurrence rules a maintenance window may have (RFC 5545 §3.3.10), and why not others.

Every rule that passes names a day sooner or later, so that looking for the next one ends.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeVar

from upgrades.planning.vocabulary import Unable, _

LONGEST = 200
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
WEEKDAY = re.compile(r"([+-]?[1-5])?(MO|TU|WE|TH|FR|SA|SU)")
WHOLE = re.compile(r"[+-]?[0-9]{1,3}")

Each = TypeVar("Each")
Ordinal = tuple[int | None, int]  # which of the month, if one is named; Monday is 0


class Frequency(StrEnum):
    DAILY = "DAILY"
    WEEKLY = "WEEKLY"
    MONTHLY = "MONTHLY"


MOST = {Frequency.DAILY: 31, Frequency.WEEKLY: 26, Frequency.MONTHLY: 6}  # seldom is no use
NO_TIMES = _("A rule names days; the time of day is given beside it.")
REFUSED = {
    "COUNT": _("A rule ends on a day (UNTIL), not after a number of times."),
    "DTSTART": _("The first day is given beside the rule."),
    "BYHOUR": NO_TIMES,
    "BYMINUTE": NO_TIMES,
    "BYSECOND": NO_TIMES,
}


class BadRule(Unable, ValueError):
    """The rule cannot be a maintenance window's. The sentence says why."""

    code = "bad-rule"


@dataclass(frozen=True)
class DayRule:
    """A rule that was read and found possible. Empty tuples: not said."""

    frequency: Frequency
    interval: int = 1
    weekdays: tuple[Ordinal, ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    position: int | None = None  # BYSETPOS: which of the month's days that fit
    until: date | None = None  # the last day, included
    week_start: int = 0


def read(text: str) -> DayRule:
    """Read "FREQ=WEEKLY;BYDAY=SA". Raises BadRule."""
    parts = _parts(text)
    named = parts.pop("FREQ", "")
    if named not in list(Frequency):
        raise BadRule(_("A rule repeats daily, weekly or monthly (FREQ), not more often."))
    frequency = Frequency(named)
    rule = DayRule(
        frequency=frequency,
        interval=_whole("INTERVAL", parts.pop("INTERVAL", "1"), 1, MOST[frequency]),
        weekdays=_listed(parts.pop("BYDAY", ""), _ordinal),
        month_days=_listed(parts.pop("BYMONTHDAY", ""), _month_day),
        months=_listed(parts.pop("BYMONTH", ""), _month),
        position=_position(parts.pop("BYSETPOS", "")),
        until=_until(parts.pop("UNTIL", "")),
        week_start=_ordinal(parts.pop("WKST", "MO"))[1],
    )
    for name in parts:
        raise BadRule(REFUSED.get(name) or _("A rule cannot have %(part)s."), part=name)
    if why := _unfit(rule):
        raise BadRule(why)
    return rule


def _parts(text: str) -> dict[str, str]:
    if len(text) > LONGEST:
        raise BadRule(_("A rule has at most %(number)s characters."), number=LONGEST)
    pairs = [part.partition("=") for part in text.strip().upper().split(";")]
    names = [name for name, _equals, _value in pairs]
    if not all(value for _name, _equals, value in pairs) or len(set(names)) < len(names):
        raise BadRule(_("A rule is written like FREQ=WEEKLY;BYDAY=SA, each part once."))
    return {name: value for name, _equals, value in pairs}


def _listed(text: str, one: Callable[[str], Each]) -> tuple[Each, ...]:
    return tuple(dict.fromkeys(one(each) for each in text.split(","))) if text else ()


def _whole(name: str, text: str, least: int, most: int) -> int:
    if not WHOLE.fullmatch(text) or not least <= int(text) <= most or not int(text):
        message = _("%(part)s is a whole number from %(least)s to %(most)s, not 0.")
        raise BadRule(message, part=name, least=least, most=most)
    return int(text)


def _ordinal(text: str) -> Ordinal:
    if not (found := WEEKDAY.fullmatch(text)):
        raise BadRule(_("Not a day of the week: %(day)s."), day=text)
    nth, day = found.groups()
    return (int(nth) if nth else None), WEEKDAYS.index(day)


def _month_day(text: str) -> int:
    return _whole("BYMONTHDAY", text, -31, 31)


def _month(text: str) -> int:
    return _whole("BYMONTH", text, 1, 12)


def _position(text: str) -> int | None:
    return _whole("BYSETPOS", text, -4, 4) if text else None


def _until(text: str) -> date | None:
    if not text:
        return None
    try:
        if re.fullmatch(r"[0-9]{8}", text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise BadRule(_("UNTIL is a day, written like 20271231."))


def _unfit(rule: DayRule) -> str:
    """What together would be no rule of ours, or might never come; empty if all is well."""
    which_of_month = any(nth for nth, _day in rule.weekdays)
    if which_of_month and rule.frequency is not Frequency.MONTHLY:
        return _("Only a monthly rule can name the first or last of a weekday.")
    if rule.months and (rule.interval > 1 or not _month_long_enough(rule)):
        return _("These months never have such a day, or are skipped by the interval.")
    return COMBINED[rule.frequency](rule, which_of_month)


def _daily(rule: DayRule, _which: bool) -> str:
    if rule.position:
        return _("Only a monthly rule can pick one of several days (BYSETPOS).")
    if rule.interval > 1 and (rule.weekdays or rule.month_days):
        return _("Every so many days cannot be combined with named days.")
    return ""


def _weekly(rule: DayRule, _which: bool) -> str:
    if rule.position:
        return _("Only a monthly rule can pick one of several days (BYSETPOS).")
    return _("A weekly rule names days of the week only.") if rule.month_days else ""


def _monthly(rule: DayRule, which_of_month: bool) -> str:
    if not (rule.weekdays or rule.month_days):
        return _("A monthly rule names its days (BYDAY or BYMONTHDAY).")
    if which_of_month and rule.month_days:
        return _("The first or last of a weekday cannot be combined with days of the month.")
    if rule.position and (which_of_month or rule.month_days):
        return _("BYSETPOS picks one of plain days of the week only.")
    return ""


COMBINED = {Frequency.DAILY: _daily, Frequency.WEEKLY: _weekly, Frequency.MONTHLY: _monthly}


def _month_long_enough(rule: DayRule) -> bool:
    longest = max(LENGTHS[month - 1] for month in rule.months)
    return not rule.month_days or min(map(abs, rule.month_days)) <= longest
