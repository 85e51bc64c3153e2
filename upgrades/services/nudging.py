"""What a person may safely do about a run that stands still: a look, and nothing is sent."""

from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import audit
from portal.background import enqueue
from portal.errors import NotNow, Refused
from upgrades.events import JobEvent, StepEvent
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import following, stepping
from upgrades.stuck_queries import PATIENCE, is_idle

S = JobStep.State
LOOKS = (S.WATCHING, S.VERIFYING)
TAKES = (S.READY, S.WAITING)


class NothingToLookAt(Refused):
    code = "nothing-to-look-at"


class NotIdle(Refused):
    code = "not-idle"


def look_again(step: JobStep, *, by: Any, at: datetime) -> JobStep:
    """Have it looked at now. A step that was sent is only read, whoever had it finds that it lost
    it; one that is due is offered to the step runners again. Nothing is sent for it a second time,
    and no wait gets shorter.

    Raises NotNow while a step runner is heard of that has it, NothingToLookAt where it is a
    person's turn, or not its time yet.
    """
    had_until = _lease_now(step)
    if had_until is not None and had_until > datetime.now(UTC) - PATIENCE:
        raise NotNow(
            _("A step runner has it right now."), remedy=_("Look at this page again in a minute.")
        )
    if step.state == S.CLAIMED or step.state in LOOKS:
        stepping.seize(step)
        if step.state == S.CLAIMED:
            step.lose(at=at)
        step.next_at = at
        step.save()
    elif step.state not in TAKES or step.next_at is None or step.next_at > at:
        raise NothingToLookAt(
            _("There is nothing to look at: it is not its time, or a person’s turn."),
            remedy=_("Open the upgrade: its page says what it waits for."),
        )
    stepping.note(StepEvent.LOOK_ASKED, step, by, at)
    enqueue("upgrades.ring")
    return step


def go_on(job: UpgradeJob, *, by: Any, at: datetime) -> UpgradeJob:
    """Make ready what may begin at a running job of which nothing is open. Raises NotIdle for any
    other: there the next step begins by itself."""
    now = UpgradeJob.objects.select_for_update(of=("self",)).defer("plan").get(pk=job.pk)
    if now.state != job.state or not is_idle(job):
        raise NotIdle(
            _("This upgrade has open steps, or does not run: nothing is to be begun by hand."),
            remedy=_("Open the upgrade: its page says what it waits for."),
        )
    audit.record(JobEvent.WENT_ON, job, by=by, job=job, at=at)
    following.go_on(job, after=None, at=at)
    enqueue("upgrades.ring")
    return job


def _lease_now(step: JobStep) -> datetime | None:
    """Of the row, which is ours from here on: since its page was read a step runner may have taken
    it, and be about to send."""
    rows = JobStep.objects.select_for_update(of=("self",))
    return rows.values_list("lease_until", flat=True).get(pk=step.pk)
