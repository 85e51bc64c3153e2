"""How a confirmation is marked that stood on paper first: when it happened, and who did it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from appliances import actions as do
from portal.errors import Refused
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import waited


class NotThen(Refused):
    """It cannot have happened then."""

    code = "not-then"


@dataclass(frozen=True)
class Written:
    """`happened_at`: when the step was over; `began_at`: when it was begun, if that was noted;
    `done_by`: the name on the paper, which need not be somebody whom the portal knows."""

    happened_at: datetime
    done_by: str
    began_at: datetime | None = None

    def told(self, *, typed_at: datetime) -> dict[str, Any]:
        """What is kept with the step's evidence. No action has fields of these names."""
        return {
            "written_by": self.done_by,
            "happened_at": self.happened_at.isoformat(),
            "typed_at": typed_at.isoformat(),
        }


def demand(written: Written, step: JobStep, at: datetime) -> None:
    """Raises NotThen for a time in the future, before the job was begun, or before what comes
    before the step was over."""
    moments = [moment for moment in (written.began_at, written.happened_at) if moment]
    for moment in moments:
        if said := impossible(moment, step.job, at):
            raise NotThen(said)
    before = max(_known(step), default=None, key=lambda known: known[0])
    if before is not None and min(moments) < before[0]:
        over, earlier = before
        raise NotThen(
            _("Step %(seq)s comes before it, and was over at %(when)s: %(text)s.")
            % {"seq": earlier.seq, "when": waited.on_site(step, over), "text": _(earlier.text)},
            remedy=_("Look at both times on the paper."),
        )


def _known(step: JobStep) -> Iterator[tuple[datetime, JobStep]]:
    """When steps before it were over, of those of which it is known: what stood on paper too, what
    the portal itself has done, and waits. When somebody said on a page that a step is done, or
    skipped it, tells nothing about when it happened."""
    earlier = JobStep.objects.filter(state=JobStep.State.DONE, job_id=step.job_id).filter(
        Q(rank__lt=step.rank) | Q(rank=step.rank, lane=step.lane, seq__lt=step.seq)
    )
    for each in earlier:
        told = each.evidence.get("happened_at")
        if each.action == do.DWELL.name:
            told = told or each.evidence.get("until")  # over before anybody looked
        if told:
            yield datetime.fromisoformat(told), each
        elif each.ended_at and (_does_something(each) or each.action == do.DWELL.name):
            yield each.ended_at, each


def _does_something(step: JobStep) -> bool:
    return step.doer == do.PORTAL and step.effect != do.READ


def impossible(moment: datetime, job: UpgradeJob, at: datetime) -> str:
    """Why a step of the job cannot have been at work then; empty: it can."""
    if moment > at:
        return _("This lies in the future.")
    if job.started_at and moment < job.started_at:
        return _("The job had not begun then.")
    return ""


NAMES = ("written_by", "happened_at", "typed_at")
