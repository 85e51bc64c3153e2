"""What time itself brings: waits that are over, jobs that begin, notices before a window.

Found in PostgreSQL, by any number of processes, at any time: a second pass changes nothing.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction

from portal import doors, sweeps, tenancy
from upgrades.models import Booking, Enrolment, JobStep, UpgradeJob
from upgrades.models.booking import TAKES_TIME
from upgrades.services import bookings, interims, jobs, looks, notices, runs

J, S = UpgradeJob.State, JobStep.State
RUNGS = (("7d", timedelta(days=7)), ("24h", timedelta(hours=24)), ("1h", timedelta(hours=1)))
LATER_RUNGS = RUNGS[1:]  # of the later windows of a job that is under way
STANDS = (*TAKES_TIME, Booking.State.USED)
Rungs = tuple[tuple[str, timedelta], ...]
UNANSWERED = (("3d", timedelta(days=3)), ("1d", timedelta(days=1)))

# Waking may be repeated, so it is done in sets: one statement a customer, events included.
WAKE = """
WITH woken AS (
    UPDATE upgrades_jobstep s SET state = 'VERIFYING', next_at = %(at)s
    WHERE s.customer_id = %(customer)s AND s.id IN (
        SELECT w.id FROM upgrades_jobstep w
        JOIN upgrades_upgradejob j ON j.customer_id = w.customer_id AND j.id = w.job_id
        WHERE w.customer_id = %(customer)s AND w.state = 'WAITING' AND w.next_at <= %(at)s
          AND w.lease_until IS NULL AND j.state = 'RUNNING'
        FOR UPDATE OF w SKIP LOCKED)
    RETURNING s.id, s.job_id, s.seq, s.action)
INSERT INTO portal_auditevent (id, customer_id, at, name, subject_type, subject_id, job_id,
    actor_kind, actor_name, data)
SELECT gen_random_uuid(), %(customer)s, %(at)s, 'step.woken', 'upgrades.jobstep', id, job_id,
    'portal', 'Changeover', jsonb_build_object('seq', seq, 'action', action)
