"""One event of somebody else's calendar: when it begins, on which clock, and how long it lasts."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from upgrades.planning.vocabulary import Sentence, Unable, _

DAY = timedelta(days=1)
LONGEST = timedelta(days=366)
TITLE = 120
PIECES = 4  # of the name of a zone
MATTERS = {"DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "RECURRENCE-ID", "STATUS"}
When = date | datetime


class BadFeed(Unable):
    """It is no calendar, too big, or holds something that cannot be read. Nothing of it counts."""

    code = "bad-calendar"


@dataclass(frozen=True)
class Span:
    """Of one event: how it begins, on which clock, and how long it lasts (elapsed time; whole days
    for dates and times of no zone)."""

    begin: When
    zone: ZoneInfo | None
    lasts: timedelta

    @property
    def day(self) -> date:
        return self.begin.date() if isinstance(self.begin, datetime) else self.begin

    def on(self, day: date) -> datetime:
        """The instant of an occurrence on another day; naive if it floats."""
        if not isinstance(self.begin, datetime):
            return datetime.combine(day, time())
        return _instant(datetime.combine(day, self.begin.time()), self.zone)


def span_of(event: Any) -> Span:
    """Raises BadFeed where an event does not say when it is, or lasts too long."""
    if "DTSTART" not in event:
        raise refused(event, _("It does not say when it begins."))
    begins, params = event["DTSTART"].dt, event["DTSTART"].params
    zone = _zone(event, begins, params)
    if isinstance(begins, datetime):
        begins = begins.replace(tzinfo=None)
    span = Span(begins, zone, timedelta())
    starts = span.on(span.day)
    if "DTEND" in event:
        ends = event["DTEND"].dt
        if isinstance(ends, datetime) != isinstance(begins, datetime):
            raise refused(event, _("Its end is of another kind than its beginning."))
        ends = when_of(event, ends, event["DTEND"].params)
        ends = ends if isinstance(ends, datetime) else datetime.combine(ends, time())
        if (ends.tzinfo is None) != (starts.tzinfo is None):
            raise refused(event, _("Its end is of another kind than its beginning."))
        lasts = ends - starts
    elif "DURATION" in event:
        lasts = event["DURATION"].dt
    else:
        lasts = timedelta() if isinstance(begins, datetime) else DAY
    if not isinstance(lasts, timedelta) or not timedelta() <= lasts <= LONGEST:
        raise refused(event, _("It lasts longer than a year, or ends before it begins."))
    return Span(begins, zone, lasts)


def _zone(event: Any, when: When, params: Mapping[str, Any]) -> ZoneInfo | None:
    """Whose clock a time is of; None: the site's. The name may be Windows' own, or end a path."""
    if not isinstance(when, datetime):
        return None
    name = str(params.get("TZID", "")).strip().strip('"')
    if not name:
        return ZoneInfo("UTC") if when.tzinfo is not None else None
    pieces = name.strip("/").split("/")
    tails = ["/".join(pieces[number:]) for number in range(len(pieces))][:PIECES]
    for candidate in (WINDOWS_TO_OLSON.get(name, name), *tails):
        try:
            return ZoneInfo(candidate)
        except (ValueError, OSError, KeyError):  # no such zone, or a name that is a path
            continue
    raise refused(event, _("Its time zone is not known (%(zone)s)."), zone=name[:60])


def when_of(event: Any, value: When, params: Mapping[str, Any]) -> When:
    if not isinstance(value, date):  # datetime is a date; a period is neither
        raise refused(event, _("It lists periods."))
    if not isinstance(value, datetime):
        return value
    return _instant(value.replace(tzinfo=None), _zone(event, value, params))


def _instant(local: datetime, zone: ZoneInfo | None) -> datetime:
    return local if zone is None else local.replace(tzinfo=zone).astimezone(UTC)


def listed(event: Any, name: str) -> list[str]:
    """The times of EXDATE or RDATE, as keys."""
    given = event.get(name, [])
    found = []
    for each in given if isinstance(given, list) else [given]:
        params = each.params
        found += [key(when_of(event, one.dt, params)) for one in each.dts]
    return found


def key(when: When) -> str:
    """The same for the same time, whichever zone it was told in; a date is told by its day."""
    if isinstance(when, datetime) and when.tzinfo is None and when.time() == time():
        return when.isoformat()[:10]
    return when.isoformat()


def day_of(starts: datetime, zone: ZoneInfo | None) -> str:
    """The day on the event's own clock."""
    here = starts if zone is None or starts.tzinfo is None else starts.astimezone(zone)
    return here.isoformat()[:10]


def after(starts: datetime, until: When, zone: ZoneInfo | None) -> bool:
    if not isinstance(until, datetime):
        day = starts if starts.tzinfo is None or zone is None else starts.astimezone(zone)
        return day.date() > until
    if starts.tzinfo is None:
        return starts > until.replace(tzinfo=None)
    if until.tzinfo is None:  # said on the event's own clock
        return starts > _instant(until, zone)
    return starts > until


def demand_readable(event: Any) -> None:
    if broken := [name for name, _why in event.errors if str(name).upper() in MATTERS]:
        raise refused(event, _("Its %(part)s cannot be read."), part=str(broken[0])[:30])


def refused(event: Any, why: str, **values: Any) -> BadFeed:
    return BadFeed(
        _("“%(title)s” cannot be read. %(why)s"),
        title=title_of(event), why=Sentence(why, values),
    )  # fmt: skip


@contextmanager
def reading(event: Any) -> Iterator[None]:
    """What goes wrong inside is the event's fault: years before the first, twice a beginning."""
    try:
        yield
    except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as wrong:
        why = _("It says when it is in a way that is not understood.")
        raise refused(event, why) from wrong


def title_of(event: Any) -> str:
    text = " ".join(str(event.get("SUMMARY", "")).split())
    return "".join(c for c in text if c.isprintable())[:TITLE] or _("Busy")


def uid_of(event: Any) -> str:
    return str(event.get("UID", ""))[:255]
