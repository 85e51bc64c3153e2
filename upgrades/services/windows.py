"""A site's maintenance windows: keeping them, and the time they leave free."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from django.db import transaction
from django.utils.translation import gettext, gettext_lazy as _

from appliances.models import Site
from portal import audit, once
from portal.errors import Refused
from upgrades.models import Booking, MaintenanceWindow
from upgrades.planning.recurrence import BadRule, Occurrence, occurrences, read
from upgrades.planning.windows import Slot
from upgrades.services.wording import describe, when

__all__ = [
    "ALL", "BadWindow", "LeavesOutside", "SiteClosed", "add", "change", "choices", "describe",
    "granted", "remove", "stranded", "taken", "when",
]  # fmt: skip

LEAST, MOST = 15, 24 * 60  # minutes
YEARS = range(2000, 2100)
ALL = frozenset({"all"})  # whoever asks sees to what is left outside
TAKEN = [Booking.State.HELD, Booking.State.BOOKED, Booking.State.IN_USE]
TO_COME = [Booking.State.HELD, Booking.State.BOOKED]


class BadWindow(Refused):
    """What was written cannot be a window; `fields` says where."""

    code = "window-not-possible"


class LeavesOutside(Refused):
    """Nothing was changed: these bookings would lie outside the windows, and nobody said so."""

    code = "bookings-left-outside"

    def __init__(self, bookings: list[Booking]) -> None:
        self.bookings = bookings
        listed = "; ".join(
            f"{booking.job.label} {when(booking.starts_at, booking.site)}" for booking in bookings
        )
        super().__init__(
            _("These bookings would lie outside the windows: %(bookings)s.") % {"bookings": listed},
            remedy=_("Move them first, or confirm that they keep their times."),
        )


class SiteClosed(Refused):
    code = "site-closed"


def add(
    site: Site, *, rule: str, starts_on: date, at_time: time, minutes: int,
    title: str = "", by: Any, at: datetime,
) -> MaintenanceWindow:  # fmt: skip
    """Grant a recurring time, on the site's own clock. Raises BadWindow or SiteClosed."""
    if site.closed_at:
        raise SiteClosed(_("This site is closed: it needs no maintenance windows."))
    window = MaintenanceWindow(customer_id=site.customer_id, site=site)
    _fill(window, rule=rule, starts_on=starts_on, at=at_time, minutes=minutes, title=title)
    window.save(force_insert=True)
    audit.record("window.added", window, by=by, at=at, data=_facts(window))
    return window


def change(
    window: MaintenanceWindow, *, rule: str | None = None, starts_on: date | None = None,
    at_time: time | None = None, minutes: int | None = None, title: str | None = None,
    leave_outside: Collection[str] = (), by: Any, at: datetime,
) -> MaintenanceWindow:  # fmt: skip
    """Change what is given. Bookings keep their own times: of those that would lie outside from
    now on, each must be named in `leave_outside` (ids), or nothing changes.

    Raises BadWindow; LeavesOutside with the bookings that were not named.
    """
    before, already = _facts(window), {booking.pk for booking in stranded(window.site, at=at)}
    asked = {"rule": rule, "starts_on": starts_on, "at": at_time, "minutes": minutes}
    values = {name: value for name, value in asked.items() if value is not None}
    with transaction.atomic():
        _fill(window, **values, title=window.title if title is None else title)
        window.save()
        outside = [row for row in stranded(window.site, at=at) if row.pk not in already]
        named = {str(pk) for pk in leave_outside}
        unseen = [booking for booking in outside if str(booking.pk) not in named]
        if unseen and leave_outside is not ALL:
            raise LeavesOutside(unseen)
    data = {"before": before, **_facts(window), "outside": _ids(outside)}
    audit.record("window.changed", window, by=by, at=at, data=data)
    return window


def remove(window: MaintenanceWindow, *, by: Any, at: datetime) -> list[Booking]:
    """Grant it no longer. Bookings keep their own times: those now outside are noted, returned."""
    MaintenanceWindow.objects.filter(pk=window.pk).delete()
    outside = stranded(window.site, at=at)
    data = {**_facts(window), "outside": _ids(outside)}
    audit.record("window.removed", window, by=by, at=at, data=data)
    return outside


def taken(site: Site, begin: datetime, end: datetime, *, ignoring: Any = None) -> list[Slot]:
    """What is booked of a site's time, except by the job `ignoring`."""
    bookings = Booking.objects.filter(site=site, state__in=TAKEN, slot__overlap=(begin, end))
    if ignoring is not None:
        bookings = bookings.exclude(job=ignoring)
    return [Slot(span.lower, span.upper) for span in bookings.values_list("slot", flat=True)]