FROM woken
"""


def wake(at: datetime) -> int:
    """Every wait that is over becomes something to verify; how many did."""
    woken = 0

    def of_customer(customer_id: object) -> None:
        nonlocal woken
        with tenancy.transaction(customer_id), connection.cursor() as cursor:
            cursor.execute(WAKE, {"at": at, "customer": customer_id})
            woken += cursor.rowcount

    sweeps.each(_customers("door_customers_with_due_waits", at), of_customer)
    return woken


def look_after_jobs(at: datetime) -> None:
    """Start what is due, mark what was missed, tell people what is coming or overdue."""
    _each_customer("door_customers_with_due_jobs", _look_after_customer, at)


def remind_approvers(at: datetime) -> None:
    """Tell approvers again of what nobody has answered, 3 days and a day before its first window,
    once each. A readiness alert has a ladder of its own."""
    _each_customer("door_customers_with_unanswered_jobs", _remind_approvers_of_customer, at)


def _remind_approvers_of_customer(at: datetime) -> None:
    offered = Enrolment.objects.filter(state=Enrolment.State.ALERTED)
    waiting = UpgradeJob.objects.filter(state=J.PROPOSED).exclude(enrolments__in=offered)
    sweeps.each(waiting.with_site(), lambda job: _ask_again(job, at))


def lapse_unapproved(at: datetime) -> None:
    """Give back what is kept for a proposal that can no longer be approved, since its first window
    could not begin in time any more. What a rollout asks has ends of its own."""
    _each_customer("door_customers_with_unapproved_windows", _lapse_unapproved_of_customer, at)


def _lapse_unapproved_of_customer(at: datetime) -> None:
    asked = Enrolment.objects.filter(job__isnull=False).values("job")
    waiting = UpgradeJob.objects.filter(state=J.PROPOSED).exclude(pk__in=asked)
    sweeps.each(waiting.with_site(), lambda job: _lapse(job, at))


def _lapse(job: UpgradeJob, at: datetime) -> None:
    first = bookings.for_job(job).first()
    if first is None or first.state != Booking.State.HELD:
        return
    if at > bookings.last_safe_start(first):
        jobs.lapse(job, at=at)


def look_after_interims(at: datetime) -> None:
    """Tell people of sites that have been without failover for too long (G-PAIR-4)."""
    _each_customer("door_customers_with_long_interims", interims.look_after, at)


def want_looks(at: datetime) -> None:
    """A day before each window: have the site looked at, once a booking and its revision."""
    _each_customer("door_customers_with_windows_soon", _want_looks_of_customer, at)


def _want_looks_of_customer(at: datetime) -> None:
    ahead = UpgradeJob.objects.filter(state__in=[J.SCHEDULED, J.RUNNING])
    sweeps.each(ahead, lambda job: looks.want_day_before(job, at=at))


def _look_after_customer(at: datetime) -> None:
    scheduled = list(UpgradeJob.objects.filter(state=J.SCHEDULED).with_site())
    sweeps.each(scheduled, lambda job: _remind(job, at))
    sweeps.each(scheduled, lambda job: runs.start_if_due(job, at))
    sweeps.each(
        later_windows(at), lambda booking: _tell_rung(booking.job, booking, LATER_RUNGS, at)
    )
    overdue = JobStep.objects.filter(
        state=S.ASKING, deadline_at__lt=at, job__state=J.RUNNING
    ).select_related("job")
    sweeps.each(overdue, lambda step: notices.step_overdue(step.job, step, at=at))


def later_windows(at: datetime) -> list[Booking]:
    """Windows to come of the current customer's running jobs that a rung may be due for. One that
    goes on right where another of its job ends was told with that one."""
    ahead = Booking.objects.filter(
        state=Booking.State.BOOKED, job__state=J.RUNNING, slot__startswith__gt=at,
        slot__startswith__lte=at + LATER_RUNGS[0][1],
    ).select_related("job__site", "job__target", "site")  # fmt: skip
    found = list(ahead.order_by("slot"))
    theirs = Booking.objects.filter(job__in={row.job_id for row in found}, state__in=STANDS)
    ends = set(theirs.values_list("job_id", "slot__endswith")) if found else set()
    return [row for row in found if (row.job_id, row.starts_at) not in ends]


def _remind(job: UpgradeJob, at: datetime) -> None:
    first = job.bookings.filter(state=Booking.State.BOOKED).order_by("slot").first()
    if first is not None and at < first.starts_at:
        _tell_rung(job, first, RUNGS, at)


def _tell_rung(job: UpgradeJob, booking: Booking, rungs: Rungs, at: datetime) -> None:
    """The last rung that has come, once each: a job booked tomorrow gets no notice of a week."""
    for rung, ahead in reversed(rungs):
        if booking.starts_at - ahead <= at:
            notices.before(job, booking, rung=rung, at=at)
            return


def _ask_again(job: UpgradeJob, at: datetime) -> None:
    """A rung that is nearly as old as the proposal itself is left out."""
    assert job.requested_at is not None
    first = job.bookings.filter(state__in=["HELD", "BOOKED"]).order_by("slot").first()
    if first is None or first.starts_at <= at:
        return
    for rung, ahead in reversed(UNANSWERED):
        due = first.starts_at - ahead
        if due <= at:
            if due >= job.requested_at:
                notices.unanswered(job, first, rung=rung, at=at)
            return


def _each_customer(function: str, act: Callable[[datetime], None], at: datetime) -> None:
    """In a transaction each; what fails at one customer's row keeps nobody else's waiting."""

    def of_customer(customer_id: object) -> None:
        with tenancy.transaction(customer_id):
            act(at)

    sweeps.each(_customers(function, at), of_customer)


def _customers(function: str, at: datetime) -> list[object]:
    """Whoever has something due; a rehearsal's door shows its twin alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        doors.tell(cursor)
        cursor.execute(f"SELECT {function}(%s)", [at])
        return [row[0] for row in cursor.fetchall()]
