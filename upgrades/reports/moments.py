"""Instants on paper: on the site's clock, with the offset of that day, in the active language."""

from datetime import date, datetime
from typing import Any

from portal import times


def stamp(instant: datetime | None, zone: str) -> dict[str, str] | None:
    """For a table's cell: the day and the clock, and apart from them the offset."""
    if instant is None:
        return None
    local = times.in_zone(instant, zone)
    day = times.day_label(local.date(), "day_without_year")
    return {"at": f"{day} {times.clock_label(local)}", "offset": times.offset_label(local)}


def clock(instant: datetime, zone: str) -> dict[str, str]:
    """For a log: the second, and what stands above the rows of one day."""
    local = times.in_zone(instant, zone)
    day = times.day_label(local.date(), "long_day")
    return {"at": f"{local:%H:%M:%S}", "day": f"{day}, {times.offset_label(local)}"}


def full(instant: datetime, zone: str) -> str:
    """For a sentence: "Tue 24 Nov 2026 01:05, UTC+03:00"."""
    local = times.in_zone(instant, zone)
    clock = times.clock_label(local)
    return f"{times.day_label(local.date())} {clock}, {times.offset_label(local)}"


def spoken(text: str, zone: str) -> str:
    """What was seen, as it was kept; an instant or a day among it as everywhere on the paper."""
    try:
        if len(text) == len("2026-11-23"):
            return times.day_label(date.fromisoformat(text))
        instant = datetime.fromisoformat(text)
    except ValueError:
        return text
    return full(instant, zone) if instant.tzinfo is not None else text


def slot(start: datetime, end: datetime, zone: str) -> str:
    """From when until when, with one offset, or two on a night when the clocks change."""
    here, there = times.in_zone(start, zone), times.in_zone(end, zone)
    if here.utcoffset() != there.utcoffset():
        return f"{full(start, zone)} – {full(end, zone)}"
    hours = f"{times.clock_label(here)}–{times.clock_label(there)}"
    return f"{times.day_label(here.date())} {hours}, {times.offset_label(here)}"


def booked(booking: Any, zone: str) -> str:
    return slot(booking.starts_at, booking.ends_at, zone)


def minutes(begin: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes that something took; None while it is not over."""
    if begin is None or end is None:
        return None
    return round(times.minutes_between(begin, end))
