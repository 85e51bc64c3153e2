"""What an import would displace: the booked windows that its contracts and zones no longer allow,
found by trying it, as the import itself is tried; and their moves, once it is loaded."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from appliances.services.importing.loads import Hit, Treat
from portal import audit
from upgrades.models import UpgradeJob
from upgrades.services import misfits, sentences, telling
from upgrades.services.whatif.outcomes import Strategy, settle

Read = Callable[[], dict[Any, Hit]]


def watch(at: datetime) -> Read:
    """For `loads.preview`: reads the current customer's jobs that do not fit what stands."""
    return lambda: _misfits(at)


def treat(strategy: Strategy, *, by: Any, at: datetime) -> Treat:
    """For `loads.load`: each upgrade that is hit is treated so, in the transaction that displaced
    it. Where that is not possible it keeps its times, and why is told."""
    return lambda hits: _treated(hits, strategy, by, at)


def _treated(
    hits: Mapping[Any, Hit], strategy: Strategy, by: Any, at: datetime
) -> list[Hit]:  # fmt: skip
    left: list[Hit] = []
    for job_id in dict.fromkeys(key[0] for key in hits):
        now = misfits.standing(at=at).get(job_id, [])  # one job's move may be another's place
        mine = [one for one in now if (job_id, one.kind, one.booking_id) in hits]
        if not mine:
            continue  # it fits since another of them has moved
        why = sentences.joined(dict.fromkeys(one.told for one in mine))
        became = settle(job_id, strategy, mine, reason=why, by=by, at=at)
        if not became.possible:
            theirs = [hit for key, hit in hits.items() if key[0] == job_id]
            left += [replace(hit, said=f"{hit.said} {became.refusal}") for hit in theirs]
            continue
        audit.record("job.displaced", _job(job_id), by=by, at=at, job=job_id, data={
            "strategy": strategy, "why": [str(one.told.sentence) for one in mine],
            "moves": [[one.window, one.was, one.now] for one in became.moves],
        })  # fmt: skip
    return left


def _job(job_id: Any) -> UpgradeJob:
    return UpgradeJob.objects.with_site().get(pk=job_id)


def _misfits(at: datetime) -> dict[Any, Hit]:
    found = misfits.standing(at=at)
    jobs = UpgradeJob.objects.with_site().select_related("customer").in_bulk(list(found))
    return {
        (job_id, one.kind, one.booking_id): Hit(
            job.customer.name, job.site.name, job.label, str(one.told), telling.address_of(job)
        )
        for job_id, several in found.items()
        for one in several
        if (job := jobs[job_id])
    }  # fmt: skip
