"""Dates as exports write them: ISO, by numbers in either order, with months in three languages."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

_TIME = (
    r"(?:[T,\s]+(?:(?:at|à|saat)\s+)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?::(?P<second>\d{2}))?"
    r"(?:[.,]\d{1,9})?\s*(?P<half>[AP]\.?M\.?|ÖÖ|ÖS)?"
    r"\s*(?P<zone>Z\b|UTC\b|GMT\b|[+-]\d{2}:?\d{2})?)?"
)
ISO = re.compile(r"(?<!\d)(?P<y>\d{4})([-/.])(?P<m>\d{1,2})\2(?P<d>\d{1,2})(?!\d)" + _TIME, re.I)
NUMBERS = re.compile(
    r"(?<![\d./-])(?P<a>\d{1,2})(?P<sep>[-/.])(?P<b>\d{1,2})(?P=sep)(?P<y>\d{4}|\d{2})(?!\d)"
    + _TIME,
    re.I,
)
DAY_MONTH = re.compile(
    r"(?<!\d)(?P<d>\d{1,2})(?:er|\.)?[\s-]+(?P<name>[^\W\d_]{3,9})\.?[\s,-]+(?P<y>\d{4})(?!\d)"
    + _TIME,
    re.I,
)
MONTH_DAY = re.compile(
    r"(?P<name>[^\W\d_]{3,9})\.?\s+(?P<d>\d{1,2}),?\s+(?P<y>\d{4})(?!\d)" + _TIME, re.I
)
MONTHS = (
    "january janvier ocak jan janv oca", "february fevrier subat feb fevr fev sub",
    "march mars mart mar", "april avril nisan apr avr nis", "may mai mayis",
    "june juin haziran jun haz", "july juillet temmuz jul juil tem",
    "august aout agustos aug agu", "september septembre eylul sep sept eyl",
    "october octobre ekim oct eki", "november novembre kasim nov kas",
    "december decembre aralik dec ara",
)  # fmt: skip
MONTH = {name: number for number, line in enumerate(MONTHS, 1) for name in line.split()}
NO_WORD = re.compile(r"[^a-zA-Z0-9]+")
AFTERNOON = ("pm", "os")


class Order(StrEnum):
    UNKNOWN = ""
    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True)
class Written:
    """A date as it stands: the parts, and whether its first two numbers could change places."""

    first: int
    second: int
    year: int
    swaps: bool
    clock: tuple[int, int, int]
    offset: timezone | None

    @property
    def order(self) -> Order:
        """What this one date tells about the order of all of them."""
        if not self.swaps or self.first == self.second:
            return Order.UNKNOWN
        if self.first > 12:
            return Order.DAY_FIRST
        return Order.MONTH_FIRST if self.second > 12 else Order.UNKNOWN

    @property
    def ambiguous(self) -> bool:
        return self.swaps and self.first != self.second and self.order == Order.UNKNOWN

    def at(self, zone: ZoneInfo, order: Order) -> datetime:
        """The instant, in UTC. An hour that exists twice is taken as the earlier one: a client
        counts as behind rather than as followed. Raises ValueError for no day of the calendar."""
        day, month = self.first, self.second
        if self.swaps and order == Order.MONTH_FIRST:
            day, month = month, day
        found = datetime(self.year, month, day, *self.clock, tzinfo=self.offset or zone)
        return found.astimezone(UTC)


@lru_cache(maxsize=4096)
def read(text: str) -> Written | None:
    """The one date in a cell; None if there is nothing like a date. Raises ValueError if there is
    something like one that cannot be read, or more than one."""
    found = [match for pattern in (ISO, NUMBERS, DAY_MONTH, MONTH_DAY)
             for match in pattern.finditer(text)]  # fmt: skip
    dates = [written for match in found if (written := _written(match)) is not None]
    if len(dates) == 1:
        return dates[0]
    if dates or any(letter.isdigit() for letter in text):
        raise ValueError(text)
    return None


def _written(match: re.Match[str]) -> Written | None:
    parts = match.groupdict()
    year = int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)
    rest = (year, parts.get("sep") in ("/", "-"), _clock(parts), _offset(parts["zone"] or ""))
    if "a" in parts:
        return Written(int(parts["a"]), int(parts["b"]), *rest)
    month = MONTH.get(plain(parts["name"])) if "name" in parts else int(parts["m"])
    return Written(int(parts["d"]), month, *rest) if month else None


def _clock(parts: dict[str, str]) -> tuple[int, int, int]:
    """Without a time the day's beginning: then a client counts as behind rather than followed."""
    hour = int(parts["hour"] or 0)
    if half := plain(parts["half"] or ""):
        hour = hour % 12 + (12 if half in AFTERNOON else 0)
    return hour, int(parts["minute"] or 0), int(parts["second"] or 0)


def _offset(zone: str) -> timezone | None:
    if not zone:
        return None
    if zone[0] not in "+-":
        return timezone.utc  # noqa: UP017 (typed as a timezone)
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    length = timedelta(hours=hours, minutes=minutes)
    return timezone(-length if zone[0] == "-" else length)


def plain(text: str) -> str:
    """Letters and digits only, small, without accents, the Turkish i without its question."""
    if text.isascii():
        return NO_WORD.sub("", text).lower()
    flat = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("İ", "i"))
    return "".join(c for c in flat.casefold() if c.isalnum())
