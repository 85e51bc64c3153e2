"""The audit trail's proof: every link of a customer's chain is asked whether it still fits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, connections

from portal import audit, tenancy
from portal.services import customers

# The database makes the digests: they cannot differ from those the chain was made with.
PROOF = """
WITH links AS (
    SELECT number, hash,
           number <> row_number() OVER chain
           OR previous <> coalesce(lag(hash) OVER chain, '')
           OR hash <> portal_event_digest(event) AS broken
    FROM portal_auditevent event
    WHERE customer_id = %(customer)s
    WINDOW chain AS (ORDER BY number))
SELECT count(*), min(number) FILTER (WHERE broken),
       coalesce((SELECT head.number = (SELECT max(number) FROM links)
                    AND head.hash = (SELECT hash FROM links ORDER BY number DESC LIMIT 1)
                 FROM portal_chainhead head WHERE head.customer_id = %(customer)s), false)
FROM links
"""

PLATFORM_PROOF = """
WITH links AS (
    SELECT number, hash,
           number <> row_number() OVER chain
           OR previous <> coalesce(lag(hash) OVER chain, '')
           OR hash <> portal_platform_digest(event) AS broken
    FROM portal_platformevent event
    WINDOW chain AS (ORDER BY number))
SELECT count(*), min(number) FILTER (WHERE broken),
       (SELECT coalesce(max(head.number), 0) = coalesce((SELECT max(number) FROM links), 0)
               AND coalesce(max(head.hash), '') = coalesce(
                   (SELECT hash FROM links ORDER BY number DESC LIMIT 1), '')
          FROM portal_platformhead head)
FROM links
"""


@dataclass(frozen=True)
class Verdict:
    """How many events the chain has, the first that does not fit (None: all do), and whether the
    newest is the one that the head of the chain names: cutting off the end shows too."""

    events: int
    first_broken: int | None
    head_fits: bool

    @property
    def holds(self) -> bool:
        return self.first_broken is None and self.head_fits


def verify(customer: Any) -> Verdict:
    """Check a customer's whole chain. Opens its own transaction."""
    with tenancy.transaction(customer), connection.cursor() as cursor:
        cursor.execute(PROOF, {"customer": getattr(customer, "pk", customer)})
        return Verdict(*cursor.fetchone())


def verify_platform() -> Verdict:
    """Check the platform's own chain, through the staff's role."""
    with connections["staff"].cursor() as cursor:
        cursor.execute(PLATFORM_PROOF)
        return Verdict(*cursor.fetchone())


def verify_and_note(*, by: Any, at: datetime) -> Verdict:
    """Check the current customer's chain, and put the answer into it as its newest event."""
    customer = customers.current()
    verdict = verify(customer)
    data = {
        "events": verdict.events,
        "holds": verdict.holds,
        "first_broken": verdict.first_broken,
    }
    audit.record("audit.verified", customer, by=by, data=data, at=at)
    return verdict


def verify_platform_and_note(*, by: Any, at: datetime) -> Verdict:
    """Check the platform's chain, and put the answer into it as its newest event."""
    verdict = verify_platform()
    audit.record_platform("audit.verified", by=by, at=at, data={
        "events": verdict.events, "holds": verdict.holds, "first_broken": verdict.first_broken,
    })  # fmt: skip
    return verdict
