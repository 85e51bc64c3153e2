"""What a proven step leaves behind elsewhere: versions, certificates, licences, findings, mails."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import backups, certificates, licences, readiness, versions
from upgrades.models import Booking, JobStep
from upgrades.services import clusters_proven, hardware_proven as hardware, notices, pairs_proven

Json = dict[str, Any]


def keep(
    step: JobStep, appliance: Appliance | None, evidence: Json, *, carried: Any, at: datetime
) -> None:
    """Write what this proof says about the appliance and the site. Inside the record."""
    keeper = KEEPERS.get(step.action)
    if keeper is not None:
        keeper(step, appliance, evidence, carried, at)


def _product(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    assert step.package is not None, step
    versions.prove(
        appliance, "PRODUCT", evidence.get("version") or step.package.version,
        build=evidence.get("build", ""), at=at, job=step.job,
    )  # fmt: skip
    clusters_proven.product(step, appliance, at)


def _base(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    assert step.package is not None, step
    versions.prove(
        appliance, "BASE", evidence.get("base_version") or step.package.version, at=at,
        by=step.confirmed_by, job=step.job,
    )  # fmt: skip


def _certificate(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    certificates.note(
        appliance,
        fingerprint=evidence["fingerprint"],
        expires_on=date.fromisoformat(evidence["expires_on"]),
        kept_where=evidence["kept_at"],
        by=step.confirmed_by,
        at=at,
    )


def _backup(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    """One that a person took. What the portal fetched has its record already."""
    if appliance is not None and "size_kb" in evidence:
        backups.note(
            appliance, step_id=step.pk, size=max(0, int(evidence["size_kb"])) * 1024,
            sha256=evidence["sha256"], kept_where=evidence["kept_at"], by=step.confirmed_by, at=at,
            file_id=evidence.get("file"),
        )  # fmt: skip


def _licences(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    if evidence.get("licences"):
        ends = evidence.get("licences_expire_on")
        licences.record(
            step.job.site, number=int(evidence["licences"]),
            expires_on=date.fromisoformat(ends) if ends else None, by=step.confirmed_by, at=at,
        )  # fmt: skip


def _findings(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    if carried is not None:
        readiness.record(carried, job=step.job)


def _announce(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    booking = (
        Booking.objects.filter(job=step.job, state=Booking.State.BOOKED).order_by("slot").first()
    )
    if booking is not None:
        notices.before(step.job, booking, rung="announced", at=at)


def _dwell(step: JobStep, appliance: Any, evidence: Json, carried: Any, at: datetime) -> None:
    notices.dwell_over(step.job, step, at=at)


KEEPERS: dict[str, Callable[[JobStep, Any, Json, Any, datetime], None]] = {
    do.INSTALL_PRODUCT.name: _product,
    do.INSTALL_BASE.name: _base,
    do.STOP_ACCEPTING.name: clusters_proven.flags,
    do.START_ACCEPTING.name: clusters_proven.flags,
    do.CHECK_NODE.name: clusters_proven.node,
    do.CHECK_FLAGS.name: clusters_proven.lists,
    do.STOP_BACKUP_OPERATIONS.name: clusters_proven.backup_operations,
    do.START_BACKUP_OPERATIONS.name: clusters_proven.backup_operations,
    do.FREEZE.name: clusters_proven.freeze,
    do.LIFT_FREEZE.name: clusters_proven.lift_freeze,
    do.BREAK_FAILOVER.name: pairs_proven.broken,
    do.ESTABLISH_FAILOVER.name: pairs_proven.established,
    do.BECOME_PRIMARY.name: pairs_proven.became_primary,
    do.BECOME_BACKUP.name: pairs_proven.became_backup,
    do.RELEASE_SHARED_IP.name: pairs_proven.shared_ip,
    do.TAKE_SHARED_IP.name: pairs_proven.shared_ip,
    do.CHECK_PRODUCTION.name: pairs_proven.produced,
    do.CHECK_BUILDS.name: pairs_proven.builds,
    do.EXPORT_CERTIFICATES.name: _certificate,
    do.BACK_UP.name: _backup,
    do.CHECK_UPDATES.name: _licences,
    do.CHECK_READINESS.name: _findings,
    do.ANNOUNCE.name: _announce,
    do.SET_UP.name: hardware.set_up,
    do.IMPORT_CERTIFICATE.name: hardware.imported,
    do.RESTORE_BACKUP.name: hardware.restored,
    do.COMPARE_COUNTS.name: hardware.compared,
    do.CONFIRM_PRODUCTION.name: hardware.confirmed,
    do.FACTORY_RESET.name: hardware.left,
    do.SHUT_DOWN.name: hardware.left,
    do.PACK.name: hardware.left,
    do.HAND_OVER.name: hardware.left,
    do.DELETE_VIRTUAL.name: hardware.left,
    do.DWELL.name: _dwell,
}
