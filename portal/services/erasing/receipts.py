"""What is known of erasures over all customers: for staff, who answer for them."""

import uuid
from typing import Any

from portal.models import AuditEvent, Erasure

S = Erasure.State


def every() -> Any:
    """Those not taken back, the newest first."""
    return Erasure.across.exclude(state=S.TAKEN_BACK).order_by("-asked_at", "-pk")


def closed_ids() -> list[uuid.UUID]:
    """The customers that nobody enters any more: their trails stay, and can be verified."""
    rows = Erasure.across.filter(state__in=[S.ERASING, S.ERASED])
    return list(rows.order_by("customer_id").values_list("customer_id", flat=True))


def tables(erasure: Erasure) -> list[tuple[str, int]]:
    """How many rows of which table went, the most first."""
    return sorted(erasure.counts.items(), key=lambda row: (-row[1], row[0]))


def told(erasure: Erasure) -> dict[str, Any]:
    """The receipt as programs read it."""
    return {
        "receipt": str(erasure.pk),
        "customer": str(erasure.customer_id),
        "name": erasure.customer_name,
        "state": str(erasure.state),
        "stage": erasure.stage,
        "asked_at": erasure.asked_at,
        "asked_by": erasure.asked_by_name,
        "due_at": erasure.due_at,
        "confirmed_at": erasure.confirmed_at,
        "confirmed_by": erasure.confirmed_by_name,
        "begun_at": erasure.begun_at,
        "ended_at": erasure.ended_at,
        "rows": erasure.counts,
        "files": erasure.files,
        "people": erasure.people,
        "events": erasure.events,
        "old_head": bytes(erasure.old_head or b"").hex(),
        "head": bytes(erasure.head or b"").hex(),
    }


def trail(erasure: Erasure, *, before: int | None, most: int) -> list[AuditEvent]:
    """The trail that was kept, newest first."""
    rows = AuditEvent.across.filter(customer_id=erasure.customer_id)
    if before is not None:
        rows = rows.filter(number__lt=before)
    return list(rows.order_by("-number")[:most])
