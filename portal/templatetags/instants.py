"""Days, times and lengths in the reader's language, with the zone beside every time."""

import re
from datetime import date, datetime, tzinfo

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, pgettext

from portal import times

register = template.Library()
ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")
ISO_MINUTE = re.compile(r"\b\d{4}-\d\d-\d\dT\d\d:\d\d[+-]\d\d:\d\d")


@register.filter
def span(minutes: float) -> str:
    return times.span(minutes)


@register.filter
def day(value: date) -> str:
    return times.day_label(value)


@register.filter
def with_days(text: str, zone: str | tzinfo = "UTC") -> str:
    """A text in which days stand as `2027-02-01` and instants as `2027-02-01T19:00+00:00`, with
    each as the reader's language writes it, instants on the clocks of `zone`. What is neither
    stays as it is."""
    return ISO_DAY.sub(_day_of, ISO_MINUTE.sub(lambda found: _minute_of(found, zone), text))


def _minute_of(found: re.Match[str], zone: str | tzinfo) -> str:
    try:
        here = times.in_zone(datetime.fromisoformat(found[0]), zone)
    except ValueError:
        return found[0]
    return f"{times.day_label(here)} {times.clock_label(here)} {times.offset_label(here)}"


def _day_of(found: re.Match[str]) -> str:
    try:
        return times.day_label(date.fromisoformat(found[0]))
    except ValueError:
        return found[0]


@register.filter
def short_day(value: date) -> str:
    return times.day_label(value, "day_without_year")


@register.filter
def long_day(value: date) -> str:
    return times.day_label(value, "long_day")


@register.filter
def wall(moment: datetime) -> str:
    """A day and a time on clocks that the page names beside it: "Sat 1 Jun 2030 00:00"."""
    return f"{times.day_label(moment)} {times.clock_label(moment)}"


@register.filter
def clock(instant: datetime, zone: str | tzinfo) -> str:
    return times.clock_label(times.in_zone(instant, zone))


@register.filter
def clock_to_the_second(instant: datetime, zone: str | tzinfo) -> str:
    return times.clock_label(times.in_zone(instant, zone), seconds=True)


@register.filter
def zone_label(instant: datetime, zone: str | tzinfo) -> str:
    return times.offset_label(times.in_zone(instant, zone))


@register.filter
def in_zone(instant: datetime, zone: str | tzinfo) -> datetime:
    """The instant on a zone's clocks, for {{ …|in_zone:zone|day }}."""
    return times.in_zone(instant, zone)


@register.filter
def from_now(instant: datetime, now: datetime) -> str:
    """How far away, in words. What is less than half a minute away is now, and not "in 0 min"."""
    minutes = times.minutes_between(now, instant)
    if not round(minutes):
        return pgettext("a moment", "now") if minutes >= 0 else _("just now")
    if minutes >= 0:
        return _("in %(span)s") % {"span": times.span(minutes)}
    return _("%(span)s ago") % {"span": times.span(-minutes)}


@register.simple_tag
def site_time(
    instant: datetime,
    zone: str | tzinfo,
    reader_zone: str | tzinfo | None = None,
    *,
    until: datetime | None = None,
    inline: bool = False,
    year: bool = True,
) -> SafeString:
    """An instant (or a span of time) on the site's clocks, and after it on the reader's."""
    here = times.in_zone(instant, zone)
    pattern = "day" if year else "day_without_year"
    second = times.offset_label(here)
    there = times.in_zone(instant, reader_zone) if reader_zone else here
    if there.utcoffset() != here.utcoffset():
        named = (
            "" if there.date() == here.date() else f"{times.day_label(there, 'day_without_year')} "
        )
        second = f"{second}, {named}{_hours(there, until)} {times.offset_label(there)}"
    return format_html(
        '<span class="when{}"><time datetime="{}">{} {}</time> <small>{}</small></span>',
        " line" if inline else "",
        here.isoformat(timespec="minutes"),
        times.day_label(here, pattern),
        _hours(here, until),
        second,
    )


def _hours(moment: datetime, until: datetime | None) -> str:
    if until is None:
        return times.clock_label(moment)
    end = until.astimezone(moment.tzinfo)
    return f"{times.clock_label(moment)}–{times.clock_label(end)}"
