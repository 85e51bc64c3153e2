"""Reads that span rows of several kinds: the ledger of messages, and the audit trail.

Lists are turned by key, not by number of page: a page costs the same wherever it lies.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from portal.models import AuditEvent, Delivery, Message

ROWS = 50


@dataclass(frozen=True)
class Page:
    """Rows, and the key after which the older ones begin (empty: these are the last)."""

    rows: list[Any]
    older: str = ""


def messages(*, state: str = "", before: str = "", across: bool = False) -> Page:
    """Messages newest first, each with `tried` (its deliveries, oldest first).

    Of the current customer; with `across`, of all customers (staff), with theirs beside them.
    """
    found = Message.across.select_related("customer") if across else Message.objects.all()
    if state:
        found = found.filter(state=state)
    page = _turn(found, "written_at", before)
    tries = _tries((row.pk for row in page.rows), across=across)
    for row in page.rows:
        row.tried = tries.get(row.pk, [])
    return page


def _tries(ids: Iterable[uuid.UUID], *, across: bool) -> dict[uuid.UUID, list[Delivery]]:
    manager = Delivery.across if across else Delivery.objects
    tries: dict[uuid.UUID, list[Delivery]] = {}
    for delivery in manager.filter(message_id__in=list(ids)).order_by("at"):
        tries.setdefault(delivery.message_id, []).append(delivery)
    return tries


def deliveries_of(message: Message) -> QuerySet[Delivery]:
    return Delivery.objects.filter(message_id=message.pk).order_by("at")


def events(*, name: str = "", before: str = "", across: bool = False) -> Page:
    """The audit trail newest first; `name` is an event or how it begins ("job")."""
    found = AuditEvent.across.select_related("customer") if across else AuditEvent.objects.all()
    if name:
        found = found.filter(name__startswith=name)
    return _turn(found, "at", before)


def last_verification() -> AuditEvent | None:
    return AuditEvent.objects.filter(name="audit.verified").order_by("-number").first()


def _turn(found: QuerySet[Any], instant: str, before: str) -> Page:
    if key := _key(before):
        at, row_id = key
        found = found.filter(Q(**{f"{instant}__lt": at}) | Q(**{instant: at, "id__lt": row_id}))
    rows = list(found.order_by(f"-{instant}", "-id")[: ROWS + 1])
    if len(rows) <= ROWS:
        return Page(rows)
    last = rows[ROWS - 1]
    return Page(rows[:ROWS], f"{getattr(last, instant).isoformat()}_{last.pk}")


def _key(text: str) -> tuple[datetime, uuid.UUID] | None:
    """The key of an address; one that was tampered with is the first page."""
    at, _, row_id = text.partition("_")
    try:
        moment = datetime.fromisoformat(at)
        return (moment, uuid.UUID(row_id)) if moment.tzinfo else None
    except ValueError:
        return None
