"""Staff who open a customer's data leave a trace that the customer sees."""

import uuid
from datetime import datetime, timedelta
from typing import Any

from portal import audit, prepared, tenancy
from portal.services import customers

ONCE_IN = timedelta(hours=1)
KNOWN = (
    "SELECT true FROM portal_auditevent WHERE customer_id = %(customer)s"
    " AND subject_id = %(customer)s AND name = 'staff.opened' AND actor_id = %(key)s"
    " AND at > %(since)s LIMIT 1"
)


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
    wanted = {"customer": tenancy.current_customer_id(), "key": key.pk, "since": at - ONCE_IN}
    if prepared.run(KNOWN, wanted).fetchone() is None:
        _record(by=key, at=at)


def _record(*, by: Any, at: datetime) -> None:
    """Twice: where the customer sees it, and where whoever answers for the staff does."""
    customer = customers.current()
    audit.record("staff.opened", customer, by=by, at=at)
    audit.record_platform(
        "staff.opened", customer, by=by, at=at, about_customer=customer,
        data={"customer": customer.name},
    )  # fmt: skip
