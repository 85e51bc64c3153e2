"""Bookings as lines of time: a week by its days, four weeks by their sites."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from portal import times
from portal.drawings import month
from portal.drawings.timeline import Band, Kind, Row, Timeline, draw, draw_day
from upgrades.planning.windows import Slot
from upgrades.services.agenda.ground import Freezes, Windows
from upgrades.services.agenda.stretches import Stretches
from upgrades.views import timelines
from upgrades.views.calendar.periods import Period
from upgrades.views.calendar.shown import Agenda, Shown

DAY = timedelta(days=1)
MOST_A_DAY = 12
HOURS = 24


@dataclass(frozen=True)
class DrawnDay:
    date: date
    hours: float
    today: bool
    drawing: Timeline
    rows: Sequence[Shown]
    more: int

    @property
    def odd(self) -> bool:
        return self.hours != HOURS


def week(agenda: Agenda) -> list[DrawnDay]:
    """Each day with a line for every booking that lies in it, on the clocks of the page."""
    period = agenda.period
    held: dict[date, list[Any]] = defaultdict(list)
    for entry in agenda.entries:
        for day in _days(entry, period):
            held[day].append(entry)
    folded = {day: month.folded(held[day], agenda.pressing, MOST_A_DAY) for day in held}
    shown = agenda.show({entry for few, _more in folded.values() for entry in few})
    days = []
    for number in range((period.end - period.first).days):
        day = period.first + DAY * number
        few, more = folded.get(day, ([], 0))
        rows = [shown[entry.id] for entry in few if entry.id in shown]
        days.append(_day(day, rows, more, agenda))
    return days


def _days(entry: Any, period: Period) -> list[date]:
    first = period.day_of(entry.begin, entry.zone)
    last = period.day_of(entry.end - timedelta(minutes=1), entry.zone)
    every = (first + DAY * number for number in range((last - first).days + 1))
    return [day for day in every if period.first <= day < period.end]


def _day(day: date, rows: Sequence[Shown], more: int, agenda: Agenda) -> DrawnDay:
    zone = agenda.period.zone or agenda.asked.reader
    begin, end = (month.begins(each, zone).astimezone(ZoneInfo(zone)) for each in (day, day + DAY))
    lines = [
        Row(
            row.label,
            said(row),
            bands(row),
            f"{row.span} · {row.detail}",
            row.url,
            zone=None if agenda.period.zone else ZoneInfo(row.zone),
        )  # fmt: skip
        for row in rows
    ]
    drawing = draw_day(lines, begin=begin, end=end, now=agenda.at)
    return DrawnDay(day, month.length(day, zone), day == agenda.asked.today, drawing, rows, more)


def bands(row: Shown) -> list[Band]:
    flag = [Band(Kind.CLASH, row.entry.begin)] if row.why else []
    return [*timelines.bands([row.booking]), *flag]


def said(row: Shown) -> str:
    """The drawing of one booking in words."""
    words = [
        str(row.mark.word),
        row.span,
        times.offset_label(times.in_zone(row.entry.begin, row.zone)),
    ]
    if row.ahead:
        words.append(_("last safe start %(time)s") % {"time": row.safe_clock})
    if row.why:
        words.append(_("conflict: %(rules)s") % {"rules": row.short})
    return ", ".join(words)


@dataclass(frozen=True)
class SiteLine:
    """A site of the timeline, with the same in words."""

    site: Any
    row: Row
    bookings: Sequence[Shown]
    words: Sequence[str]


def line_of(
    site: Any, agenda: Agenda, rows: Sequence[Shown], windows: Windows, freezes: Freezes,
    between: Stretches,
) -> SiteLine:  # fmt: skip
    """One site: its windows, freezes, bookings, dwells and times without failover."""
    period = agenda.period
    granted = [slot for slot in windows.of(site.pk, site.zone) if _lies(slot, period)]
    frozen = freezes.of(site.customer_id, site.pk, site.zone)
    frozen = [one for one in frozen if one.meets(period.begins, period.ends)]
    drawn = [
        *(Band(Kind.WINDOW, slot.start, slot.end) for slot in granted),
        *(Band(Kind.FREEZE, one.span.start, one.span.end) for one in frozen),
        *(Band(Kind.DWELL, slot.start, slot.end) for slot in between.dwells),
        *(Band(Kind.INTERIM, slot.start, slot.end) for slot in between.interims),
        *(band for row in rows for band in bands(row)),
    ]
    zone = period.zone or site.zone
    words = [
        ngettext("%(count)d window", "%(count)d windows", len(granted)) % {"count": len(granted)},
        *(f"{_day_clock(row.entry.begin, zone)}: {said(row)}" for row in rows),
        *(_said(_("dwell from %(begin)s to %(end)s"), slot, zone) for slot in between.dwells),
        *(_said(_("without failover from %(begin)s to %(end)s"), slot, zone)
          for slot in between.interims),
        *(f"{one.title}: " + _said(_("frozen from %(begin)s to %(end)s"), one.span, zone)
          for one in frozen),
    ]  # fmt: skip
    across = agenda.asked.scope.whose.across
    label, detail = (site.customer.name, site.name) if across else (site.name, site.public_name)
    url = reverse("upgrades:site", kwargs={"slug": site.customer.slug, "pk": site.pk})
    own = None if period.zone else ZoneInfo(site.zone)
    row = Row(label, "; ".join(words), drawn, detail, url, zone=own)
    return SiteLine(site, row, rows, words)


def by_site(agenda: Agenda, lines: Iterable[SiteLine]) -> Timeline:
    period = agenda.period
    zone = ZoneInfo(period.zone or agenda.asked.reader)
    begin, end = (
        datetime(day.year, day.month, day.day, tzinfo=zone) for day in (period.first, period.end)
    )
    return draw([line.row for line in lines], begin=begin, end=end, now=agenda.at)


def _lies(slot: Slot, period: Period) -> bool:
    return slot.start < period.ends and slot.end > period.begins


def _said(words: str, slot: Slot, zone: str) -> str:
    return words % {"begin": _day_clock(slot.start, zone), "end": _day_clock(slot.end, zone)}


def _day_clock(instant: datetime, zone: str) -> str:
    here = times.in_zone(instant, zone)
    return f"{times.day_label(here.date(), 'day_without_year')} {times.clock_label(here)}"
