"""Which mails about upgrades are not true any more when they are to leave (portal's `still_true`).

A reminder of a window that has begun or was moved, of a step that waits for nobody, of an offer
that was answered. `asks_id` is the row that decides, `asks_mark` what it looked like.
"""

from datetime import datetime

from django.utils.translation import gettext_noop

from portal.models import Message
from portal.services.still_true import Judge
from upgrades.models import Booking, Enrolment, Escalation, JobStep, UpgradeJob
from upgrades.services import bases_ahead

STEP_OVER = gettext_noop("The step does not wait for a person any more.")
TAKEN = gettext_noop("Somebody has the step meanwhile.")
MOVED = gettext_noop("The window was moved or given back meanwhile.")
BEGUN = gettext_noop("The window has begun.")
DECIDED = gettext_noop("It was decided meanwhile.")
PASSED = gettext_noop("The nights that it speaks of are over.")
READ = gettext_noop("The versions were read meanwhile.")
B = Booking.State


def step(message: Message, at: datetime) -> str:
    row = JobStep.objects.filter(pk=message.asks_id).first()
    waits = row is not None and row.state in (JobStep.State.ASKING, JobStep.State.HELD)
    return "" if waits else STEP_OVER


def handover(message: Message, at: datetime) -> str:
    row = JobStep.objects.filter(pk=message.asks_id, state=JobStep.State.ASKING).first()
    offered = (row.offered or {}).get("id") if row else None
    return "" if offered and offered == str(message.recipient_id) else TAKEN


def escalation(message: Message, at: datetime) -> str:
    row = (
        Escalation.objects.filter(pk=message.asks_id, ended_at=None).select_related("step").first()
    )
    waits = row is not None and row.step.state in (JobStep.State.ASKING, JobStep.State.HELD)
    return "" if waits else TAKEN


def window(message: Message, at: datetime) -> str:
    row = Booking.objects.filter(pk=message.asks_id).first()
    if row is None or str(row.revision) != message.asks_mark:
        return MOVED
    if row.starts_at <= at:
        return BEGUN
    return "" if row.state in (B.BOOKED, B.IN_USE) else MOVED


def bases(message: Message, at: datetime) -> str:
    named = Booking.objects.filter(pk=message.asks_id).select_related("site")
    row = bases_ahead.with_days(named).first()
    if row is None or (why := window(message, at)):
        return why if row else MOVED
    boxes = row.site.appliances.order_by("letter")
    return "" if bases_ahead.of_site([row], boxes, at) else READ


def proposal(message: Message, at: datetime) -> str:
    """Decided, or nothing that it could still be decided for."""
    job = UpgradeJob.objects.filter(pk=message.about_id).first()
    if job is None or job.state != UpgradeJob.State.PROPOSED:
        return DECIDED
    nights = list(job.bookings.filter(state__in=[B.HELD, B.BOOKED]))
    return PASSED if nights and all(night.ends_at <= at for night in nights) else ""


def alert(message: Message, at: datetime) -> str:
    """An offer that stands, with nights to come."""
    stands = Enrolment.objects.filter(job_id=message.about_id, state=Enrolment.State.ALERTED)
    return proposal(message, at) if stands.exists() else DECIDED


BY_ROW: dict[str, Judge] = {
    "step_asks": step,
    "step_handed_over": handover,
    "step_waits": escalation,
    "upgrade_before": window,
    "not_ready": window,
    "base_version_ahead": bases,
}
BY_JOB: dict[str, Judge] = {
    "upgrade_proposed": proposal,
    "customer_silent": alert,
    "readiness_alert": alert,
}
