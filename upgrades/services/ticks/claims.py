"""Claiming a step: one statement behind the door, a lock that dies with its worker, a number."""

import os
import socket
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import Error, connection

from portal import doors, prepared, tenancy

LEASE = timedelta(seconds=60)
MARGIN = 10.0  # seconds of the lease in which nothing is sent any more
MOST_CLAIMS = 3  # that ended in nothing, one after the other; then a person looks (poison)
CLAIM = "SELECT * FROM door_claim_step(%(at)s, %(worker)s, %(lease)s)"
FREE = "SELECT pg_advisory_unlock(%(lock)s)"
HOST = socket.gethostname()[:50]


@dataclass(frozen=True)
class Claim:
    """A step that is ours until the lease ends, or our connection does."""

    customer_id: uuid.UUID
    step_id: uuid.UUID
    token: int
    was: str  # its state when it was claimed
    times: int
    lock: int
    locked: bool
    began: float  # monotonic

    @property
    def deaths(self) -> int:
        """How many workers in a row had it and told nothing: a READY step's claim counts itself,
        that of another one counts whoever is found dead at it."""
        return self.times - (self.was == "READY")

    @property
    def may_send(self) -> bool:
        """Our own clock says that the lease cannot be over, whatever took so long."""
        return self.locked and time.monotonic() - self.began < LEASE.total_seconds() - MARGIN


def claim(at: datetime) -> Claim | None:
    """Take the next due step of any customer, or one whose worker is gone. None: nothing is due.

    A rehearsal takes steps of its twin only, and nobody else ever takes those.
    """
    began, worker = time.monotonic(), f"{HOST}:{os.getpid()}"
    with connection.cursor() as cursor:
        doors.tell(cursor)
    row = prepared.run(CLAIM, {"at": at, "worker": worker, "lease": LEASE}).fetchone()
    return Claim(*row, began=began) if row else None


def free(claim: Claim) -> None:
    """Let the appliance go; after the record was committed."""
    if claim.locked:
        prepared.run(FREE, {"lock": claim.lock})


@contextmanager
def freed_on_error() -> Iterator[None]:
    """Whatever ends the turns, the locks of this session do not outlive them."""
    try:
        yield
    except BaseException:
        with suppress(Error), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock_all()")
        raise


def renew(claim: Claim) -> bool:
    """Lengthen the lease while bytes come (a transfer). False: it was lost, so stop."""
    with tenancy.transaction(claim.customer_id), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE upgrades_jobstep SET lease_until = clock_timestamp() + %s"
            " WHERE id = %s AND token = %s",
            [LEASE, claim.step_id, claim.token],
        )
        return cursor.rowcount == 1


def still_ours(claim: Claim) -> bool:
    """Right before an effect leaves: token, lock and time are all still ours (reliability §1.4)."""
    if not claim.may_send:
        return False
    with tenancy.transaction(claim.customer_id), connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.token = %s AND s.lease_until > clock_timestamp() AND EXISTS ("
            " SELECT FROM pg_locks l WHERE l.locktype = 'advisory' AND l.pid = pg_backend_pid()"
            " AND ((l.classid::bigint << 32) | l.objid::bigint) = %s AND l.granted)"
            " FROM upgrades_jobstep s JOIN upgrades_upgradejob j ON j.id = s.job_id"
            " WHERE s.id = %s AND j.state = 'RUNNING'",
            [claim.token, claim.lock, claim.step_id],
        )
        row = cursor.fetchone()
    return bool(row and row[0])
