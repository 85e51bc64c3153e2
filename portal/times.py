"""Times as people read them: in whose zone, with which offset, in the reader's language."""

from datetime import date, datetime, timedelta, tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from babel.dates import format_date
from django.utils import translation
from django.utils.translation import gettext as _, npgettext

# Unicode date patterns (UTS #35 §8). Turkish puts the weekday last.
PATTERNS = {
    "day": {"": "EEE d MMM y", "tr": "d MMM y EEE"},
    "day_without_year": {"": "EEE d MMM", "tr": "d MMM EEE"},
    "long_day": {"": "EEEE d MMMM y", "tr": "d MMMM y EEEE"},
}
DAYS_FROM = timedelta(hours=48)  # a dwell of 24 h and an interim of 41 h are read in hours


@lru_cache(maxsize=1)
def zones() -> frozenset[str]:
    """Every zone there is, by its IANA name: read from the system once, for that takes 40 ms."""
    return frozenset(available_timezones())


def in_zone(instant: datetime, zone_name: str | tzinfo) -> datetime:
    """The same instant on the clocks of a zone (IANA name). Raises ZoneInfoNotFoundError."""
    zone = ZoneInfo(zone_name) if isinstance(zone_name, str) else zone_name
    return instant.astimezone(zone)


def offset_minutes(instant: datetime, zone_name: str) -> int:
    """How far the clocks of a zone are ahead of UTC at an instant, by the rules known today."""
    return round((in_zone(instant, zone_name).utcoffset() or timedelta()).total_seconds() / 60)


def offset_label(moment: datetime) -> str:
    """Which clock an aware moment is on: "CET (UTC+01:00)", or "UTC+03:00" where the zone has no
    letters. The offset is the one valid at that moment."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    sign = "−" if minutes < 0 else "+"
    offset = f"UTC{sign}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    name = moment.tzname() or ""
    if name == "UTC":
        return "UTC"
    return f"{name} ({offset})" if name.isalpha() else offset


def day_label(day: date, pattern: str = "day") -> str:
    """A date in the reader's language: "Sat 28 Nov 2026", "sam. 28 nov. 2026", "28 Kas 2026 Cmt".
    `pattern` is one of PATTERNS."""
    language = (translation.get_language() or "en").split("-")[0]
    own = day.date() if isinstance(day, datetime) else day  # one instant has days on many clocks
    return _written(own, pattern, language)


@lru_cache(maxsize=2048)
def _written(day: date, pattern: str, language: str) -> str:
    """A page says the same few days hundreds of times."""
    choice = PATTERNS[pattern]
    return format_date(day, choice.get(language, choice[""]), locale=language)


def clock_label(moment: datetime, *, seconds: bool = False) -> str:
    """Hours and minutes of a moment, as its own zone shows them."""
    return f"{moment:%H:%M:%S}" if seconds else f"{moment:%H:%M}"


def span(minutes: float) -> str:
    """A length of time in words: "45 min", "2 h 10 min", "24 h", "5 days 23 h"."""
    whole = round(minutes)
    hours, rest = divmod(abs(whole), 60)
    if timedelta(minutes=abs(whole)) >= DAYS_FROM:
        days, left = divmod(hours, 24)
        return _days(days, left)
    if not hours:
        return _("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return _("%(hours)d h") % {"hours": hours}
    return _("%(hours)d h %(minutes)02d min") % {"hours": hours, "minutes": rest}


def _days(days: int, hours: int) -> str:
    if not hours:
        return npgettext("length of time", "%(days)d day", "%(days)d days", days) % {"days": days}
    return npgettext(
        "length of time", "%(days)d day %(hours)d h", "%(days)d days %(hours)d h", days
    ) % {"days": days, "hours": hours}


def minutes_between(begin: datetime, end: datetime) -> float:
    """Elapsed minutes between two instants; negative when `end` lies before `begin`."""
    return (end - begin).total_seconds() / 60
