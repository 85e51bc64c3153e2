"""Takes the backups that are due by themselves (G-PREP-16), one at a time over all workers.

A transfer is long, so it gives way: nothing begins while a job of the site is under way, and one
that is going on ends when a job begins. Due times lie in PostgreSQL; a worker that died with one
leaves it due again after its lease, and what it had stored without a row is swept.
"""

import logging
import time
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from appliances.models import Appliance
from appliances.services import backups, recurring, remote
from portal import clock, doors, rehearsing, tenancy
from upgrades.models import UpgradeJob
from upgrades.services import expecting
from upgrades.services.alone import APPLIANCES, BACKUPS, alone

log = logging.getLogger(__name__)
LEASE = timedelta(hours=1)
FRESH = timedelta(days=1)
LOOKS_SECONDS = 5.0  # how often a transfer looks whether a job has begun
TURN_SECONDS = 20.0


def turn(at: datetime) -> int:
    """What is due, until nothing is or some seconds have passed; how many were looked at."""
    taken, ends = 0, time.monotonic() + TURN_SECONDS
    if rehearsing.twin():
        return 0
    with alone("all", BACKUPS) as free:  # the other workers are for steps
        while free and time.monotonic() < ends and take_due(at):
            taken += 1
    return taken


def take_due(at: datetime) -> bool:
    """Claim the appliance that is due longest. False: none is."""
    with transaction.atomic(), connection.cursor() as cursor:
        doors.tell(cursor)
        cursor.execute("SELECT * FROM door_claim_backup(%s, %s)", [at, LEASE])
        claimed = cursor.fetchone()
    if claimed is None:
        return False
    try:
        _take(*claimed)
    except Exception:  # one appliance must not keep the others from theirs
        log.exception("a backup could not be taken", extra={"customer": str(claimed[0])})
    return True


def _take(customer_id: uuid.UUID, appliance_id: uuid.UUID) -> None:
    with alone(appliance_id, APPLIANCES) as free:
        if not free:
            return  # a step is at it: due again after the lease
        with tenancy.transaction(customer_id):
            box = _due(appliance_id)
        if box is None:
            return
        try:
            backups.fetch(box, customer_id, progress=_gives_way(box, customer_id))
        except InterruptedError:
            return
        except remote.Trouble as trouble:
            with tenancy.transaction(customer_id):
                recurring.failed(box, trouble.detail, at=clock.now())
            return
        with tenancy.transaction(customer_id):
            _settle(box)


def _due(appliance_id: uuid.UUID) -> Appliance | None:
    """The appliance, if it is its turn still: else it is put off until then."""
    box = Appliance.objects.filter(pk=appliance_id).select_related("site").first()
    if box is None or expecting.under_way(box.site_id) is not None:
        return None
    at = clock.now()
    due = box.next_backup_at(backups.newest(box), at)
    if due is not None and due > at and not box.backup_trouble:
        recurring.put_off(box, due)
        return None
    return box if due is not None else None


def _settle(box: Appliance) -> None:
    """The next one is due a rhythm after this one; what is older than need be goes. A job may have
    relied on any backup of the day before it and of its time (services/freshness.py)."""
    newest = backups.newest(box)
    if newest is not None:
        recurring.put_off(box, newest.taken_at + timedelta(days=box.site.backup_days))
    at, jobs = clock.now(), UpgradeJob.objects.filter(site_id=box.site_id, started_at__isnull=False)
    spans = jobs.values_list("started_at", "ended_at")
    recurring.prune(box, [(begin - FRESH, end or at) for begin, end in spans], at=at)


def _gives_way(box: Appliance, customer_id: uuid.UUID) -> Callable[[int], None]:
    """Raises InterruptedError once a job of the site is under way."""
    looked = time.monotonic()

    def progress(_bytes: int) -> None:
        nonlocal looked
        if time.monotonic() - looked < LOOKS_SECONDS:
            return
        looked = time.monotonic()
        with tenancy.transaction(customer_id):
            if expecting.under_way(box.site_id) is not None:
                raise InterruptedError("a job of the site has begun")

    return progress
