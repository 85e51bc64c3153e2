"""The audit trail's one door: append a fact to a customer's chain, or to the platform's own."""

import json
import uuid
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from portal import clock, own_clock, prepared, publishing, tenancy

ADD = (
    "INSERT INTO portal_auditevent (id, customer_id, at, name, subject_type, subject_id, job_id,"
    " actor_kind, actor_id, actor_name, data)"
    " VALUES (%(id)s, %(customer)s, %(at)s, %(name)s, %(subject_type)s, %(subject)s, %(job)s,"
    " %(actor_kind)s, %(actor)s, %(actor_name)s, %(data)s)"
)

ADD_TO_PLATFORM = (
    "INSERT INTO portal_platformevent (id, at, name, subject_type, subject_id, about_customer,"
    " actor_kind, actor_id, actor_name, data)"
    " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
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
    What programs are told (portal/publishing.py) is written with it.
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
    state = publishing.state_of(subject)

    def write() -> None:
        prepared.run(ADD, row)
        if publishing.is_told(row["name"]):
            publishing.publish(
                event_id, row["name"], subject, customer_id=row["customer"], at=row["at"],
                job=job, state=state, actor_kind=kind,
            )  # fmt: skip

    tenancy.before_commit(write)
    return event_id


def record_platform(
    event: str,
    subject: Any = None,
    *,
    by: Any = None,
    data: dict[str, Any] | None = None,
    about_customer: Any = None,
    at: datetime | None = None,
) -> None:
    """Note a fact that belongs to no customer, or what support did with one, in the platform's own
    chain. Inside the transaction of what it tells of: both are kept or neither.

    The chain has one head. Within a customer's transaction it is locked last, after the customer's
    own, so that no two can wait for each other.
    """
    kind, actor_id, name = _actor(by)
    row = [
        uuid.uuid4(),
        (at or clock.now()) - own_clock.ahead(),  # no sandbox's time
        str(event),
        subject._meta.label_lower if subject is not None else "",
        str(subject.pk) if subject is not None else "",
        getattr(about_customer, "pk", about_customer),
        kind,
        actor_id,
        name,
        json.dumps(data or {}, cls=DjangoJSONEncoder),
    ]
    if tenancy.acting():
        tenancy.before_commit(lambda: _write(ADD_TO_PLATFORM, row))
    else:
        _write(ADD_TO_PLATFORM, row)


def _actor(by: Any) -> tuple[str, Any, str]:
    if by is None:
        return Actor.PORTAL, None, "Changeover"
    if hasattr(by, "prefix"):
        return Actor.KEY, by.pk, f"{by.name} ({by.prefix})"
    return Actor.PERSON, by.pk, str(by)


def _write(statement: str, row: list[Any]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, row)
