"""A job's bookings: held, confirmed, moved, used, missed, given back.

Called inside the customer's transaction. `lay_out` says where they can lie; the database sees to
it that two of a site never overlap.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.db import models
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext_lazy as _

from portal import audit, times
from portal.errors import NotNow
from upgrades.models import Booking, UpgradeJob
from upgrades.planning.windows import Slot
from upgrades.services import answering, capacity
from upgrades.services.capacity import NoSeat
from upgrades.services.clashes import SlotTaken, unless_taken
from upgrades.services.coverage import covered_until
from upgrades.services.invitations import calendar_invitation
from upgrades.services.layouts import (
    ContractEnds,
    InterimTooLong,
    Layout,
    NoSlot,
    OutsideRollout,
    Row,
    TooShort,
    lay_out,
)
from upgrades.services.moves import CannotMove, asked_at, inside_range, openings, room
from upgrades.services.openings import NOTHING, OVERRIDABLE

__all__ = [
    "CannotMove", "ContractEnds", "InterimTooLong", "Layout", "NoSeat", "NoSlot", "NotHeld",
    "OutsideRollout", "Row", "SlotTaken", "TooShort", "begin", "calendar_invitation", "confirm",
    "covered_until", "end", "for_job", "hold", "inside_range", "lapse",
    "last_safe_start", "lay_out", "miss", "move", "note_moved", "openings", "put", "release",
    "retime", "unless_taken",
]  # fmt: skip

MINUTE = timedelta(minutes=1)
S = Booking.State


class NotHeld(NotNow):
    """There is nothing to confirm: the slots were let go meanwhile."""

    code = "booking-not-held"


def for_job(job: UpgradeJob) -> models.QuerySet[Booking]:
    """A job's bookings that stand (or stood), in the plan's order."""
    gone = [S.CANCELLED, S.LAPSED]
    return Booking.objects.filter(job=job).exclude(state__in=gone).order_by("window")


def hold(
    job: UpgradeJob, layout: Layout, *, by: Any, at: datetime, override: str = ""
) -> list[Booking]:  # fmt: skip
    """Keep a layout's slots for a job, and support's seats for them. What it held otherwise is
    given back, what is the same stays. Raises SlotTaken or NoSeat, and then nothing has changed."""
    with unless_taken():
        kept, given_back = _keep_what_fits(job, layout)
        new = [
            _held(job, row, override)
            for row in sorted(layout.rows, key=lambda row: row.start)
            if row.window not in kept
        ]
        capacity.demand(job, new)
    for booking in given_back:
        _note("booking.cancelled", booking, by=by, at=at)
    for booking in new:
        answering.answer(booking, by=by, at=at)
        _note("booking.held", booking, by=by, at=at)
    return list(for_job(job))


def confirm(job: UpgradeJob, *, by: Any = None, at: datetime) -> list[Booking]:
    """At approval: what was held is booked; what an earlier approval booked stays so. Raises
    NotHeld if it was let go meanwhile, or if the time of a window is over."""
    standing = list(for_job(job))
    held = [booking for booking in standing if booking.state == S.HELD]
    if any(booking.state == S.MISSED for booking in standing):
        raise NotHeld(
            _("A window of this job was missed and has no new time yet."),
            remedy=_("Move it to another slot first."),
        )
    if not standing:
        raise NotHeld(
            _("The windows of this job are no longer held."),
            remedy=_("Choose windows anew, and ask again."),
        )
    for booking in held:
        booking.confirm()
        _saved("booking.confirmed", booking, by=by, at=at)
    return held


def release(job: UpgradeJob, *, by: Any = None, at: datetime) -> list[Booking]:
    """Give back what is held, booked or missed; what is or was used stays as it is."""
    given_back = list(for_job(job).filter(state__in=[S.HELD, S.BOOKED, S.MISSED]))
    for booking in given_back:
        booking.cancel()
        _saved("booking.cancelled", booking, by=by, at=at)
    capacity.follow(job)
    return given_back


def lapse(job: UpgradeJob, *, at: datetime) -> list[Booking]:
    """Nobody approved in time: what was only held is free again."""
    lapsed = list(for_job(job).filter(state=S.HELD))
    for booking in lapsed:
        booking.lapse()
        _saved("booking.lapsed", booking, by=None, at=at)
    capacity.follow(job)
    return lapsed


def move(
    booking: Booking, start: datetime, *, by: Any, at: datetime, override: str = "", **asked: Any
) -> Booking:  # fmt: skip
    """To another slot of the site's windows, which it takes from `start` on, with its seats.

    Held stays held, booked and missed are booked; SEQUENCE + 1. `asked` (`contract_until`,
    `security_fix`) as in `lay_out`; with a reason (`override`) freezes and full hours do not
    count. Raises CannotMove with every reason, SlotTaken, NoSeat.
    """
    if booking.state not in (S.HELD, S.BOOKED, S.MISSED):
        raise NotNow(_("A booking in use or over cannot be moved."))
    overriding = OVERRIDABLE if override else NOTHING
    found = asked_at(booking, start, at=at, by=by, overriding=overriding, **asked)
    if why := found.against(start, booking.worst_minutes * MINUTE, at=at):
        raise CannotMove(booking, why, at=at)
    return put(booking, room(booking, start, found), by=by, at=at, override=override)


def put(booking: Booking, slot: Slot, *, by: Any, at: datetime, override: str = "") -> Booking:
    """To a slot that was found possible: the last word is the database's. Raises SlotTaken, and
    NoSeat, and then nothing has changed."""
    before = {"from": booking.starts_at, "until": booking.ends_at}
    with unless_taken():
        retime(booking, slot, override=override)
        capacity.demand(booking.job, [booking])
    note_moved(booking, before, by=by, at=at)
    return booking


def retime(booking: Booking, slot: Slot, *, override: str = "") -> None:
    """The row alone; whoever calls it sees to the seats, and tells of it."""
    booking.override = override
    if booking.state == S.HELD:
        booking.move_held(slot=DateTimeTZRange(slot.start, slot.end))
    else:
        booking.move(slot=DateTimeTZRange(slot.start, slot.end))
    booking.save()


def note_moved(booking: Booking, before: dict[str, Any], *, by: Any, at: datetime) -> None:
    answering.answer(booking, by=by, at=at)
    more = {"override": booking.override} if booking.override else {}
    _note("booking.moved", booking, by=by, at=at, before=before, **more)


def begin(booking: Booking, *, by: Any = None, at: datetime) -> Booking:
    booking.begin()
    return _saved("booking.begun", booking, by=by, at=at)


def end(booking: Booking, *, by: Any = None, at: datetime) -> Booking:
    booking.end()
    _saved("booking.ended", booking, by=by, at=at)
    capacity.follow(booking.job)
    return booking


def miss(booking: Booking, *, by: Any = None, at: datetime) -> Booking:
    booking.miss()
    _saved("booking.missed", booking, by=by, at=at)
    capacity.follow(booking.job)
    return booking


def last_safe_start(booking: Booking, among: Iterable[Booking] | None = None) -> datetime:
    """From when on the worst case would not fit any more. Windows of the job that share the slot
    count as room: a later one that no longer fits is booked again, alone. `among`: the job's
    bookings in order, where they were read already."""
    until = booking.ends_at
    ahead = [S.HELD, S.BOOKED]
    if among is None:
        among = for_job(booking.job).filter(window__gt=booking.window, state__in=ahead)
    for later in among:
        if later.window <= booking.window or later.state not in ahead:
            continue
        if later.starts_at != until:
            break
        until = later.ends_at
    return until - timedelta(minutes=booking.worst_minutes)


def _keep_what_fits(job: UpgradeJob, layout: Layout) -> tuple[set[int], list[Booking]]:
    rows = {row.window: row for row in layout.rows}
    kept, given_back = set(), []
    for booking in for_job(job).filter(state__in=[S.HELD, S.BOOKED, S.MISSED]):
        row = rows.get(booking.window)
        if booking.state == S.HELD and row and _same(booking, row):
            kept.add(booking.window)
            continue
        booking.cancel()
        booking.save()
        given_back.append(booking)
    return kept, given_back


def _same(booking: Booking, row: Row) -> bool:
    slot = (booking.starts_at, booking.ends_at)
    return slot == (row.start, row.end) and booking.worst_minutes == row.needs


def _held(job: UpgradeJob, row: Row, override: str) -> Booking:
    return Booking.objects.create(
        customer_id=job.customer_id, site_id=job.site_id, job=job, window=row.window,
        slot=DateTimeTZRange(row.start, row.end), worst_minutes=row.needs, override=override,
        uid=str(uuid4()),  # RFC 7986 §5.3: names no host
        told_offset=times.offset_minutes(row.start, job.site.zone),
    )  # fmt: skip


def _saved(event: str, booking: Booking, *, by: Any, at: datetime) -> Booking:
    booking.save()
    _note(event, booking, by=by, at=at)
    return booking


def _note(event: str, booking: Booking, *, by: Any, at: datetime, **more: Any) -> None:
    data = {"window": booking.window, "start": booking.starts_at, "end": booking.ends_at, **more}
    audit.record(event, booking, by=by, at=at, data=data, job=booking.job_id)
