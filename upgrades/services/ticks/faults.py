"""A step that the portal itself fails at: it cannot be read, or what came of it cannot be written.

It must not stand in everybody's way: it is put off, and asked about later as if its worker had
died. After three such turns a person has it.
"""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext_noop as _

from portal import audit, clock, tenancy
from upgrades.events import StepEvent
from upgrades.models import Attempt, JobStep
from upgrades.services import notices
from upgrades.services.ticks import statements
from upgrades.services.ticks.claims import MOST_CLAIMS, Claim

log = logging.getLogger("upgrades.ticks")
S = JobStep.State
OURS = (S.CLAIMED, S.VERIFYING, S.WATCHING, S.WAITING, S.ASKING)  # what a claim leaves it in
PUT_OFF = timedelta(minutes=1)
FAULTS = "faults"  # so many in a row
BUG = _("The portal could not do this: a fault of the portal. Support has been told.")


def put_off(claim: Claim, fault: Exception) -> None:
    """Let the step go, under our number. What may have been sent is asked about, never repeated."""
    log.error("a step failed in the portal", exc_info=fault, extra={"step": str(claim.step_id)})
    with tenancy.transaction(claim.customer_id):
        rows = JobStep.objects.select_for_update(of=("self",)).select_related("job")
        step = rows.filter(pk=claim.step_id, token=claim.token, state__in=OURS).first()
        if step is None:
            return
        at = clock.now()
        attempt = Attempt.objects.filter(step_id=step.pk, closed_at=None).first()
        faults = step.observed.get(FAULTS, 0) + 1
        step.lease_until, step.lease_owner = None, ""
        if faults >= MOST_CLAIMS:
            _hold(step, attempt, f"{BUG} ({type(fault).__name__})", at)
            return
        step.observed = {**step.observed, FAULTS: faults}
        if step.state != S.CLAIMED:
            step.next_at = at + PUT_OFF
        elif attempt is not None:
            step.lose(at=at + PUT_OFF)
        else:
            step.release(at=at + PUT_OFF)
        step.save()


def _hold(step: JobStep, attempt: Attempt | None, why: str, at: datetime) -> None:
    """It is not known what came of an attempt that is open: whoever tries again looks before."""
    step.observed = {key: told for key, told in step.observed.items() if key != FAULTS}
    step.hold(reason=why)
    step.save()
    if attempt is not None:
        statements.close(attempt, Attempt.Outcome.UNKNOWN, at, why)
    facts = {"seq": step.seq, "action": step.action, "reason": why}
    audit.record(StepEvent.HELD, step, job=step.job, at=at, data=facts)
    try:
        with transaction.atomic():
            notices.step_held(step.job, step, at=at)
    except Exception:  # what it fails at may be what people would be told
        log.exception("nobody could be told of a step", extra={"step": str(step.pk)})
