"""What people decide about clients that have not followed: wait, redeploy by hand, let go.

Those that can be reached hold the next product until they follow, or somebody decides for each of
them with a reason (G-CLIENT-6).
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances import actions as do
from portal import audit
from portal.background import enqueue
from portal.errors import Refused
from upgrades.events import ClientEvent
from upgrades.models import ClientDecision, ClientLook, JobStep, UpgradeJob
from upgrades.models.clients import TO_COME
from upgrades.models.job import ENDED
from upgrades.services import stepping, steps
from upgrades.services.clients import counting, looks

S, J = JobStep.State, UpgradeJob.State
Choice = ClientDecision.Choice
MOST_NAMES = 20  # that an event of the audit trail tells by name
WAITS = (do.DWELL.name, do.CHECK_CLIENTS.name)


def hop_of(job: UpgradeJob) -> int:
    """The hop whose clients are of interest: where the job is, or was last looked at."""
    begun = job.steps.filter(action__in=WAITS).exclude(state=S.PLANNED).order_by("-seq")
    seen = ClientLook.objects.filter(job=job, ended_at__isnull=False).order_by("-hop")
    found = [rows.values_list("hop", flat=True).first() for rows in (begun, seen)]
    return max([hop for hop in found if hop is not None], default=1)


def decide(
    job: UpgradeJob, rows: Any, *, hop: int, choice: str, reason: str, by: Any, at: datetime
) -> int:
    """Write down one decision for each of these rows of the latest look; how many clients.

    Raises Refused without a reason (waiting needs none), for rows that have followed, and for a
    job that is over.
    """
    if job.state in ENDED:
        raise Refused(_("The job is over: nothing is decided any more."))
    reason = reason.strip()[:400] if choice == Choice.WAIT else stepping.reason_given(reason)
    found = dict(rows.filter(kind__in=TO_COME).order_by("name").values_list("key", "name"))
    if not found:
        raise Refused(
            _("None of these clients is still to come."),
            remedy=_("Choose clients that have not followed."),
        )
    ClientDecision.objects.bulk_create(
        [
            ClientDecision(
                customer_id=job.customer_id, job=job, hop=hop, key=key, choice=choice,
                reason=reason, by=by, at=at,
            )
            for key in found
        ],
        batch_size=1000, update_conflicts=True, unique_fields=["job", "hop", "key"],
        update_fields=["choice", "reason", "by", "at"],
    )  # fmt: skip
    audit.record(ClientEvent.DECIDED, job, by=by, job=job, at=at, data={
        "hop": hop, "choice": choice, "reason": reason, "clients": len(found),
        "names": list(found.values())[:MOST_NAMES],
    })  # fmt: skip
    look_again(job, hop, by=by, at=at)
    return len(found)


def look_again(job: UpgradeJob, hop: int, *, by: Any, at: datetime) -> bool:
    """Let the step that waits for the clients look now, and not at its own time. False: none
    waits. One that was held because clients were pending is tried again once none is."""
    if job.state != J.RUNNING:
        return False
    waiting = job.steps.filter(hop=hop, action__in=WAITS, state__in=[S.WAITING, S.READY, S.HELD])
    step = waiting.order_by("seq").first()
    if step is None:
        return False
    step.job = job
    if step.state == S.HELD:
        return _try_again(step, by=by, at=at)
    stepping.seize(step)
    step.next_at = at
    step.save()
    enqueue("upgrades.ring")
    return True


def _try_again(step: JobStep, *, by: Any, at: datetime) -> bool:
    look = looks.latest(step.job_id, step.hop)
    if look is None or counting.undecided(look):
        return False
    steps.retry(step, by=by, at=at)
    return True
