"""Settings backups of appliances (G-PREP-1): fetched, encrypted for their customer, and kept."""

import tempfile
import uuid
from collections.abc import Callable, Iterator
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from django.utils.translation import gettext_noop as _

from appliances.drivers.values import BackupFile
from appliances.events import Event
from appliances.models import Appliance, Backup
from appliances.services import remote
from portal import audit, clock, secrets, tenancy
from portal.models import EvidenceFile

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
        file = _put_away(pieces, EvidenceFile(customer_id=customer_id, name=taken.name))
    with tenancy.transaction(customer_id):
        return _write(appliance, taken, file, step_id=step_id, by=by)


class _Frames(File):  # type: ignore[type-arg]
    """What the storage reads piece by piece."""

    def __init__(self, frames: Iterator[bytes]) -> None:
        super().__init__(None)
        self.frames = frames

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self.frames


def _put_away(pieces: Iterator[bytes], file: EvidenceFile) -> EvidenceFile:
    """Encrypt into the file store under a key of the customer."""
    customer = str(file.customer_id)
    context = secrets.context_of(file, "content")
    file.key_id, frames = secrets.seal_stream(pieces, customer=customer, context=context)
    file.stored_as = default_storage.save(f"{customer}/{uuid.uuid4().hex}", _Frames(frames))
    return file


def _write(
    appliance: Appliance, taken: BackupFile, file: EvidenceFile, *, step_id: Any, by: Any
) -> Backup:
    at, last = clock.now(), newest(appliance)
    file.kind, file.content_type = EvidenceFile.Kind.BACKUP, "application/octet-stream"
    file.size, file.sha256, file.added_by, file.added_at = taken.size, taken.sha256, by, at
    file.subject_type, file.subject_id = appliance._meta.label_lower, appliance.pk
    file.save(force_insert=True)
    backup = Backup.objects.create(
        customer_id=appliance.customer_id,
        appliance=appliance,
        file=file,
        step_id=step_id,
        taken_at=at,
        size=taken.size,
        sha256=taken.sha256,
    )
    remark = remark_on(taken.size, last.size if last else 0)
    data = {"size": taken.size, "sha256": taken.sha256, "remark": remark}
    audit.record(Event.BACKUP_TAKEN, appliance, by=by, data=data)
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
