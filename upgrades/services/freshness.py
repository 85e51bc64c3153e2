"""G-RULE-4 at the moment of the change: a backup and an export of the certificates under 24 hours
old. Where the window moved and they have grown old, their steps are asked again."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.models import Appliance, Backup, CertificateCopy
from portal import audit
from upgrades.events import StepEvent
from upgrades.models import JobStep, UpgradeJob
from upgrades.models.step import OPEN

S = JobStep.State
FRESH = timedelta(hours=24)
AGAIN = _("Backup or certificates are older than 24 hours: they are asked for again first.")
CHANGES = (do.INSTALL_BASE.name, do.INSTALL_PRODUCT.name)


def old_before(step: JobStep, appliance: Appliance, at: datetime) -> list[do.Action]:
    """What has grown old before this change; nothing for a node (it holds no settings), nor for
    an appliance that the job has begun to change: between its packages nothing else may stand."""
    empty = appliance.place == Appliance.Place.WAITING  # new hardware holds nothing yet
    traffic = appliance.cluster_role == Appliance.ClusterRole.TRAFFIC
    if step.action not in CHANGES or traffic or empty:
        return []
    mine = JobStep.objects.filter(job=step.job_id, appliance=appliance, action__in=CHANGES)
    begun = mine.filter(state__in=[S.DONE, S.SKIPPED]).exclude(pk=step.pk)
    return list(_old(step, appliance, at, in_hop=begun.filter(hop=step.hop).exists(),
                     in_job=begun.exists()))  # fmt: skip


def _old(
    step: JobStep, appliance: Appliance, at: datetime, *, in_hop: bool, in_job: bool
) -> Iterator[do.Action]:
    """A backup before each hop's first change, the certificates before the job's."""
    if not in_hop and not _backed_up(step, appliance, since=at - FRESH):
        yield do.BACK_UP
    if not in_job and not _exported(step, appliance, since=at - FRESH):
        yield do.EXPORT_CERTIFICATES


def _backed_up(step: JobStep, appliance: Appliance, *, since: datetime) -> bool:
    kept = Backup.objects.filter(appliance=appliance, taken_at__gt=since)
    return kept.exists() or _settled(step, appliance, do.BACK_UP, since)


def _exported(step: JobStep, appliance: Appliance, *, since: datetime) -> bool:
    kept = CertificateCopy.objects.filter(appliance=appliance, noted_at__gt=since)
    return kept.exists() or _settled(step, appliance, do.EXPORT_CERTIFICATES, since)


def _settled(step: JobStep, appliance: Appliance, action: do.Action, since: datetime) -> bool:
    """A person said so, or two people went on without it: both with the time they did."""
    steps = JobStep.objects.filter(
        job=step.job_id, appliance=appliance, action=action.name, ended_at__gt=since
    )
    return steps.filter(state__in=[S.DONE, S.SKIPPED]).exists()


def ask_again(step: JobStep, appliance: Appliance, actions: list[do.Action], at: datetime) -> None:
    """Add the steps once more, beside the change that waits for them: nothing later begins before
    they are over. Asked twice, nothing is added twice."""
    UpgradeJob.objects.select_for_update().get(pk=step.job_id)
    for action in actions:
        of_this = JobStep.objects.filter(
            job=step.job_id, appliance=appliance, action=action.name
        )  # fmt: skip
        first = of_this.in_order().first()
        # One that only comes later (a page backs up between its packages too) helps nothing now.
        if first is None or of_this.filter(state__in=OPEN).exists():
            continue
        last = JobStep.objects.filter(job=step.job_id).aggregate(last=Max("seq"))["last"]
        _add(first, step, seq=last + 1, at=at)


def _add(first: JobStep, before: JobStep, *, seq: int, at: datetime) -> None:
    added = JobStep(
        customer_id=before.customer_id, job_id=before.job_id, seq=seq, rank=before.rank,
        lane=f"again {first.action} {first.appliance_id}"[:80], hop=before.hop, phase=first.phase,
        text=first.text, action=first.action, guide="G-RULE-4", role=first.role,
        appliance_id=first.appliance_id, about_ids=first.about_ids, doer=first.doer,
        effect=first.effect, halts=first.halts, expected_minutes=first.expected_minutes,
        worst_minutes=first.worst_minutes,
    )  # fmt: skip
    added.ready(at=at)
    added.save(force_insert=True)
    data = {"seq": seq, "action": added.action, "before": before.seq}
    audit.record(StepEvent.ASKED_AGAIN, added, job=before.job_id, at=at, data=data)