def granted(site: Site, begin: datetime, end: datetime) -> list[Slot]:
    """The time in the site's windows, booked or not. Of a window whose hour exists twice only what
    is inside both readings; of one whose hour does not exist, nothing."""
    found = [slot for window in of(site) for slot in certain(_occur(window, begin, end))]
    clipped = (Slot(max(slot.start, begin), min(slot.end, end)) for slot in merged(found))
    return [slot for slot in clipped if slot.start < slot.end]


def choices(
    site: Site, begin: datetime, end: datetime
) -> list[tuple[MaintenanceWindow, Occurrence]]:
    """Every occurrence as it stands, first things first: doubled hours twice, missing ones with
    the next valid time. For pages, and for whoever has to choose."""
    found = [(window, one) for window in of(site) for one in _occur(window, begin, end)]
    return sorted(found, key=lambda each: each[1].start)


def stranded(site: Site, *, at: datetime, among: Iterable[Booking] | None = None) -> list[Booking]:
    """Bookings to come that lie outside the site's windows as they are now. `among`: those of the
    site that are not over, where they were read already."""
    if among is None:
        ahead = Booking.objects.filter(site=site, state__in=TO_COME, slot__endswith__gt=at)
        among = ahead.select_related("job", "site")
    bookings = sorted(
        (booking for booking in among if booking.state in TO_COME),
        key=lambda booking: booking.starts_at,
    )
    if not bookings:
        return []
    begin, end = bookings[0].starts_at, max(booking.ends_at for booking in bookings)
    stretches = granted(site, begin, end) + [
        Slot(one.start, one.end) for _window, one in choices(site, begin, end)
    ]
    return [
        booking
        for booking in bookings
        if not any(s.start <= booking.starts_at and booking.ends_at <= s.end for s in stretches)
    ]


def merged(found: Iterable[Slot]) -> list[Slot]:
    """Slots that touch or overlap are one."""
    whole: list[Slot] = []
    for slot in sorted(found, key=lambda slot: slot.start):
        if whole and slot.start <= whole[-1].end:
            whole[-1] = Slot(whole[-1].start, max(whole[-1].end, slot.end))
        else:
            whole.append(slot)
    return whole


def of(site: Site) -> list[MaintenanceWindow]:
    """A site's windows, in order."""
    found = site.windows.order_by("starts_on", "at", "pk")
    return once.read(("windows", site.pk), lambda: list(found))


def _occur(window: MaintenanceWindow, begin: datetime, end: datetime) -> Iterator[Occurrence]:
    return occurrences(
        window.rule, window.starts_on, window.at, window.minutes, window.site.zone, begin, end
    )


def certain(found: Iterable[Occurrence]) -> Iterator[Slot]:
    """What may be booked of occurrences in order: of a time that exists twice what both share."""
    for _local, same in groupby(found, key=lambda one: one.local):
        readings = list(same)
        start, end = max(one.start for one in readings), min(one.end for one in readings)
        if start < end:
            yield Slot(start, end)


def _fill(window: MaintenanceWindow, **values: Any) -> None:
    for name, value in values.items():
        setattr(window, name, value)
    window.title = "".join(c for c in window.title if c.isprintable()).strip()
    if why := _refusals(window):
        raise BadWindow(" ".join(map(str, why.values())), fields=why)
    window.rule = window.rule.strip().upper()


def _refusals(window: MaintenanceWindow) -> dict[str, object]:
    """What is wrong, by the name of the input."""
    found: dict[str, object] = {}
    try:
        read(window.rule)
    except BadRule as refusal:
        found["rule"] = refusal.told(gettext)
    if not LEAST <= window.minutes <= MOST:
        found["minutes"] = _("A window lasts from 15 minutes to 24 hours.")
    if window.at.second or window.at.microsecond or window.at.tzinfo:
        found["at_time"] = _("A window begins on a full minute of the site's clock.")
    if window.starts_on.year not in YEARS:
        found["starts_on"] = _("A window begins on a day of this century.")
    if len(window.title) > MaintenanceWindow._meta.get_field("title").max_length:
        found["title"] = _("A title has at most 80 characters.")
    return found


def _facts(window: MaintenanceWindow) -> dict[str, Any]:
    return {
        "site": str(window.site_id),
        "rule": window.rule,
        "starts_on": window.starts_on,
        "at": window.at,
        "minutes": window.minutes,
        "title": window.title,
    }


def _ids(bookings: Iterable[Booking]) -> list[str]:
    return [str(booking.pk) for booking in bookings]
