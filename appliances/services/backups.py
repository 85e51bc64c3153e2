"""Settings backups of appliances (G-PREP-1): fetched, encrypted for their customer, and kept."""

import tempfile
from collections.abc import Callable
from datetime import datetime
from typing import IO, Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_noop as _

from appliances.drivers.values import BackupFile
from appliances.events import Event
from appliances.models import Appliance, Backup
from appliances.services import remote
from portal import audit, clock, tenancy
from portal.models import EvidenceFile
from portal.services import evidence
from portal.services.evidence import StoredFile

CHUNK = 1 << 20
# A backup far smaller or larger than the last one may be cut off, or of another appliance.
SMALLEST, LARGEST = 0.5, 2.0
SMALLER = _("This backup is much smaller than the last one. Look whether it is whole.")
LARGER = _("This backup is much larger than the last one.")

Progress = Callable[[int], None]


class _Counted:
    """Writes on, and tells how many bytes there are, so that the runner keeps its lease."""

    def __init__(self, into: IO[bytes], progress: Progress | None) -> None:
        self.into, self.progress, self.size = into, progress, 0

    def write(self, data: bytes, /) -> int:
        self.size += len(data)
        if self.progress:
            self.progress(self.size)
        return self.into.write(data)


def fetch(
    appliance: Appliance,
    customer_id: Any,
    *,
    step_id: Any = None,
    by: Any = None,
    progress: Progress | None = None,
) -> Backup:
    """Take a backup and keep it. Outside any transaction; writes in one of its own.

    What arrives is judged before it is kept, so it waits in a file that has no name. `progress` is
    called with the bytes so far and may raise to stop. Raises remote.Trouble; nothing is kept then.
    """
    if connection.in_atomic_block:
        raise RuntimeError("a backup is fetched inside a transaction")
    with tempfile.TemporaryFile() as waiting:
        into = _Counted(waiting, progress)
        taken = remote.take_backup(appliance, into=into, limit=settings.BACKUP_LIMIT)
        waiting.seek(0)
        pieces = iter(lambda: waiting.read(CHUNK), b"")
        stored = evidence.store(
            pieces, customer_id=customer_id, kind=EvidenceFile.Kind.BACKUP, name=taken.name
        )
    with tenancy.transaction(customer_id):
        return _write(appliance, taken, stored, step_id=step_id, by=by)


def _write(
    appliance: Appliance, taken: BackupFile, stored: StoredFile, *, step_id: Any, by: Any
) -> Backup:
    at, last = clock.now(), newest(appliance)
    file = evidence.register(stored, subject=appliance, by=by, at=at, site_id=appliance.site_id)
    backup = Backup.objects.create(
        customer_id=appliance.customer_id,
        appliance=appliance,
        file=file,
        step_id=step_id,
        taken_at=at,
        size=taken.size,
        sha256=taken.sha256,
    )
    Appliance.objects.filter(pk=appliance.pk).exclude(backup_trouble="").update(backup_trouble="")
    remark = remark_on(taken.size, last.size if last else 0)
    data = {"size": taken.size, "sha256": taken.sha256, "remark": remark}
    audit.record(Event.BACKUP_TAKEN, appliance, by=by, data=data)
    return backup


def note(
    appliance: Appliance,
    *,
    step_id: Any,
    size: int,
    sha256: str,
    kept_where: str,
    by: Any,
    at: datetime,
    file_id: Any = None,
) -> Backup:
    """A backup that a person took and keeps, where the portal cannot fetch one (G-PREP-1).

    `kept_where` is a place, never a password; `file_id` if the file was uploaded too.
    """
    backup = Backup.objects.create(
        customer_id=appliance.customer_id, appliance=appliance, file_id=file_id, step_id=step_id,
        taken_at=at, size=size, sha256=sha256.strip().lower()[:64],
        kept_where=kept_where.strip()[:200],
    )  # fmt: skip
    data = {"size": size, "sha256": backup.sha256, "kept_where": backup.kept_where}
    audit.record(Event.BACKUP_TAKEN, appliance, by=by, data=data, at=at)
    return backup


def newest(appliance: Appliance) -> Backup | None:
    return Backup.objects.filter(appliance=appliance).order_by("-taken_at").first()


def remark_on(size: int, last_size: int) -> str:
    """A msgid if the size is odd beside the last one's; else empty."""
    if not last_size:
        return ""
    if size < last_size * SMALLEST:
        return SMALLER
    return LARGER if size > last_size * LARGEST else ""
