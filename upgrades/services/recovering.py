"""After a restore, or a database that lost its last moments: nothing is sent before it is asked."""

from datetime import datetime

from portal import audit, tenancy
from portal.services import customers
from upgrades.events import StepEvent
from upgrades.models import JobStep

S = JobStep.State


def ask_again(at: datetime) -> int:
    """Every step in flight, and every one that could be sent, is to be verified first.

    Attempts after the backup may be missing from it, so a READY step with an effect is looked at
    as if its worker had died; steps that only read are simply read again.
    """
    return sum(_of_customer(customer_id, at) for customer_id in customers.every_id())


def _of_customer(customer_id: object, at: datetime) -> int:
    asked = 0
    with tenancy.transaction(customer_id):
        under_way = JobStep.objects.filter(state__in=[S.CLAIMED, S.READY, S.WATCHING, S.VERIFYING])
        for step in under_way.exclude(effect="read").select_related("job"):
            if step.state == S.READY:
                if not step.claims and "baseline" not in step.observed:
                    continue  # it was never tried: there is nothing to ask about
                step.claim()
            if step.state == S.CLAIMED:
                step.lose(at=at)
            step.next_at, step.lease_until, step.lease_owner = at, None, ""
            step.token += 1
            step.save()
            audit.record(StepEvent.LOST, step, job=step.job, at=at, data={"restored": True})
            asked += 1
    return asked
