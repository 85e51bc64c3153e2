"""A booking that stands against a freeze: somebody who may has answered for it, with a reason."""

from datetime import datetime
from typing import Any

from upgrades.models import Booking, FreezeOverride
from upgrades.services import freezes


def answer(booking: Booking, *, by: Any, at: datetime) -> None:
    """Keep whose word it is, for the place that the booking has now; nothing if none is needed."""
    if booking.override and freezes.against(booking):
        FreezeOverride.objects.create(
            customer_id=booking.customer_id, booking=booking, revision=booking.revision,
            reason=booking.override, by=by, at=at,
        )  # fmt: skip
