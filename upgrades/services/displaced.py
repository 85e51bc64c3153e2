"""What an import would displace: the booked windows that its contracts and zones no longer allow,
found by trying it, as the import itself is tried."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from appliances.services.importing.loads import Hit
from upgrades.models import UpgradeJob
from upgrades.services import misfits, telling

Read = Callable[[], dict[Any, Hit]]


def watch(at: datetime) -> Read:
    """For `loads.preview`: reads the current customer's jobs that do not fit what stands."""
    return lambda: _misfits(at)


def _misfits(at: datetime) -> dict[Any, Hit]:
    found = misfits.standing(at=at)
    jobs = UpgradeJob.objects.with_site().select_related("customer").in_bulk(list(found))
    return {
        (job_id, one.kind, one.booking_id): Hit(
            job.customer.name, job.site.name, job.label, one.told, telling.address_of(job)
        )
        for job_id, several in found.items()
        for one in several
        if (job := jobs[job_id])
    }  # fmt: skip
