"""What follows when a step is over: the next ones are ready, windows begin and end, the job rests
at a safe point or is finished. Always inside the transaction that ended the step."""

from datetime import datetime
from typing import Any

from appliances import actions as do
from appliances.services import freezes, returns
from portal import audit, prepared
from portal.background import enqueue
from upgrades.events import JobEvent
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.step import IN_FLIGHT, OVER
from upgrades.services import bookings, enrolled, leftovers, looks, notices

J, S = UpgradeJob.State, JobStep.State

# A step is ready when every step of a lower rank is over, and those before it in its own lane of
# its rank (procedures.md §4). It begins with its slot, or `lead` minutes before the next one.
READY = """
UPDATE upgrades_jobstep s SET state = 'READY', next_at = greatest(%(at)s::timestamptz, coalesce(
    (SELECT lower(b.slot) FROM upgrades_booking b
      WHERE b.job_id = s.job_id AND b."window" = s."window" AND s."window" > 0
        AND b.state IN ('BOOKED', 'IN_USE') ORDER BY lower(b.slot) LIMIT 1),
    (SELECT min(lower(b.slot)) - s.lead * interval '1 minute' FROM upgrades_booking b
      WHERE s."window" = 0 AND s.lead > 0 AND b.job_id = s.job_id AND b.state = 'BOOKED'),
    %(at)s::timestamptz))
WHERE s.job_id = %(job)s AND s.state = 'PLANNED' AND NOT EXISTS (
    SELECT FROM upgrades_jobstep o
    WHERE o.job_id = s.job_id AND o.state NOT IN ('DONE', 'SKIPPED', 'CANCELLED')
      AND (o.rank < s.rank OR (o.rank = s.rank AND o.lane = s.lane AND o.seq < s.seq)))
RETURNING s.next_at
"""


def begin(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    """The first steps are ready."""
    job.start(at=at)
    job.save()
    audit.record(JobEvent.STARTED, job, by=by, job=job, at=at)
    enrolled.begun(job, by=by, at=at)
    go_on(job, after=None, at=at)
    enqueue("upgrades.ring")


def go_on(job: UpgradeJob, *, after: JobStep | None, at: datetime, taken: int = 0) -> None:
    """Make ready what may begin now. `after` is the step that has just ended; None at the start.

    `taken` is how many steps the caller turns itself: the bell is rung for others only.
    """
    if after is not None and after.window:
        _window_moves_on(job, after, at)
    begins = make_ready(job, at)
    if not begins and not job.steps.exclude(state__in=OVER).exists():
        _finish(job, at)
        return
    if job.pause_asked_at and is_safe_point(job):
        job.pause()
        job.save()
        audit.record(JobEvent.PAUSED, job, job=job, at=at)
    if sum(begin <= at for begin in begins) > taken:
        enqueue("upgrades.ring")


def make_ready(job: UpgradeJob, at: datetime) -> list[datetime]:
    """PLANNED to READY for every step whose turn has come; the instants at which they begin."""
    return [row[0] for row in prepared.run(READY, {"job": job.pk, "at": at})]


def is_safe_point(job: UpgradeJob) -> bool:
    """No step in flight (one that only reads may go on reading), and no window half done: the site
    serves, and may rest as it is."""
    steps = job.steps.all()
    if steps.filter(state__in=IN_FLIGHT).exclude(state=S.WATCHING, effect=do.READ).exists():
        return False
    begun = set(steps.filter(window__gt=0, state__in=OVER).values_list("window", flat=True))
    left = set(steps.filter(window__gt=0).exclude(state__in=OVER).values_list("window", flat=True))
    return not begun & left


def _window_moves_on(job: UpgradeJob, step: JobStep, at: datetime) -> None:
    booking = Booking.objects.filter(
        job=job, window=step.window, state__in=[Booking.State.BOOKED, Booking.State.IN_USE]
    ).first()
    if booking is None:
        return
    if booking.state == Booking.State.BOOKED:
        bookings.begin(booking, at=at)
    if not job.steps.filter(window=step.window).exclude(state__in=OVER).exists():
        bookings.end(booking, at=at)
        looks.want_end(job, booking, at=at)
        enqueue("upgrades.watch")


def _finish(job: UpgradeJob, at: datetime) -> None:
    """Every step is over: the job is done, and everybody concerned is told."""
    if job.state != J.RUNNING:
        return
    job.finish(left=leftovers.skipped(job), at=at)
    job.save()
    if leftovers.FROZEN not in job.left_behind:
        freezes.end_all(job, at=at)
    returns.let_go(job, at=at)
    enrolled.ended(job, at=at)
    audit.record(JobEvent.FINISHED, job, job=job, at=at, data=_figures(job))
    notices.done(job, at=at)


def _figures(job: UpgradeJob) -> dict[str, Any]:
    states = list(job.steps.values_list("state", flat=True))
    return {
        "steps": len(states),
        "skipped": states.count(S.SKIPPED),
        "cancelled": states.count(S.CANCELLED),
    }
