"""The audit trail's one door: append a fact to the current customer's chain."""

import json
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from portal import clock, prepared, tenancy

ADD = (
    "INSERT INTO portal_auditevent (id, customer_id, at, name, subject_type, subject_id, job_id,"
    " actor_kind, actor_id, actor_name, data)"
    " VALUES (%(id)s, %(customer)s, %(at)s, %(name)s, %(subject_type)s, %(subject)s, %(job)s,"
    " %(actor_kind)s, %(actor)s, %(actor_name)s, %(data)s)"
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
    row = {
        "id": event_id,
        "customer": tenancy.current_customer_id(),
        "at": at or clock.now(),
        "name": str(event),
        "subject_type": subject._meta.label_lower,
        "subject": subject.pk,
        "job": getattr(job, "pk", job),
        "actor_kind": kind,
        "actor": actor_id,
        "actor_name": name,
        "data": json.dumps(data or {}, cls=DjangoJSONEncoder),
    }
    tenancy.before_commit(lambda: prepared.run(ADD, row))
    return event_id


def _actor(by: Any) -> tuple[str, Any, str]:
    if by is None:
        return Actor.PORTAL, None, "Changeover"
    if hasattr(by, "prefix"):
        return Actor.KEY, by.pk, f"{by.name} ({by.prefix})"
    return Actor.PERSON, by.pk, str(by)
