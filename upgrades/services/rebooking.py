"""Moving a window of a job: what it does to the approval, and to a job that missed its window."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import audit, permissions
from upgrades.events import JobEvent
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.job import OutsideApproval
from upgrades.services import bookings, jobs, stepping

J = UpgradeJob.State
APPROVED = (J.SCHEDULED, J.MISSED, J.RUNNING, J.PAUSED, J.HALTED)


def move(booking: Booking, start: datetime, *, by: Any, at: datetime) -> Booking:
    """To another slot, as `bookings.move`. Inside the approved dates, or by somebody who may
    approve, the approval stays; any other move is refused: it needs a new plan and approval.

    A job that missed its window is scheduled again once no window of it is missed.
    """
    job = booking.job
    if job.state in APPROVED and not _keeps_approval(job, start, by):
        raise OutsideApproval(
            _("This is outside the dates that were approved."),
            remedy=_("Choose a time inside them, or ask somebody who may approve to move it."),
        )
    moved = bookings.move(
        booking, start, by=by, at=at,
        contract_until=jobs.contract_until(job.site, job.target, at),
        security_fix=job.target.is_security_fix,
    )  # fmt: skip
    if job.state == J.MISSED and not job.bookings.filter(state=Booking.State.MISSED).exists():
        job.rebook()
        job.save()
        audit.record(JobEvent.REBOOKED, job, by=by, job=job, at=at)
    _steps_follow(moved)
    return moved


def _steps_follow(booking: Booking) -> None:
    """What waits for this window begins with it: steps that are ready, or that missed it."""
    S = JobStep.State
    waiting = JobStep.objects.filter(
        job=booking.job, window=booking.window, state__in=[S.READY, S.WAITING]
    )
    for step in waiting:
        stepping.seize(step)
        step.next_at, step.reason = booking.starts_at, ""
        step.save()


def _keeps_approval(job: UpgradeJob, start: datetime, by: Any) -> bool:
    return bookings.inside_range(job, start) or permissions.may(
        by, "job.approve", site_id=job.site_id
    )
