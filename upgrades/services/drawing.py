"""The plan of a job, whichever kind it is: an upgrade, new hardware, or a repair."""

from appliances.models import Appliance, Package, Site
from upgrades.models import Rehearsal, UpgradeJob
from upgrades.services import planning, repairing, replacing


def draw(
    site: Site, target: Package, *, procedure: str, method: str, offline: planning.Offline = None,
    replacement: Appliance | None = None, repairs: UpgradeJob | None = None,
) -> planning.Draft:  # fmt: skip
    """Nothing is written. Raises planning.CannotBePlanned, planning.NotKnown and their like."""
    if replacement is not None:
        return replacing.draw_up(site, replacement, method=method)
    if repairs is not None:
        return repairing.draw_up(site, repairs, method=method)
    return planning.draw_up(site, target, procedure=procedure, method=method, offline=offline)


def anew(job: UpgradeJob) -> planning.Draft:
    """The plan of a job as it would be drawn now."""
    return draw(
        job.site, job.target, procedure=job.procedure, method=job.method,
        offline=job.offline_ids, replacement=replacement_of(job), repairs=job.repairs,
    )  # fmt: skip


def replacement_of(job: UpgradeJob | Rehearsal) -> Appliance | None:
    """The new appliance of a hardware job, or of its rehearsal, with what it replaces."""
    if job.replacement_id is None:
        return None
    return Appliance.known.select_related("replaces", "site").get(pk=job.replacement_id)
