"""Reads that nobody waits for: the hourly one of every appliance, looks the day before a window and
after it, and what a person asks for. Due times lie in PostgreSQL; any number of workers take them.

Never inside a transaction, and never beside a step: an appliance's lock is held while it is read.
"""

import logging
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from appliances.models import Appliance, ConfigurationFreeze, ReadinessCheck, Site
from appliances.services import drift, frozen, measuring, readiness
from appliances.services.measuring import Measured
from appliances.services.observations import Observation
from portal import clock, doors, tenancy
from portal.models import User
from upgrades.models import Look
from upgrades.models.job import ENDED
from upgrades.services import expecting, looks
from upgrades.services.alone import APPLIANCES, alone

log = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
LEASE = timedelta(minutes=10)  # a worker that died with a read: it is due again after this
A_TURN = 5  # reads in one turn: other workers take the rest
TRAFFIC = Appliance.ClusterRole.TRAFFIC


def turn(at: datetime, *, most: int = A_TURN) -> int:
    """Some due looks and reads; how many were taken. 0: nothing is due, or the minute is used."""
    taken = 0
    while taken < most and take_look(at):
        taken += 1
    return taken + read_due(at, most=most)


def read_due(at: datetime, *, most: int) -> int:
    """Claim appliances whose read is due, fairly over customers, and read each."""
    with transaction.atomic(), connection.cursor() as cursor:
        doors.tell(cursor)
        cursor.execute(
            "SELECT * FROM door_claim_reads(%s, %s, %s, %s)",
            [at, LEASE, most, settings.READS_A_MINUTE],
        )
        claimed = cursor.fetchall()
    for customer_id, appliance_id in claimed:
        try:
            read(customer_id, appliance_id)
        except Exception:  # one appliance must not keep the others unread
            log.exception("an appliance could not be read", extra={"customer": str(customer_id)})
    return len(claimed)


def read(customer_id: uuid.UUID, appliance_id: uuid.UUID) -> bool:
    """Read one appliance and keep what drifted. False: a step is at it, so it stays due."""
    with alone(appliance_id, APPLIANCES) as free:
        if not free:
            return False
        with tenancy.transaction(customer_id):
            box = Appliance.objects.filter(pk=appliance_id).select_related("site").first()
            freeze = ConfigurationFreeze.objects.filter(appliance_id=appliance_id, ended_at=None)
            watched = freeze.first()
        if box is None:
            return False
        found = measuring.glance(box, counted=watched is not None)
        with tenancy.transaction(customer_id):
            _keep(box, found, watched)
    return True


def _keep(box: Appliance, found: Measured, watched: ConfigurationFreeze | None) -> None:
    at = clock.now()
    job = expecting.under_way(box.site_id)
    expected = expecting.of(box.site_id, job)
    drift.note([found, *_listed(box, found)], expected, at=at, job=job)
    if watched is not None:
        frozen.compare(watched, found, at=at)
    Appliance.objects.filter(pk=box.pk).update(read_due_at=at + EVERY)


def _listed(box: Appliance, master: Measured) -> Iterator[Measured]:
    """The nodes in a master's list: only their flags are known from it."""
    if not master.nodes:
        return
    for node in Appliance.objects.filter(site_id=box.site_id, cluster_role=TRAFFIC):
        yield Measured(node, Observation("unreachable", master.seen.at, master.seen.real_at))


def take_look(at: datetime) -> bool:
    """Take the next look that is due. A look never blocks a job: what is not answered is kept as
    that, and a fault of ours leaves it due after its lease."""
    with transaction.atomic(), connection.cursor() as cursor:
        doors.tell(cursor)
        cursor.execute("SELECT * FROM door_claim_look(%s, %s)", [at, LEASE])
        claimed = cursor.fetchone()
    if claimed is None:
        return False
    try:
        _look(*claimed)
    except Exception:
        log.exception("a look could not be taken", extra={"customer": str(claimed[0])})
    return True


def _look(customer_id: uuid.UUID, look_id: uuid.UUID) -> None:
    with tenancy.transaction(customer_id):
        look = Look.objects.select_related("job__site", "job__target").get(pk=look_id)
        over = look.kind == Look.Kind.DAY_BEFORE and look.job.state in ENDED
        asked = looks.question(look.job.site, look.job, window=look.window)
    measured = () if over else readiness.look(asked)
    with tenancy.transaction(customer_id):
        at = clock.now()
        if look.kind == Look.Kind.END:
            looks.finish_end(look, measured, at=at)
        else:
            answers = readiness.judge(asked, measured, job_id=look.job_id)
            looks.finish_day_before(look, answers, at=at)


def check(customer_id: Any, site_id: Any, *, by_id: Any = None) -> list[ReadinessCheck]:
    """*Check now*: what our records say, what every appliance says, judged and kept."""
    with tenancy.transaction(_id(customer_id)):
        site = Site.objects.get(pk=site_id)
        by = User.objects.filter(pk=by_id).first() if by_id else None
        job = looks.job_of(site)
        asked = looks.question(site, job)
    measured = readiness.look(asked)
    with tenancy.transaction(_id(customer_id)):
        answers = readiness.judge(asked, measured, job_id=job.pk if job else None)
        return readiness.record(answers, by=by, job=job)


def _id(value: Any) -> uuid.UUID:
    """Tasks carry ids as texts."""
    return value if isinstance(value, uuid.UUID) else uuid.UUID(str(value))
