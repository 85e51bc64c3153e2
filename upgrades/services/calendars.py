"""Freezes that come by themselves: from an iCalendar address or file of the customer's, and public
holidays. What a refresh would displace waits to be accepted; whatever goes wrong leaves the freezes
as they were, with a sentence.
"""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext, gettext_lazy as _

from appliances.models import Site
from portal import audit, egress, tenancy
from portal.background import enqueue
from portal.errors import NotNow, Refused
from upgrades.models import Freeze, FreezeCalendar
from upgrades.planning import feeds, floating
from upgrades.planning.feeds import Busy
from upgrades.services import holidays_of, misfits

DAY = timedelta(days=1)
HORIZON = 400 * DAY
EVERY = timedelta(hours=6)
MOST = 20  # calendars of one customer
WEBCAL = re.compile("^webcals?://", re.IGNORECASE)
Key = tuple[str, str, str]


class BadCalendar(Refused):
    code = "calendar-not-possible"


class NothingPending(NotNow):
    code = "nothing-pending"


def add(
    *, name: str, site: Site | None = None, address: str = "", content: bytes = b"",
    country: str = "", by: Any, at: datetime,
) -> FreezeCalendar:  # fmt: skip
    """One source: an address (read soon, and then every six hours), a file, or the holidays of a
    country. What it brings counts at once where it displaces nothing. Raises BadCalendar."""
    name = "".join(c for c in " ".join(name.split()) if c.isprintable())
    if not name or len(name) > 80:
        raise BadCalendar(
            _("A calendar has a name of at most 80 characters."),
            fields={"name": _("A name of at most 80 characters.")},
        )
    if sum(map(bool, (address, content, country))) != 1:
        raise BadCalendar(
            _("Give one of the three: an address, a file, or a country."),
            fields={"address": _("Give one of the three: an address, a file, or a country.")},
        )
    if FreezeCalendar.objects.count() >= MOST:
        raise BadCalendar(_("%(most)s calendars are the most.") % {"most": MOST})
    address = WEBCAL.sub("https://", address.strip())
    if address:
        _demand_callable(address)
    calendar = FreezeCalendar(
        customer_id=tenancy.current_customer_id(), site=site, name=name, address=address,
        country=country, made_by=by, made_at=at, next_at=at,
    )  # fmt: skip
    calendar.content = as_text(content)
    found = None if address else demand(calendar, at)
    calendar.save(force_insert=True)
    audit.record("calendar.added", calendar, by=by, at=at, data=facts(calendar))
    if found is not None:
        calendar.refreshed_at, calendar.next_at = at, at + EVERY
        take(calendar, found, at=at)
    enqueue("upgrades.refresh_calendars")
    return calendar


def remove(calendar: FreezeCalendar, *, by: Any, at: datetime) -> None:
    """With every freeze that came from it."""
    audit.record("calendar.removed", calendar, by=by, at=at, data=facts(calendar))
    Freeze.objects.filter(calendar=calendar).delete()
    FreezeCalendar.objects.filter(pk=calendar.pk).delete()


def expand(calendar: FreezeCalendar, at: datetime) -> list[Busy]:
    """What is on within the horizon, read anew from what is kept. Raises BadFeed."""
    begin, end = at - DAY, at + HORIZON
    if calendar.country:
        return holidays_of.country(calendar.country, begin.date(), end.date())
    return list(feeds.read(calendar.content.encode(), begin, end))


def demand(calendar: FreezeCalendar, at: datetime) -> list[Busy]:
    """The same for a person who waits. Raises BadCalendar in the reader's language."""
    try:
        return expand(calendar, at)
    except feeds.BadFeed as refusal:
        said = refusal.told(gettext)
        raise BadCalendar(said, fields={"file": said}) from refusal


def take(calendar: FreezeCalendar, found: Iterable[Busy], *, at: datetime) -> bool:
    """What a refresh found becomes the freezes. What would displace bookings waits in `pending`
    until a person accepts it; whether nothing waits."""
    wanted = {_key(one): one for one in found}
    known = {_key_of(row): row for row in _rows(calendar, at)}
    new = [one for key, one in wanted.items() if key not in known]
    waits = _displacing(calendar, new, at)
    calendar.pending = [_dumped(one) for one in waits] or None
    gone = [row for key, row in known.items() if key not in wanted]
    _write(calendar, [one for one in new if one not in waits], gone, by=None, at=at)
    calendar.save()
    return not waits


