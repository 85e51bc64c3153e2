"""What an event says of itself to programs: the same in a webhook's body and in the events' list.

Ids, states and instants alone: no name, no text, no host, no secret.
"""

import json
import uuid
from datetime import UTC, datetime
from typing import Any

from portal.models import PublishedEvent
from portal.publishing import EVENTS

# Whose row an event is about, by the first word of its name, for the examples.
SUBJECTS = {
    "site": "appliances.site", "appliance": "appliances.appliance",
    "version": "appliances.appliance", "backup": "appliances.appliance",
    "readiness": "appliances.site", "difference": "appliances.appliance",
    "production": "appliances.appliance", "freeze": "upgrades.freeze",
    "enrolment": "upgrades.enrolment", "booking": "upgrades.booking",
    "job": "upgrades.upgradejob", "step": "upgrades.jobstep", "hold": "appliances.basehold",
    "interim": "upgrades.interim", "return": "appliances.hardwarereturn",
    "webhook": "portal.webhook",
}  # fmt: skip
OF_A_JOB = frozenset({"booking", "job", "step", "hold", "interim"})
STATES = {
    "job.started": "RUNNING", "job.approved": "SCHEDULED", "job.halted": "HALTED",
    "job.finished": "DONE", "step.asked": "ASKING", "step.done": "DONE", "step.held": "HELD",
    "booking.confirmed": "BOOKED", "booking.moved": "BOOKED", "enrolment.alerted": "ALERTED",
    "enrolment.booked": "BOOKED", "webhook.tested": "ACTIVE",
}  # fmt: skip


def told(event: PublishedEvent) -> dict[str, Any]:
    """Plain values. `state` is what the subject was in right after; null: it has none."""
    return {
        "id": str(event.pk),
        "number": event.number,
        "type": event.name,
        "timestamp": _instant(event.at),
        "data": {
            "customer": str(event.customer_id),
            "site": _id(event.site_id),
            "job": _id(event.job_id),
            "subject_type": event.subject_type,
            "subject": str(event.subject_id),
            "state": event.state or None,
            "actor": event.actor_kind,
        },
    }


def written(event: PublishedEvent) -> bytes:
    """The bytes that are signed and sent: the same at every try."""
    return json.dumps(told(event), separators=(",", ":")).encode()


def example(name: str) -> dict[str, Any]:
    """An event of this kind as it would be told."""
    noun = name.partition(".")[0]
    row = uuid.uuid5(uuid.NAMESPACE_URL, noun)
    job = uuid.uuid5(uuid.NAMESPACE_URL, "job")
    return told(PublishedEvent(
        id=uuid.uuid5(uuid.NAMESPACE_URL, name), number=1 + EVENTS.index(name), name=name,
        customer_id=uuid.uuid5(uuid.NAMESPACE_URL, "customer"), subject_id=row,
        subject_type=SUBJECTS[noun], at=datetime(2026, 11, 24, 19, 0, tzinfo=UTC),
        site_id=None if noun == "webhook" else uuid.uuid5(uuid.NAMESPACE_URL, "site"),
        job_id=job if noun in OF_A_JOB else None, state=STATES.get(name, ""),
        actor_kind="portal",
    ))  # fmt: skip


def _id(value: uuid.UUID | None) -> str | None:
    return None if value is None else str(value)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
