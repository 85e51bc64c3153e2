"""What programs are told: some of the audit trail's facts, numbered, with ids and states alone.

Called by the audit trail's one door, in the transaction that caused the fact, right after the
fact was appended. The customer's chain is locked from there to the commit, so that numbers grow in
the order of commits and have no gaps: whoever has read up to a number has missed nothing before
it. What is told holds no names, no texts and no secrets; the API has the rest, for who may see it.
"""

import uuid
from datetime import datetime
from typing import Any

from portal import prepared, rehearsing
from portal.background import enqueue

# What every member of a customer may see somewhere in the portal; nothing of rollouts' drafts.
EVENTS = (
    "site.registered", "site.changed", "site.closed",
    "appliance.replaced", "appliance.drifted", "version.read", "backup.taken", "backup.failed",
    "readiness.checked", "difference.found", "production.moved",
    "freeze.added", "freeze.lifted",
    "enrolment.alerted", "enrolment.booked", "enrolment.moved", "enrolment.unbooked",
    "enrolment.begun", "enrolment.completed", "enrolment.failed", "enrolment.declined",
    "enrolment.reopened", "enrolment.lapsed", "enrolment.held", "enrolment.released",
    "booking.held", "booking.confirmed", "booking.moved", "booking.begun", "booking.ended",
    "booking.missed", "booking.found_used", "booking.lapsed", "booking.cancelled",
    "job.drafted", "job.submitted", "job.approved", "job.rejected", "job.withdrawn",
    "job.revised", "job.proposed_again", "job.started", "job.missed", "job.rebooked",
    "job.found_begun",
    "job.pause_asked", "job.paused", "job.resumed", "job.halted", "job.abandoned",
    "job.ended_early", "job.cancelled", "job.finished",
    "step.asked", "step.taken", "step.given_back", "step.handed_over", "step.handover_accepted",
    "step.escalated",
    "step.confirmed", "step.done", "step.held", "step.retried", "step.accepted", "step.skipped",
    "step.cancelled",
    "hold.opened", "hold.released", "interim.begun", "interim.too_long", "interim.ended",
    "return.opened", "return.moved",
    "webhook.tested",
)  # fmt: skip
_EVENTS = frozenset(EVENTS)
SEND = "portal.send_due_webhooks"

# One statement: the event, and a delivery to each endpoint that wants it. An endpoint that is
# tried out gets that event whatever else it wants.
PUBLISH = """
WITH told AS (
    INSERT INTO portal_publishedevent (id, customer_id, number, at, name, subject_type,
        subject_id, job_id, site_id, state, actor_kind)
    VALUES (%(id)s, %(customer)s,
        (SELECT coalesce(max(number), 0) + 1 FROM portal_publishedevent
          WHERE customer_id = %(customer)s),
        %(at)s, %(name)s, %(subject_type)s, %(subject)s, %(job)s, %(site)s, %(state)s,
        %(actor_kind)s)
    RETURNING id, name, site_id, subject_id)
INSERT INTO portal_webhookdelivery
    (id, customer_id, webhook_id, event_id, state, tries, queued_at, next_at)
SELECT gen_random_uuid(), %(customer)s, hook.id, told.id, 'QUEUED', 0, clock_timestamp(),
    clock_timestamp()
FROM told JOIN portal_webhook hook ON hook.customer_id = %(customer)s AND hook.state = 'ACTIVE'
WHERE hook.id = told.subject_id
   OR ((cardinality(hook.events) = 0 OR told.name = ANY (hook.events))
       AND (hook.site_ids IS NULL OR told.site_id = ANY (hook.site_ids)))
"""


def is_told(name: str) -> bool:
    return name in _EVENTS and rehearsing.twin() is None


def publish(
    event_id: uuid.UUID, name: str, subject: Any, *, customer_id: uuid.UUID, at: datetime,
    job: Any, state: str, actor_kind: str,
) -> None:  # fmt: skip
    """Number the event, and write its deliveries. The customer's chain must be locked by now."""
    cursor = prepared.run(PUBLISH, {
        "id": event_id, "customer": customer_id, "at": at, "name": name,
        "subject_type": subject._meta.label_lower, "subject": subject.pk,
        "job": getattr(job, "pk", job), "site": site_of(subject, job), "state": state,
        "actor_kind": str(actor_kind),
    })  # fmt: skip
    if cursor.rowcount > 0:
        enqueue(SEND)


def state_of(subject: Any) -> str:
    """The state that a fact's row is in, for rows that have a life."""
    return str(getattr(subject, "state", "") or "")[:30]


def site_of(subject: Any, job: Any = None) -> uuid.UUID | None:
    """The site that a fact is about: the row's own, else its job's or its appliance's; None: of
    the whole customer."""
    for row in (subject, job):
        if (found := getattr(row, "site_id", None)) is not None:
            return found  # type: ignore[no-any-return]
    for name in ("job", "appliance"):
        if (found := getattr(getattr(subject, name, None), "site_id", None)) is not None:
            return found  # type: ignore[no-any-return]
    return None
