"""Staff who open a customer's data leave a trace that the customer sees."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from portal import audit, tenancy
from portal.models import AuditEvent
from portal.services import customers

ONCE_IN = timedelta(hours=1)


def note(request: Any, customer_id: uuid.UUID, *, at: datetime) -> None:
    """Record that this member of staff opened this customer, once an hour and session."""
    opened = request.session.get("opened", {})
    last = opened.get(str(customer_id))
    if last and at - datetime.fromisoformat(last) < ONCE_IN:
        return
    with tenancy.transaction(customer_id):
        _record(by=request.user, at=at)
    request.session["opened"] = {**opened, str(customer_id): at.isoformat()}


def note_key(key: Any, *, at: datetime) -> None:
    """The same for a program of the staff's: once an hour and key, in the current transaction."""
    customer_id = tenancy.current_customer_id()
    known = AuditEvent.objects.filter(
        subject_id=customer_id, name="staff.opened", actor_id=key.pk, at__gt=at - ONCE_IN
    )
    if not known.exists():
        _record(by=key, at=at)


def _record(*, by: Any, at: datetime) -> None:
    """Twice: where the customer sees it, and where whoever answers for the staff does."""
    customer = customers.current()
    audit.record("staff.opened", customer, by=by, at=at)
    audit.record_platform(
        "staff.opened", customer, by=by, at=at, about_customer=customer,
        data={"customer": customer.name},
    )  # fmt: skip
