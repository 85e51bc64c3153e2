"""A job's bookings as they are shown, and where each of them may be moved."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from upgrades.forms.jobs import MoveForm
from upgrades.models import Booking, UpgradeJob
from upgrades.models.job import ENDED
from upgrades.services import bookings as slots
from upgrades.views import planned

B = Booking.State
MOVABLE = (B.HELD, B.BOOKED, B.MISSED)
MOST_OPENINGS = 20


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
            "move": (moving or {}).get(booking.window) or move_form(booking, at)
            if may and booking.state in MOVABLE
            else None,
        }
        for booking in bookings
    ]
    return {"rows": rows, "movable": any(row["move"] for row in rows), "moving": bool(moving)}


def move_form(booking: Booking, at: datetime, data: Any = None) -> MoveForm:
    found = slots.openings(booking, at=at)[:MOST_OPENINGS]
    identity = f"move{booking.window}_%s"
    return MoveForm(data, openings=found, site=booking.site, auto_id=identity)
