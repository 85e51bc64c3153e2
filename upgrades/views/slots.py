"""A job's bookings as they are shown, and where each of them may be moved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from upgrades import queries
from upgrades.forms.jobs import MoveForm
from upgrades.models import Booking, UpgradeJob
from upgrades.models.job import ENDED
from upgrades.services import pathmoves, rebooking
from upgrades.services.availability import Night
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
    """Each booking with its lengths. Its nights are asked for when somebody wants to move it: they
    cost more than the page; `moving` are forms that came back, shown with those of the others."""
    movable = _movable(request, job, bookings)
    forms = _forms(request, movable, at) | moving if moving else {}
    return {
        "rows": [
            {
                "night": planned.booked(booking, job.plan, bookings),
                "move": forms.get(booking.window),
            }
            for booking in bookings
        ],
        "movable": bool(movable),
        "moving": bool(moving),
    }


def offered(
    request: Any, job: UpgradeJob, bookings: Sequence[Booking], at: datetime
) -> list[dict[str, Any]]:
    """The bookings that may be moved, each with its form."""
    movable = _movable(request, job, bookings)
    forms = _forms(request, movable, at)
    return [
        {
            "night": planned.booked(booking, job.plan, bookings),
            "move": forms[booking.window],
        }
        for booking in movable
    ]


def _movable(request: Any, job: UpgradeJob, bookings: Sequence[Booking]) -> list[Booking]:
    if job.state in ENDED or not request.may("job.submit"):
        return []
    return [booking for booking in bookings if booking.state in MOVABLE]


def _forms(request: Any, movable: Sequence[Booking], at: datetime) -> dict[int, MoveForm]:
    """By window."""
    if not movable:
        return {}
    nights = rebooking.nights_of(movable, at, at + HORIZON, by=request.user, at=at)
    return {
        booking.window: _form(request, booking, its, movable, at)
        for booking, its in zip(movable, nights, strict=True)
    }


def move_form(request: Any, booking: Booking, at: datetime, data: Any = None) -> MoveForm:
    """The nights it may have, and those it may not with every reason."""
    nights = rebooking.nights(booking, at, at + HORIZON, by=request.user, at=at)
    movable = [each for each in queries.bookings_of(booking.job) if each.state in MOVABLE]
    return _form(request, booking, nights, movable, at, data)


def _form(
    request: Any, booking: Booking, nights: Sequence[Night], movable: Sequence[Booking],
    at: datetime, data: Any = None,
) -> MoveForm:  # fmt: skip
    free = [night for night in nights if night.free and night.start != booking.starts_at]
    refused = [night for night in nights if night.why and night.start >= at]
    first = bool(movable) and movable[0].pk == booking.pk
    identity = f"move{booking.window}_%s"
    return MoveForm(
        data, openings=free[:MOST_OPENINGS], site=booking.site, refused=refused[:MOST_REFUSED],
        path=first and len(movable) > 1, overrides=request.may("booking.override"),
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
