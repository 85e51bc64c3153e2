"""Stopping a job: by a person, or at once after a problem in a base update (G-PREP-12)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from appliances.models import BaseHold
from portal import audit
from upgrades.events import HoldEvent, JobEvent
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import notices

J = UpgradeJob.State
# Said by every channel in the same words: page, mail, paper, API.
NEVER_RESTART = gettext_noop(
    "Do not restart the appliance. Contact the vendor's support and write their ticket number here."
)


def halt(job: UpgradeJob, *, by: Any, reason: str, at: datetime) -> UpgradeJob:
    """Nothing more is claimed or asked; what runs at an appliance is watched to its end."""
    job.halt(reason=reason, at=at)
    job.save()
    audit.record(JobEvent.HALTED, job, by=by, job=job, at=at, data={"reason": reason})
    notices.halted(job, at=at)
    return job


def base_problem(job: UpgradeJob, step: JobStep, *, reason: str, by: Any, at: datetime) -> None:
    """Hold the appliance and its partner in the database itself, and halt the job."""
    assert step.appliance_id is not None, step
    hold, opened = BaseHold.objects.get_or_create(
        customer_id=job.customer_id,
        appliance_id=step.appliance_id,
        released_at=None,
        defaults={
            "step_id": step.pk, "job_id": job.pk, "opened_at": at, "reason": reason[:400],
        },
    )  # fmt: skip
    if opened:
        audit.record(HoldEvent.OPENED, hold, by=by, job=job, at=at, data={"reason": reason})
    if job.state in (J.RUNNING, J.PAUSED):
        job.halt(reason=reason, at=at, base_problem=True)
        job.save()
        audit.record(JobEvent.HALTED, job, by=by, job=job, at=at, data={"base_problem": True})
        notices.halted(job, step, at=at)
