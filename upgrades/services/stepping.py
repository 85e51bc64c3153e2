"""What a step may be moved by: the questions that every act of a person asks first."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances import actions as do
from appliances.models import BaseHold
from portal import audit
from portal.errors import NotNow, Refused
from upgrades.events import StepEvent
from upgrades.models import JobStep, UpgradeJob

NOTED = ("holder_id", "holder_until", "observed", "progressed")


class JobRests(Refused):
    code = "job-not-running"


def seize(step: JobStep) -> None:
    """Take the row for this transaction and a new number, so that a worker who is looking at it
    meanwhile finds that it lost it. What was noted since it was read is taken over. Raises NotNow
    if it was moved since then."""
    rows = JobStep.objects.select_for_update(of=("self",))
    row = rows.values("token", "state", *NOTED).get(pk=step.pk)
    if row["state"] != step.state:
        raise NotNow(
            _("Somebody was quicker: this step has moved on meanwhile."),
            remedy=_("Look at the page as it is now."),
        )
    for name in NOTED:
        setattr(step, name, row[name])
    step.token, step.lease_until, step.lease_owner = row["token"] + 1, None, ""


def runs(step: JobStep) -> None:
    if step.job.state != UpgradeJob.State.RUNNING:
        raise JobRests(
            _("The job is not running: nothing is confirmed or tried meanwhile."),
            remedy=_("Resume the job first."),
        )


def is_a_persons(step: JobStep) -> None:
    """What the portal itself reads or has sent is not confirmed by anybody's word."""
    if step.doer == do.PORTAL and step.state != JobStep.State.ASKING:
        raise NotNow(
            _("The portal looks at this by itself: there is nothing to confirm."),
            remedy=_("If it cannot, it asks."),
        )


def no_hold(step: JobStep) -> None:
    if BaseHold.objects.filter(appliance__site_id=step.job.site_id, released_at=None).exists():
        raise JobRests(
            _("A base problem is open at this site."),
            remedy=_("Two people release it with the vendor's ticket."),
        )


def reason_given(text: str) -> str:
    if not text.strip():
        raise Refused(_("Write a reason."), fields={"reason": _("A reason is needed.")})
    return text.strip()[:400]


def note(event: StepEvent, step: JobStep, by: Any, at: datetime, **data: Any) -> None:
    audit.record(event, step, by=by, job=step.job_id, at=at, data={
        "seq": step.seq, "action": step.action, **data,
    })  # fmt: skip
