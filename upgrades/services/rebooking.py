"""Moving a window of a job: what it does to the approval, and to a job that missed its window.

An approval covers the plan and a range of the site's days. Inside it anybody who books may move a
window; beyond it only the customer's approver, and that is an approval. By anybody else the job
goes back to be approved anew, and whoever moved it is not the one to do that.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import audit, permissions, times
from upgrades.events import JobEvent
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.job import UNDER_WAY, OutsideApproval
from upgrades.services import (
    availability,
    bookings,
    drafting,
    enrolled,
    jobs,
    notices,
    openings,
    stepping,
)
from upgrades.services.availability import Night

J, B = UpgradeJob.State, Booking.State
STANDS = (B.HELD, B.BOOKED, B.IN_USE, B.USED)


def asked(job: UpgradeJob, *, at: datetime) -> dict[str, Any]:
    """What is asked of a move of one of its bookings, beside the site's time. Raises NoContract."""
    return {
        "contract_until": jobs.contract_until(job.site, job.target, at) if job.is_upgrade else None,
        "security_fix": job.target.is_security_fix,
    }


def nights(
    booking: Booking, begin: datetime, end: datetime, *, by: Any, at: datetime
) -> list[Night]:  # fmt: skip
    """Every night that a booking could be moved to, or why not. Without a contract: none."""
    [found] = nights_of([booking], begin, end, by=by, at=at)
    return found


def nights_of(
    rows: Sequence[Booking], begin: datetime, end: datetime, *, by: Any, at: datetime
) -> list[list[Night]]:  # fmt: skip
    """The same of several bookings of one job, in their order."""
    job, site = rows[0].job, rows[0].site
    try:
        wish = asked(job, at=at)
    except jobs.NoContract:
        yesterday = times.in_zone(at, site.zone).date() - timedelta(days=1)
        wish = {"contract_until": yesterday}
    return availability.of_bookings(rows, begin, end, by=by, at=at, **wish)


def move(
    booking: Booking, start: datetime, *, by: Any, at: datetime, override: str = ""
) -> Booking:  # fmt: skip
    """To another slot, as `bookings.move`. Inside the approved dates, or by the customer's
    approver, the approval stays; any other move returns the job to PROPOSED. A job under way
    cannot be approved again: there such a move raises OutsideApproval.

    A job that missed its window is scheduled again once no window of it is missed.
    """
    job = UpgradeJob.objects.select_for_update(of=("self",)).with_site().get(pk=booking.job_id)
    booking.refresh_from_db()
    booking.job = job
    demand_covered(job, [start], by)
    openings.overridden(override, by, job.site)
    before = booking.starts_at
    moved = bookings.move(
        booking, start, by=by, at=at, override=override.strip()[:400], **asked(job, at=at)
    )
    after_moves(job, [(moved, before)], by=by, at=at)
    return moved


def demand_covered(job: UpgradeJob, starts: Iterable[datetime], by: Any) -> None:
    """A job under way cannot be approved again. Raises OutsideApproval."""
    if job.state in UNDER_WAY and not _covered(job, starts, by):
        raise OutsideApproval(
            _("This is outside the dates that were approved."),
            remedy=_("Choose a time inside them, or ask the customer's approver to move it."),
        )


def after_moves(
    job: UpgradeJob, moved: list[tuple[Booking, datetime]], *, by: Any, at: datetime
) -> None:  # fmt: skip
    """What moves do to the approval and to what waits. `moved`: each booking with its start before.
    A job that missed its window is scheduled again once no window of it is missed."""
    covered = _covered(job, [booking.starts_at for booking, _was in moved], by)
    for booking, before in moved:
        _finish_follows(job, booking, before)
    if moved and (
        job.state == J.PROPOSED or (job.state in (J.SCHEDULED, J.MISSED) and not covered)
    ):
        _shown_to_the_approver(job, moved, by=by, at=at)
    elif job.state == J.MISSED and not job.bookings.filter(state=B.MISSED).exists():
        job.rebook()
        audit.record(JobEvent.REBOOKED, job, by=by, job=job, at=at)
    job.save()
    if moved and job.state == J.PROPOSED:
        enrolled.asked_again(job, by=by, at=at)
    elif moved:
        enrolled.moved(job, by=by, at=at)
    for booking, before in moved:
        _steps_follow(booking)
        notices.window_moved(job, booking, before, by=by, at=at)


def keeps_approval(job: UpgradeJob, start: datetime, by: Any) -> bool:
    """Whether a move there leaves a job as approved as it is: told before it is made."""
    return job.state not in (J.SCHEDULED, J.MISSED) or _covered(job, [start], by)


def _covered(job: UpgradeJob, starts: Iterable[datetime], by: Any) -> bool:
    inside = all(bookings.inside_range(job, start) for start in starts)
    return inside or _could_approve(job, by)


def _shown_to_the_approver(
    job: UpgradeJob, moved: list[tuple[Booking, datetime]], *, by: Any, at: datetime
) -> None:  # fmt: skip
    """What is approved now is another thing: with other dates, and a fingerprint of its own."""
    approved = job.state != J.PROPOSED
    plan, noted = dict(job.plan), approved or not _could_approve(job, by)
    for booking, before in moved:
        if noted:
            plan["moved"] = [*plan.get("moved", []), {
                "window": booking.window, "was": before.isoformat(),
                "now": booking.starts_at.isoformat(),
                "by": str(by.pk), "name": str(by), "at": at.isoformat(),
            }]  # fmt: skip
        seen = f"{plan.get('digest', '')} {booking.window} {booking.starts_at.isoformat()}"
        plan["digest"] = hashlib.sha256(seen.encode()).hexdigest()[:16]
    job.plan = plan
    starts = [each.starts_at for each in job.bookings.filter(state__in=STANDS)]
    job.not_before, job.not_after = drafting.bounds(starts, job.site.zone)
    if approved:
        was = job.approved_by
        job.propose_again()
        for booking, before in moved:
            audit.record(JobEvent.PROPOSED_AGAIN, job, by=by, job=job, at=at, data={
                "window": booking.window, "from": before, "to": booking.starts_at,
                "approved_by": str(was or ""), "digest": plan["digest"],
            })  # fmt: skip
        notices.proposed(job, at=at)


def _finish_follows(job: UpgradeJob, moved: Booking, before: datetime) -> None:
    """When all is over at worst hangs on the last window."""
    later = job.bookings.filter(window__gt=moved.window, state__in=STANDS).exists()
    if (finish := job.plan.get("finish")) and not later:
        over = datetime.fromisoformat(finish) + (moved.starts_at - before)
        job.plan = {**job.plan, "finish": over.isoformat()}


def _steps_follow(booking: Booking) -> None:
    """What waits for this window begins with it: steps that are ready, or that missed it."""
    S = JobStep.State
    waiting = JobStep.objects.filter(
        job=booking.job, window=booking.window, state__in=[S.READY, S.WAITING]
    )
    for step in waiting:
        stepping.seize(step)
        if step.state == S.WAITING:
            step.begin_again(at=booking.starts_at)
        else:
            step.next_at, step.reason = booking.starts_at, ""
        step.save()


def _could_approve(job: UpgradeJob, by: Any) -> bool:
    """Whether this is the customer's approver, and a second pair of eyes on this job."""
    return (
        not by.is_staff
        and by.pk != job.requested_by_id
        and not job.was_moved_by(by)
        and permissions.may(by, "job.approve", site_id=job.site_id)
    )
