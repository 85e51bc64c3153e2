"""What a secret calendar address shows: to a customer's person their bookings, windows and freezes;
to staff the bookings of all customers, or of the sites that a sentence names. The same rows give
the same bytes, so that a calendar that asks again can be told that nothing is new."""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vText

from appliances.models import Site
from appliances.services.filtering import matching
from portal import permissions, tenancy, times
from portal.models import CalendarFeed, User
from portal.services.feeds import NoFeed
from upgrades.models import Booking
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.services import freezes, invitations, windows

DAY = timedelta(days=1)
PAST, AHEAD, WINDOWS_AHEAD = 30 * DAY, 365 * DAY, 60 * DAY
MOST = 5000
SHOWN = ("HELD", "BOOKED", "IN_USE", "USED")
RELATED = ("site", "customer", "job__customer", *(f"job__{name}" for name in WITH_PURPOSE))


def of(feed: CalendarFeed, *, at: datetime) -> bytes:
    """The whole calendar, in its person's language. Raises NoFeed once they may not see it."""
    with translation.override(feed.user.language):
        calendar = Calendar.new(method="PUBLISH", prodid=invitations.PRODUCT, uid=str(feed.pk))
        calendar.add("X-WR-CALNAME", invitations.plain(feed.name))
        calendar.add("REFRESH-INTERVAL", timedelta(hours=1), parameters={"VALUE": "DURATION"})
        entries = _of_staff(feed, at) if feed.customer_id is None else _of_member(feed, at)
        for entry in entries:
            calendar.add_component(entry)
        return calendar.to_ical()


def etag(content: bytes) -> str:
    return f'"{hashlib.sha256(content).hexdigest()}"'


def _of_staff(feed: CalendarFeed, at: datetime) -> Iterator[Event]:
    rows = _between(Booking.across, at)
    if feed.sentence:
        rows = rows.filter(site__in=matching(Site.across.all(), feed.sentence, on=at.date()))
    for booking in rows[:MOST]:
        entry = _booked(booking, feed.user)
        named = f"{booking.customer.name}: {entry['SUMMARY']}"
        entry["SUMMARY"] = vText(invitations.plain(named))
        yield entry


def _of_member(feed: CalendarFeed, at: datetime) -> list[Event]:
    with tenancy.transaction(feed.customer_id):
        if not permissions.may(feed.user, "job.view"):
            raise NoFeed(_("There is no calendar at this address."))
        sites = Site.objects.filter(closed_at=None).order_by("pk")
        seen = permissions.visible_sites(feed.user)
        if seen is not None:
            sites = sites.filter(pk__in=seen)
        known = list(sites)
        rows = _between(Booking.objects, at).filter(site__in=known)[:MOST]
        return [
            *(_booked(booking, feed.user) for booking in rows),
            *(entry for site in known for entry in (*_windows(site, at), *_frozen(site, at))),
        ][:MOST]


def _between(manager: Any, at: datetime) -> Any:
    rows = manager.filter(state__in=SHOWN, slot__overlap=(at - PAST, at + AHEAD))
    return rows.select_related(*RELATED).order_by("slot", "pk")


def _booked(booking: Booking, reader: User) -> Event:
    """Stamped when it was last asked for or approved, so that nothing changes by being asked."""
    job = booking.job
    stamp = job.approved_at or job.requested_at or job.made_at
    return invitations.event(booking, "PUBLISH", at=stamp, zone=reader.zone)


def _windows(site: Site, at: datetime) -> Iterator[Event]:
    """Times granted: they take nobody's time."""
    begin = _midnight(at)
    for window, one in windows.choices(site, begin, begin + WINDOWS_AHEAD):
        yield _entry(
            f"{window.pk}-{one.start:%Y%m%dT%H%M%SZ}", window.starts_on,
            one.start, one.end, _("Maintenance window: %(site)s") % {"site": site.name}, free=True,
        )  # fmt: skip


def _frozen(site: Site, at: datetime) -> Iterable[Event]:
    """Times when nothing may run at a site: busy for upgrades."""
    begin = _midnight(at)
    return [
        _entry(
            f"{one.row.pk}-{site.pk}", one.made_at.date(), one.span.start, one.span.end,
            _("No upgrades of %(site)s: %(title)s") % {"site": site.name, "title": one.title},
            free=False,
        )
        for one in freezes.of(site, None, begin, begin + AHEAD)
    ]  # fmt: skip


def _entry(
    uid: str, made: date, start: datetime, end: datetime, summary: str, *, free: bool
) -> Event:  # fmt: skip
    return Event.new(
        uid=uid, stamp=datetime.combine(made, time(), UTC), start=start.astimezone(UTC),
        end=end.astimezone(UTC), summary=invitations.plain(summary),
        transparency="TRANSPARENT" if free else "OPAQUE",
    )  # fmt: skip


def _midnight(at: datetime) -> datetime:
    return datetime.combine(times.in_zone(at, "UTC").date(), time(), UTC)
