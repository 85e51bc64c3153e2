"""Asking for a rehearsal, giving it up, finding those of a plan; clearing away what was lost."""

import secrets
import uuid
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _, gettext_noop

from appliances.models import Appliance, Package, Site
from portal import audit, tenancy
from portal.background import enqueue
from portal.errors import Refused
from portal.services import twins
from upgrades.events import RehearsalEvent
from upgrades.models import Rehearsal, UpgradeJob
from upgrades.services import drafting, drawing, planning
from upgrades.services.rehearsals import faults

S = Rehearsal.State
MOST_AT_ONCE = 2  # of a customer
BEGINS_WITHIN = timedelta(seconds=30)  # real time; then the bell is rung again
MOST_BELLS = 10
MOST_SEED = 2**53  # a number that JSON and people can carry
LOST = gettext_noop("Its process is gone. Start it again.")


class TooMany(Refused):
    code = "too-many-rehearsals"


def ask(
    site: Site, target: Package, *, procedure: str, method: str, wishes: Iterable[str] = (),
    seed: int | None = None, offline: planning.Offline = None, earliest: datetime | None = None,
    replacement: Appliance | None = None, repairs: UpgradeJob | None = None, by: Any, at: datetime,
    ring: bool = True,
) -> Rehearsal:  # fmt: skip
    """Write down a rehearsal of this very plan; a worker starts its process.

    The same plan, faults and seed give the same play. `replacement` and `repairs`, as for
    `jobs.draft`; `earliest`: its windows lie there or later, as for `jobs.submit`. Raises what
    planning refuses, NoSuchFault, TooMany.
    """
    Site.objects.select_for_update().get(pk=site.pk)  # two at once count each other
    if Rehearsal.objects.filter(state__in=[S.WAITING, S.RUNNING]).count() >= MOST_AT_ONCE:
        raise TooMany(
            _("%(most)s rehearsals are under way already.") % {"most": MOST_AT_ONCE},
            remedy=_("Wait until one is over, or cancel one."),
        )
    drawn = drawing.draw(
        site, target, procedure=procedure, method=method, offline=offline,
        replacement=replacement, repairs=repairs,
    )  # fmt: skip
    seed = secrets.randbelow(MOST_SEED) if seed is None else seed
    dice = Random(seed)  # noqa: S311 (a play, not a secret)
    chosen = faults.chosen(drawn.plan, wishes, dice)
    row = Rehearsal.objects.create(
        customer_id=site.customer_id, site=site, target=target, procedure=procedure,
        method=method, offline_ids=offline, replacement=replacement, repairs=repairs,
        earliest=earliest, digest=drafting.digest(drawn), seed=seed, twin_id=uuid.uuid4(),
        faults=[one.stored() for one in chosen], asked_by=by, asked_at=at,
        lease_until=datetime.now(UTC) + BEGINS_WITHIN, steps_all=len(drawn.plan.steps),
    )  # fmt: skip
    told = {"digest": row.digest, "seed": seed, "faults": [str(one) for one in chosen]}
    audit.record(RehearsalEvent.ASKED, row, by=by, at=at, data=told)
    if ring:
        enqueue("upgrades.rehearse", customer=str(site.customer_id), rehearsal=str(row.pk))
    return row


def cancel(rehearsal: Rehearsal, *, by: Any, at: datetime) -> Rehearsal:
    """Not wanted any more: its process finds that out, and clears away."""
    rehearsal.cancel(at=datetime.now(UTC))
    rehearsal.save()
    audit.record(RehearsalEvent.CANCELLED, rehearsal, by=by, at=at)
    return rehearsal


def of_plan(site: Site, digest: str) -> QuerySet[Rehearsal]:
    """What was rehearsed of this very plan, newest first."""
    found = Rehearsal.objects.filter(site=site, digest=digest).select_related("asked_by")
    return found.order_by("-asked_at")


def look_after() -> int:
    """Rehearsals whose process is gone, or never came: rung for again, or broken off and cleared.

    May be done by anybody at any time; how many there were.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_customers_with_lost_rehearsals()")
        found = [row[0] for row in cursor.fetchall()]
    return sum(_look_after_customer(customer_id) for customer_id in found)


def _look_after_customer(customer_id: uuid.UUID) -> int:
    now, gone = datetime.now(UTC), []
    with tenancy.transaction(customer_id):
        lost = Rehearsal.objects.select_for_update(skip_locked=True).filter(
            state__in=[S.WAITING, S.RUNNING], lease_until__lt=now
        )
        rows = list(lost)
        for row in rows:
            if row.state == S.WAITING and row.bells < MOST_BELLS:
                row.bells, row.lease_until = row.bells + 1, now + BEGINS_WITHIN
                enqueue("upgrades.rehearse", customer=str(customer_id), rehearsal=str(row.pk))
            else:
                row.break_off(reason=LOST, at=now)
                gone.append(row.twin_id)
            row.save()
    for twin_id in gone:
        twins.erase_twin(twin_id)
    return len(rows)
