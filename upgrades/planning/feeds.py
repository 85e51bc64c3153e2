"""What somebody else's iCalendar (RFC 5545) says, as times when something is on.

The content comes from a stranger: its size, lines, depth and number of events are bounded before
any library reads it, recurrences are followed by our own bounded code, and time zones are looked up
by name: what a file says about a zone is not believed. One event that cannot be read refuses the
whole, since a freeze left out silently is worse than an old one kept.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from icalendar import Calendar

from upgrades.planning import repeating
from upgrades.planning.feed_times import (
    DAY,
    BadFeed,
    Span,
    after,
    day_of,
    demand_readable,
    key,
    listed,
    reading,
    refused,
    span_of,
    title_of,
    uid_of,
    when_of,
)
from upgrades.planning.repeating import Budget
from upgrades.planning.vocabulary import _

__all__ = ["BadFeed", "Busy", "read"]

MOST_BYTES = 1_000_000
MOST_LINES = 60_000
MOST_EVENTS = 2_000
MOST_TIMES = 5_000  # occurrences within the horizon
DEEPEST = 4
FOLD = re.compile("\n[ \t]")  # RFC 5545 §3.1
ROOTED = re.compile('(;TZID="?)/+', re.IGNORECASE)  # the library takes it for a path of ours


@dataclass(frozen=True, order=True)
class Busy:
    """One time that something is on. Naive instants are of each site's own clock."""

    begin: datetime
    end: datetime
    title: str
    uid: str = ""

    @property
    def floats(self) -> bool:
        return self.begin.tzinfo is None


def read(content: bytes, begin: datetime, end: datetime) -> tuple[Busy, ...]:
    """Everything that is on between two instants, earliest first. Raises BadFeed."""
    text = _bounded(content)
    try:
        calendar = Calendar.from_ical(text)
    except Exception as wrong:  # whatever the library trips over is the content's fault
        raise BadFeed(_("This is not a calendar that can be read.")) from wrong
    if calendar.name != "VCALENDAR":
        raise BadFeed(_("This is not a calendar."))
    budget, found = Budget(), []
    events = [part for part in calendar.subcomponents if part.name == "VEVENT"]
    moved = _moved(events)
    for event in events:
        with reading(event):
            for one in _times(event, moved, begin, end, budget):
                found.append(one)
                if len(found) > MOST_TIMES:
                    raise BadFeed(_("More than %(most)s times are too many."), most=MOST_TIMES)
    return tuple(sorted(set(found), key=lambda one: (one.begin.isoformat(), one)))


def _bounded(content: bytes) -> str:
    """As text, without what it says of zones, and small enough to be read."""
    if len(content) > MOST_BYTES:
        raise BadFeed(_("More than 1 MB is too much."))
    text = content.decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
    lines = ROOTED.sub(r"\1", FOLD.sub("", text)).split("\n")
    if not lines or lines[0].strip().upper() != "BEGIN:VCALENDAR":
        raise BadFeed(_("This is not a calendar."))
    if len(lines) > MOST_LINES:
        raise BadFeed(_("A calendar of more than %(most)s lines is too long."), most=MOST_LINES)
    kept, depth, events, in_zone = [], 0, 0, False
    for line in lines:
        word = line.strip().upper()
        in_zone = in_zone or word == "BEGIN:VTIMEZONE"
        if not in_zone:
            kept.append(line)
        if word == "END:VTIMEZONE":
            in_zone = False
        depth += word.startswith("BEGIN:") - word.startswith("END:")
        events += word == "BEGIN:VEVENT"
        if depth > DEEPEST or events > MOST_EVENTS:
            raise BadFeed(_("More than %(most)s events are too many."), most=MOST_EVENTS)
    return "\r\n".join(kept)


def _moved(events: list[Any]) -> dict[tuple[str, str], Any]:
    """Occurrences that were changed by themselves, by the event and the time they replace."""
    found = {}
    for event in events:
        if "RECURRENCE-ID" not in event:
            continue
        demand_readable(event)
        with reading(event):
            named = event["RECURRENCE-ID"]
            if named.params.get("RANGE"):
                raise refused(event, _("It changes all occurrences from one on."))
            found[uid_of(event), key(when_of(event, named.dt, named.params))] = event
    return found


def _times(
    event: Any, moved: Mapping[Any, Any], begin: datetime, end: datetime,
    budget: Budget,
) -> Iterator[Busy]:  # fmt: skip
    demand_readable(event)
    if str(event.get("STATUS", "")).strip().upper() == "CANCELLED":
        return
    span = span_of(event)
    single = "RECURRENCE-ID" in event
    out = set() if single else set(listed(event, "EXDATE"))
    uid, title = uid_of(event), title_of(event)
    for starts in [span.on(span.day)] if single else _starts(event, span, begin, end, budget):
        if not single and (
            (uid, key(starts)) in moved or {key(starts), day_of(starts, span.zone)} & out
        ):
            continue
        ends = starts + span.lasts
        if ends > starts and _meets(starts, ends, begin, end):
            yield Busy(starts, ends, title, uid)


def _starts(
    event: Any, span: Span, begin: datetime, end: datetime, budget: Budget
) -> Iterator[datetime]:
    first, last = (begin - span.lasts).date() - 2 * DAY, end.date() + 2 * DAY
    rules = event.get("RRULE", [])
    for parts in rules if isinstance(rules, list) else [rules]:
        try:
            repeat = repeating.read(parts)
            for day in repeat.days(span.day, first, last, budget):
                starts = span.on(day)
                if repeat.until is not None and after(starts, repeat.until, span.zone):
                    break
                yield starts
        except repeating.BadRepeat as refusal:
            raise refused(event, refusal.message, **refusal.values) from refusal
        except repeating.TooMuchWork as refusal:
            raise BadFeed(refusal.message) from refusal
    if not rules:
        yield span.on(span.day)
    for text in listed(event, "RDATE"):
        when = datetime.fromisoformat(text)
        yield span.on(when.date()) if len(text) == 10 else when


def _meets(starts: datetime, ends: datetime, begin: datetime, end: datetime) -> bool:
    if starts.tzinfo is None:  # anywhere on earth
        starts, ends = starts.replace(tzinfo=UTC), ends.replace(tzinfo=UTC)
        begin, end = begin - DAY, end + DAY
    return starts < end and begin < ends