def accept(calendar: FreezeCalendar, *, by: Any, at: datetime) -> None:
    """What waits counts from now on. Raises NothingPending."""
    if not calendar.pending:
        raise NothingPending(_("Nothing waits to be accepted: look at the calendar as it is now."))
    known = {_key_of(row) for row in _rows(calendar, at)}
    new = [one for one in map(_loaded, calendar.pending) if _key(one) not in known]
    calendar.pending = None
    _write(calendar, new, [], by=by, at=at)
    calendar.save()


def waiting(calendar: FreezeCalendar) -> list[Busy]:
    """What would displace bookings, for whoever has to accept it."""
    return [_loaded(kept) for kept in calendar.pending or ()]


def facts(calendar: FreezeCalendar) -> dict[str, Any]:
    """For the audit trail; an address may hold a secret, so only its host is told."""
    return {
        "name": calendar.name, "site": str(calendar.site_id or ""), "country": calendar.country,
        "host": host_of(calendar),
    }  # fmt: skip


def host_of(calendar: FreezeCalendar) -> str:
    return calendar.address.partition("://")[2].partition("/")[0]


def _displacing(calendar: FreezeCalendar, new: list[Busy], at: datetime) -> list[Busy]:
    ahead = misfits.bookings_ahead(at=at, site_id=calendar.site_id) if new else []
    rows = [(one, _row(calendar, one, at)) for one in new] if ahead else []
    return [one for one, row in rows if any(misfits.met_by(booking, row) for booking in ahead)]


def _write(
    calendar: FreezeCalendar, new: list[Busy], gone: list[Freeze], *, by: Any, at: datetime
) -> None:
    if not new and not gone:
        return
    Freeze.objects.filter(pk__in=[row.pk for row in gone]).delete()
    Freeze.objects.bulk_create(_row(calendar, one, at) for one in new)
    data = {**facts(calendar), "added": len(new), "lifted": len(gone)}
    audit.record("calendar.counted", calendar, by=by, at=at, data=data)


def _rows(calendar: FreezeCalendar, at: datetime) -> list[Freeze]:
    """Those that the horizon still reaches; what is over stays as it was."""
    return list(Freeze.objects.filter(calendar=calendar, span__overlap=(at - DAY, at + HORIZON)))


def _row(calendar: FreezeCalendar, one: Busy, at: datetime) -> Freeze:
    source = Freeze.Source.HOLIDAY if calendar.country else Freeze.Source.CALENDAR
    row = Freeze(
        customer_id=calendar.customer_id, site_id=calendar.site_id, calendar=calendar,
        uid=one.uid, title=one.title, source=source, made_at=at,
        span=DateTimeTZRange(one.begin, one.end),
    )  # fmt: skip
    if one.floats:
        loose = floating.anywhere(one.begin, one.end)
        row.span = DateTimeTZRange(loose.start, loose.end)
        row.local_begin, row.local_end = (
            each.isoformat(timespec="minutes") for each in (one.begin, one.end)
        )
    return row


def _key(one: Busy) -> Key:
    times = [each.isoformat(timespec="minutes") for each in (one.begin, one.end)]
    return times[0], times[1], one.title


def _key_of(row: Freeze) -> Key:
    if row.floats:
        return row.local_begin, row.local_end, row.title
    times = [each.isoformat(timespec="minutes") for each in (row.span.lower, row.span.upper)]
    return times[0], times[1], row.title


def _dumped(one: Busy) -> list[str]:
    return [one.begin.isoformat(), one.end.isoformat(), one.title, one.uid]


def _loaded(kept: list[str]) -> Busy:
    begin, end, title, uid = kept
    return Busy(datetime.fromisoformat(begin), datetime.fromisoformat(end), title, uid)


def as_text(content: bytes) -> str:
    """As it is kept: PostgreSQL takes no NUL. One byte too many stays, so that it is refused."""
    return content[: feeds.MOST_BYTES + 1].decode("utf-8-sig", errors="replace").replace("\0", "")


def _demand_callable(address: str) -> None:
    try:
        egress.guard().demand(address)
    except egress.OutgoingError as refusal:
        raise BadCalendar(
            str(refusal.sentence),
            remedy=_("Give an https address with a public name."),
            fields={"address": refusal.sentence},
        ) from refusal
