"""Bookings drawn as lines of time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from appliances.models import Site
from portal import times
from portal.drawings.timeline import Band, Kind, Row, Timeline, draw
from upgrades.models import Booking
from upgrades.planning.windows import Slot

WEEK = timedelta(days=7)
MONTH = timedelta(days=28)
B = Booking.State
DRAWN = {B.USED: Kind.DONE, B.MISSED: Kind.BAD}


def of_jobs(bookings: Iterable[Booking], now: datetime, *, zone: str) -> Timeline:
    """A line a job for the coming week, on the reader's clocks."""
    jobs: dict[Any, list[Booking]] = {}
    for booking in bookings:
        jobs.setdefault(booking.job_id, []).append(booking)
    rows = [_row(found) for found in jobs.values()]
    begin = times.in_zone(now, zone).replace(minute=0, second=0, microsecond=0)
    return draw(rows, begin=begin, end=begin + WEEK, now=now)


def _row(bookings: Sequence[Booking]) -> Row:
    first = bookings[0]
    return Row(
        first.customer.name, said(bookings), bands(bookings),
        f"{first.site.name} · {first.job.target.name}",
        reverse("upgrades:job", kwargs={"slug": first.customer.slug, "pk": first.job_id}),
    )  # fmt: skip


def of_site(
    site: Site, bookings: Sequence[Booking], granted: Iterable[Slot], now: datetime
) -> Timeline:
    """Four weeks of one site on its own clocks: its windows, and a line for its bookings."""
    begin = times.in_zone(now, site.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    windows = [Band(Kind.WINDOW, slot.start, slot.end) for slot in granted]
    said_windows = ngettext("%(count)d window", "%(count)d windows", len(windows)) % {
        "count": len(windows)
    }
    row = Row(site.name, f"{said_windows}. {said(bookings)}", [*windows, *bands(bookings)])
    return draw([row], begin=begin, end=begin + MONTH, now=now)


def bands(bookings: Iterable[Booking]) -> list[Band]:
    found: list[Band] = []
    for booking in bookings:
        worst = timedelta(minutes=booking.worst_minutes)
        if booking.state in DRAWN:
            found.append(Band(DRAWN[booking.state], booking.starts_at, booking.ends_at))
            continue
        found.append(Band(Kind.WINDOW, booking.starts_at, booking.ends_at))
        found.append(Band(Kind.BOOKED, booking.starts_at, booking.starts_at + worst))
        if booking.ends_at - worst > booking.starts_at:
            found.append(Band(Kind.SAFE, booking.ends_at - worst))
    return found


def said(bookings: Iterable[Booking]) -> str:
    """The same in words."""
    words = [
        _("%(begin)s to %(end)s %(zone)s") % {
            "begin": _at(booking.starts_at, booking), "end": _at(booking.ends_at, booking)[-5:],
            "zone": times.offset_label(times.in_zone(booking.starts_at, booking.site.zone)),
        }
        for booking in bookings
    ]  # fmt: skip
    return "; ".join(words) if words else _("nothing booked")


def _at(instant: datetime, booking: Booking) -> str:
    here = times.in_zone(instant, booking.site.zone)
    return f"{times.day_label(here.date(), 'day_without_year')} {times.clock_label(here)}"
