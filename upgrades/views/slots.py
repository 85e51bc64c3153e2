"""A job's bookings as they are shown, and where each of them may be moved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from upgrades.forms.jobs import MoveForm
from upgrades.models import Booking, UpgradeJob
from upgrades.models.job import ENDED
from upgrades.services import bookings as slots, pathmoves, rebooking
from upgrades.views import planned

B = Booking.State
MOVABLE = (B.HELD, B.BOOKED, B.MISSED)
MOST_OPENINGS = 20
MOST_REFUSED = 12
HORIZON = timedelta(days=60)


def shown(
    request: Any,
    job: UpgradeJob,
    bookings: Sequence[Booking],
    at: datetime,
    *,
    moving: dict[int, MoveForm] | None = None,
) -> dict[str, Any]:
    """Each booking with its lengths and its form; `moving` are forms that came back."""
    may = job.state not in ENDED and request.may("job.submit")
    rows = [
        {
            "night": planned.booked(booking, job.plan),
            "move": (moving or {}).get(booking.window) or move_form(request, booking, at)
            if may and booking.state in MOVABLE
            else None,
        }
        for booking in bookings
    ]
    return {"rows": rows, "movable": any(row["move"] for row in rows), "moving": bool(moving)}


def move_form(request: Any, booking: Booking, at: datetime, data: Any = None) -> MoveForm:
    """The nights it may have, and those it may not with every reason."""
    until = at + HORIZON
    nights = rebooking.nights(booking, at, until, by=request.user, at=at)
    free = [night for night in nights if night.free and night.start != booking.starts_at]
    refused = [night for night in nights if night.why and night.start >= at]
    later = [each for each in slots.for_job(booking.job) if each.state in MOVABLE]
    first = bool(later) and later[0].pk == booking.pk
    identity = f"move{booking.window}_%s"
    return MoveForm(
        data, openings=free[:MOST_OPENINGS], site=booking.site, refused=refused[:MOST_REFUSED],
        path=first and len(later) > 1, overrides=request.may("booking.override"),
        auto_id=identity,
    )  # fmt: skip


def moved(request: Any, booking: Booking, form: MoveForm, at: datetime) -> str:
    """Carry out a form that is valid; what to tell whoever sent it."""
    given = form.cleaned_data
    service = pathmoves.move_from if given.get("whole_path") else rebooking.move
    service(
        booking, given["start"], by=request.user, at=at, override=given.get("override", "")
    )  # fmt: skip
    booking.job.refresh_from_db()
    if booking.job.moves:
        return _("Moved. It is outside what was approved: it waits to be approved again.")
    return _("Moved. Everybody concerned is told.")
