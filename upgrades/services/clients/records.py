"""What was written down about clients earlier: where the old MSI lies, the limit of before."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from appliances import actions as do
from upgrades.models import JobStep, UpgradeJob

S = JobStep.State
MOST = 5


@dataclass(frozen=True)
class Recalled:
    """One thing that somebody wrote down: the field's label (msgid), the value, who and in which
    job."""

    label: str
    value: Any
    step: JobStep


def of_step(step: JobStep) -> list[Recalled]:
    """What earlier steps kept that is needed for this one, as its action says."""
    return _kept(step.job, do.find(step.action).recalls)


def of_job(job: UpgradeJob) -> list[Recalled]:
    """Everything that any step about clients may need."""
    return _kept(job, {recall: 0 for action in do.ALL.values() for recall in action.recalls})


def _kept(job: UpgradeJob, recalls: Collection[do.Recall]) -> list[Recalled]:
    """The newest first of each, read at once."""
    if not recalls:
        return []
    rows = JobStep.objects.filter(
        action__in={recall.action for recall in recalls}, state=S.DONE, job__site_id=job.site_id
    )
    done = list(rows.select_related("job", "confirmed_by").order_by("-ended_at"))
    return [each for recall in recalls for each in _recalled(job, recall, done)]


def _recalled(job: UpgradeJob, recall: do.Recall, done: Iterable[JobStep]) -> list[Recalled]:
    """What lies somewhere is of use to later jobs too; and a job that puts right what another one
    left finds what that one wrote down."""
    of_site = [step for step in done if step.action == recall.action]
    own = [step for step in of_site if step.job_id == job.pk]
    steps = own if own and not recall.of_site else of_site
    fields = {field.name: field.label for field in do.find(recall.action).evidence_fields}
    return [
        Recalled(fields[recall.field], step.evidence[recall.field], step)
        for step in steps[:MOST]
        if step.evidence.get(recall.field) not in (None, "")
    ]
