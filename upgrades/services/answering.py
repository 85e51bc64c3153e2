"""Who answers for a booking: somebody who may, with a reason, where it stands against a freeze; and
the customer itself, where it is earlier than the promised notice."""

from datetime import datetime, timedelta
from typing import Any

from portal import audit
from portal.models import Promise, User
from upgrades.events import AlertEvent
from upgrades.models import Booking, FreezeOverride
from upgrades.services import freezes


def answer(booking: Booking, *, by: Any, at: datetime) -> None:
    """Keep whose word it is, for the place that the booking has now; nothing if none is needed."""
    if booking.override and freezes.against(booking):
        FreezeOverride.objects.create(
            customer_id=booking.customer_id, booking=booking, revision=booking.revision,
            reason=booking.override, by=by, at=at,
        )  # fmt: skip
    if isinstance(by, User) and not by.is_staff:
        _consent(booking, by=by, at=at)


def _consent(booking: Booking, *, by: User, at: datetime) -> None:
    """The customer's own people agree to a shorter notice by booking it: that is noted."""
    promise = Promise.objects.filter(kind=Promise.Kind.NOTICE).first()
    if promise is not None and booking.starts_at < at + timedelta(days=promise.days):
        told = {"promised": promise.days, "window": booking.window, "start": booking.starts_at}
        audit.record(AlertEvent.SHORTENED, booking, by=by, at=at, data=told, job=booking.job_id)
