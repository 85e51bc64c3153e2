"""The audit trail's one door: append a fact to the current customer's chain."""

import json
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from portal import clock, tenancy

ADD = (
    "INSERT INTO portal_auditevent (id, customer_id, at, name, subject_type, subject_id, job_id,"
    " actor_kind, actor_id, actor_name, data)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


class Actor(StrEnum):
    PERSON = "person"
    KEY = "key"
    PORTAL = "portal"


def record(
    event: str,
    subject: Any,
    *,
    by: Any = None,
    data: dict[str, Any] | None = None,
    job: Any = None,
    at: datetime | None = None,
) -> uuid.UUID:
    """Note a fact: who did what to which row, when. Returns the event's id.

    `event` is "noun.past" (job.approved); `subject` any row of the current customer; `by` a User,
    an ApiKey, or None for the portal itself; `job` puts the fact into that job's log too. It is
    written right before the transaction ends, so that the chain's lock is held for a moment only.
    """
    event_id = uuid.uuid4()
    kind, actor_id, name = _actor(by)
    row = [
        event_id,
        tenancy.current_customer_id(),
        at or clock.now(),
        str(event),
        subject._meta.label_lower,
        subject.pk,
        getattr(job, "pk", job),
        kind,
        actor_id,
        name,
        json.dumps(data or {}, cls=DjangoJSONEncoder),
    ]
    tenancy.before_commit(lambda: _write(row))
    return event_id


def _actor(by: Any) -> tuple[str, Any, str]:
    if by is None:
        return Actor.PORTAL, None, "Changeover"
    if hasattr(by, "prefix"):
        return Actor.KEY, by.pk, f"{by.name} ({by.prefix})"
    return Actor.PERSON, by.pk, str(by)


def _write(row: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ADD, row)
