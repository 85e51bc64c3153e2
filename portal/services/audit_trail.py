"""The audit trail's proof: every link of a customer's chain is asked whether it still fits."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection, connections

from portal import audit, tenancy
from portal.services import customers

# The database makes the digests: they cannot differ from those the chain was made with.
# Of one whose names are being replaced, the rest still follows what the last renamed event was.
PROOF = """
WITH half AS (
    SELECT renamed, old_link FROM portal_erasure
    WHERE customer_id = %(customer)s AND state = 'ERASING'
), links AS (
    SELECT number, hash,
           number <> row_number() OVER chain
           OR previous <> CASE WHEN number = half.renamed + 1 AND half.renamed > 0
                               THEN half.old_link ELSE coalesce(lag(hash) OVER chain, '') END
           OR hash <> portal_event_digest(event) AS broken
    FROM portal_auditevent event LEFT JOIN half ON true
    WHERE customer_id = %(customer)s
    WINDOW chain AS (ORDER BY number))
SELECT count(*), min(number) FILTER (WHERE broken),
       coalesce((SELECT head.number = (SELECT max(number) FROM links)
                    AND head.hash = (SELECT hash FROM links ORDER BY number DESC LIMIT 1)
                 FROM portal_chainhead head WHERE head.customer_id = %(customer)s), false)
FROM links
"""
# Of an erased customer: the event that was the newest when the names were replaced has the hash
# that the receipt and the platform's own trail know it by.
SEALED = """
SELECT (sealed.data ->> 'events')::bigint,
       coalesce(encode(erasure.head, 'hex') = sealed.data ->> 'head'
                AND encode(erasure.old_head, 'hex') = sealed.data ->> 'old_head'
                AND encode(event.hash, 'hex') = sealed.data ->> 'head', false)
FROM portal_platformevent sealed
LEFT JOIN portal_erasure erasure ON erasure.customer_id = sealed.about_customer
     AND erasure.state = 'ERASED'
LEFT JOIN portal_auditevent event ON event.customer_id = sealed.about_customer
     AND event.number = (sealed.data ->> 'events')::bigint
WHERE sealed.name = 'customer.erased' AND sealed.about_customer = %(customer)s
"""

PLATFORM_PROOF = """
WITH seal AS (
    SELECT coalesce((SELECT data ->> 'seal' FROM portal_platformevent
                     WHERE name = 'customer.erased' AND blanked IS NULL
                     ORDER BY number DESC LIMIT 1), '')
           = encode(sha256(string_agg(blanked, '' ORDER BY number)), 'hex') AS fits
    FROM portal_platformevent WHERE blanked IS NOT NULL
), links AS (
    SELECT number, hash,
           number <> row_number() OVER chain
           OR previous <> coalesce(lag(hash) OVER chain, '')
           OR CASE WHEN blanked IS NULL THEN hash <> portal_platform_digest(event)
              ELSE blanked <> portal_blanked_digest(event) OR NOT (SELECT fits FROM seal) END
           AS broken
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
    newest is the one that the head of the chain names: cutting off the end shows too. In a chain
    whose customer was erased the names of the first `renamed` events were replaced; `seal_fits`
    says whether they are still as they were left then."""

    events: int
    first_broken: int | None
    head_fits: bool
    renamed: int = 0
    seal_fits: bool = True

    @property
    def holds(self) -> bool:
        return self.first_broken is None and self.head_fits and self.seal_fits


def verify(customer: Any) -> Verdict:
    """Check a customer's whole chain. Opens its own transaction."""
    asked = {"customer": getattr(customer, "pk", customer)}
    with tenancy.transaction(customer), connection.cursor() as cursor:
        cursor.execute(PROOF, asked)
        found = cursor.fetchone()
    with tenancy.with_sandboxes(), connections["staff"].cursor() as cursor:
        cursor.execute(SEALED, asked)
        sealed = cursor.fetchone()
    return Verdict(*found, *(sealed or ()))


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
