"""What was written down about clients earlier: where the old MSI lies, the limit of before."""

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
    found = []
    for recall in do.find(step.action).recalls:
        found += _kept(step.job, recall)
    return found


def of_job(job: UpgradeJob) -> list[Recalled]:
    """Everything that any step about clients may need."""
    kept = {recall: None for action in do.ALL.values() for recall in action.recalls}
    return [each for recall in kept for each in _kept(job, recall)]


def _kept(job: UpgradeJob, recall: do.Recall) -> list[Recalled]:
    """The newest first. What lies somewhere is of use to later jobs too; and a job that puts right
    what another one left finds what that one wrote down."""
    of_site = JobStep.objects.filter(action=recall.action, state=S.DONE, job__site_id=job.site_id)
    steps = of_site.filter(job=job)
    if recall.of_site or not steps.exists():
        steps = of_site
    fields = {field.name: field.label for field in do.find(recall.action).evidence_fields}
    rows = steps.select_related("job", "confirmed_by").order_by("-ended_at")[:MOST]
    return [
        Recalled(fields[recall.field], row.evidence[recall.field], row)
        for row in rows
        if row.evidence.get(recall.field) not in (None, "")
    ]
