"""What the steps of a cluster leave behind when they are proven: flags, backup operations, freezes.

Keepers of `proving`: called inside the record.
"""

from datetime import datetime
from typing import Any

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import clusters, freezes, production
from appliances.services.versions import same
from upgrades.models import JobStep
from upgrades.services import interims

Json = dict[str, Any]


def product(step: JobStep, appliance: Any, at: datetime) -> None:
    """A master that serves carries a new release: its list holds no node yet (G-ATLAS-4). While
    the two masters' releases differ neither could stand in for the other (G-ATLASF-4 to 12)."""
    if clusters.serves(appliance):
        clusters.mark_all(step.job.site_id)
    if appliance.cluster_role == Appliance.ClusterRole.MASTER and not _level(step.job.site_id):
        interims.begin(step.job.site, job=step.job, at=at)


def _level(site_id: Any) -> bool:
    """Both masters of a cluster with failover run the same release; one master always does."""
    masters = production.masters(site_id)
    return all(same(box.product_version, masters[0].product_version) for box in masters)


def swapped(step: JobStep, appliance: Any) -> None:
    """The other master's list counts from now on: its upgrade has emptied it (G-ATLASF-4)."""
    if appliance.cluster_role == Appliance.ClusterRole.MASTER:
        clusters.mark_all(step.job.site_id)


def flags(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """As it was read; where no interface tells, as the person said. Of the serving master only."""
    if carried is not None:
        clusters.keep_flags(appliance, carried, at=at, job=step.job)
    elif clusters.serves(appliance):
        clusters.keep_word(step.about_ids, step.action == do.START_ACCEPTING.name)


def node(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    if carried is not None:
        clusters.keep_flags(appliance, carried, at=at, job=step.job)


lists = node


def backup_operations(
    step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime
) -> None:
    """Off, nothing stands in for the master that serves; on again at the same release, the backup
    does (G-ATLASF-9, 13)."""
    ticked = step.action == do.START_BACKUP_OPERATIONS.name
    clusters.note_backup_operations(appliance, ticked)
    if not ticked:
        interims.begin(step.job.site, job=step.job, at=at)
    elif _level(step.job.site_id):
        interims.end(step.job.site, job=step.job, at=at)


def freeze(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    freezes.begin(appliance, job=step.job, at=at)


def lift_freeze(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """Of this appliance; a repair lifts whatever an abandoned job had frozen at the site."""
    freezes.end(appliance, job=step.job, at=at)
    if step.job.repairs_id is not None:
        for each in freezes.standing(step.job.site_id):
            freezes.end(each.appliance, job=step.job, at=at)
