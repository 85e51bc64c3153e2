"""A booking as a calendar entry that people's calendars follow (RFC 5545, RFC 5546)."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any, Literal

from django.conf import settings
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress

from portal import clock, times
from portal.models import Message, User
from upgrades.models import Booking, UpgradeJob
from upgrades.services import wording

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
PRODUCT = "-//Changeover//Bookings//EN"
UID = re.compile(r"^UID:(\S+)", re.MULTILINE)
GONE = (Booking.State.CANCELLED, Booking.State.LAPSED)
STATUS = {
    Booking.State.HELD: "TENTATIVE",
    Booking.State.CANCELLED: "CANCELLED",
    Booking.State.LAPSED: "CANCELLED",
}


def calendar_invitation(
    booking: Booking, *, method: Method, attendees: Iterable[str] = (),
    at: datetime | None = None, zone: str = "",
) -> bytes:  # fmt: skip
    """The booking as text/calendar: one UID for life, SEQUENCE as it was moved, times in UTC.

    In the language that is active; the description tells the site's own time with its offset, and
    the reader's (`zone`) where it differs. `attendees` are e-mail addresses (RFC 5546 asks for one
    in a REQUEST).
    """
    calendar = Calendar.new(method=method, prodid=PRODUCT, uid=f"{booking.uid}-calendar")
    calendar.add_component(event(booking, method, attendees, at=at or clock.now(), zone=zone))
    return calendar.to_ical()


def event(
    booking: Booking, method: Method, attendees: Iterable[str] = (), *, at: datetime,
    zone: str = "",
) -> Event:  # fmt: skip
    """One entry; `at` is when it was last said (DTSTAMP). One that is cancelled takes no time from
    anybody, and does not say what will be installed."""
    job, site = booking.job, booking.site
    status = "CANCELLED" if method == "CANCEL" else _status(booking)
    is_gone = status == "CANCELLED"
    return Event.new(
        uid=booking.uid,
        sequence=booking.revision,
        stamp=at.astimezone(UTC).replace(microsecond=0),
        start=booking.starts_at.astimezone(UTC),
        end=booking.ends_at.astimezone(UTC),
        status=status,
        transparency="TRANSPARENT" if is_gone else "OPAQUE",
        summary=plain(_summary(job)),
        location=plain(site.public_name),
        description=None if is_gone else _description(booking, zone),
        url=f"{settings.PUBLIC_URL}/c/{job.customer.slug}/jobs/{job.pk}/",
        organizer=_organizer(),
        attendees=[_address(each) for each in attendees],
    )


def _summary(job: UpgradeJob) -> str:
    named = {"site": job.site.name, "job": job.label}
    if job.replacement_id is not None:
        return _("Exchange of an appliance of %(site)s: %(job)s") % named
    if job.repairs_id is not None:
        return _("Repair of %(site)s: %(job)s") % named
    return _("Upgrade of %(site)s: %(job)s") % named


def _status(booking: Booking) -> str:
    """Booked time of a job that must be approved again is not certain either."""
    if booking.state == Booking.State.BOOKED and booking.job.state == UpgradeJob.State.PROPOSED:
        return "TENTATIVE"
    return STATUS.get(booking.state, "CONFIRMED")


def requests(bookings: Iterable[Booking], person: User, *, at: datetime) -> list[str]:
    """An invitation for each, to one person alone: nobody learns of the others."""
    return [_sent(booking, "REQUEST", person, at) for booking in bookings]


def cancels(job: UpgradeJob, person: User, *, at: datetime) -> list[str]:
    """What takes from a person's calendar the given back bookings that they were invited to."""
    known = invited(job).get(person.pk, set())
    gone = Booking.objects.filter(job=job, uid__in=known, state__in=GONE).order_by("slot")
    return [_sent(booking, "CANCEL", person, at) for booking in gone.select_related("site")]


def invited(job: UpgradeJob) -> dict[Any, set[str]]:
    """By person, the UIDs of a job's entries that stand in their calendar, as the ledger knows."""
    found: dict[Any, set[str]] = {}
    rows = Message.objects.filter(about_id=job.pk).exclude(calendars=[]).order_by("written_at")
    for person_id, entries in rows.values_list("recipient_id", "calendars"):
        standing = found.setdefault(person_id, set())
        for entry in entries:
            uids = {uid for uid in UID.findall(entry) if not uid.endswith("-calendar")}
            standing.difference_update(uids)
            if "METHOD:CANCEL" not in entry:
                standing.update(uids)
    return {person_id: uids for person_id, uids in found.items() if uids}


def _sent(booking: Booking, method: Method, person: User, at: datetime) -> str:
    text = calendar_invitation(
        booking, method=method, attendees=[person.email], at=at, zone=person.zone
    )
    return text.decode()


def _clocked(booking: Booking, zone: str) -> dict[str, str]:
    start, end = times.in_zone(booking.starts_at, zone), times.in_zone(booking.ends_at, zone)
    return {
        "day": times.day_label(start.date(), "long_day"), "start": times.clock_label(start),
        "end": times.clock_label(end), "zone": zone, "offset": times.offset_label(start),
    }  # fmt: skip


def _description(booking: Booking, zone: str) -> str:
    job, here = booking.job, booking.site.zone
    differs = zone and _clocked(booking, zone)["offset"] != _clocked(booking, here)["offset"]
    lines = [
        _("To be installed: %(package)s") % {"package": job.target.name}
        if job.is_upgrade
        else job.title,
        _("On the site's clock: %(day)s, %(start)s–%(end)s, %(zone)s %(offset)s")
        % _clocked(booking, here),
        *(
            [
                _("On your clock: %(day)s, %(start)s–%(end)s, %(zone)s %(offset)s")
                % _clocked(booking, zone)
            ]
            if differs
            else []
        ),
        (
            _("It may take %(span)s. The site is away for a time: all users are signed out.")
            if job.downtime_worst
            else _("It may take %(span)s. The site stays up.")
        )
        % {"span": times.span(booking.worst_minutes)},
        _("Last safe start: %(time)s. Later the worst case would not fit.")
        % {"time": wording.on_clock(_last_safe_start(booking), booking.site.zone)},
    ]
    return "\n".join(map(plain, lines))


def _last_safe_start(booking: Booking) -> datetime:
    return booking.ends_at - timedelta(minutes=booking.worst_minutes)


def plain(text: str) -> str:
    """Without control characters: none may end a line of the file, or hide in it."""
    return "".join(char for char in " ".join(text.split()) if char.isprintable())


def _organizer() -> vCalAddress:
    """Under the name that the mails come from, if they have one. Quotes stand in no parameter
    (RFC 5545 §3.2)."""
    name, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organizer = _address(address)
    if said := plain(name).replace('"', ""):
        organizer.params["CN"] = said
    return organizer


def _address(address: str) -> vCalAddress:
    bare = address.rpartition("<")[2].rstrip(">")
    return vCalAddress(f"mailto:{plain(bare)}")
