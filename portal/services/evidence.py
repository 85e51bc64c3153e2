"""Files kept as proof. The content is stored first, the row after it: a row always has its file.

Stored names are our own and lie in a folder of the customer. A file without row (its transaction
was rolled back, or the process died) is swept later, see cleaning.py.
"""

import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import default_storage
from django.utils.translation import gettext_lazy as _

from portal import secrets, tenancy
from portal.errors import Refused
from portal.models import EvidenceFile
from portal.services import filetypes
from portal.services.letters import one_line

PIECE = 1 << 16


class FileTooLarge(Refused):
    code = "file-too-large"


class FileEmpty(Refused):
    code = "file-empty"


class FileMissing(Refused):
    code = "file-missing"


@dataclass(frozen=True)
class StoredFile:
    """What lies in the store and has no row yet. Sizes in bytes, of the plain content."""

    id: uuid.UUID
    customer_id: uuid.UUID
    kind: str
    name: str
    content_type: str
    size: int
    sha256: str
    stored_as: str
    key_id: str


class _Streamed(File):  # type: ignore[type-arg]
    """What Django's storage reads from; counts and digests the plain bytes that pass."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        super().__init__(None)
        self.pieces = pieces

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:
        return self.pieces


class _Measure:
    def __init__(self, limit: int) -> None:
        self.limit, self.size, self.digest = limit, 0, hashlib.sha256()

    def passing(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.size += len(chunk)
            if self.size > self.limit:
                raise FileTooLarge(
                    _("The file is larger than %(limit)s MB.") % {"limit": self.limit // 1_000_000}
                )
            self.digest.update(chunk)
            yield chunk


def keep(
    upload_chunks: Iterable[bytes],
    *,
    kind: str,
    name: str,
    subject: Any,
    by: Any,
    at: datetime,
    content_type: str = "",
    site_id: uuid.UUID | None = None,
) -> EvidenceFile:
    """Store a file and write its row, inside the current customer's transaction.

    `content_type` is what the sender says and is not believed. For long transfers use `store`
    with no transaction open, then `register`. Raises FileTooLarge, FileEmpty, WrongKindOfFile,
    PrivateKeyInside.
    """
    stored = store(upload_chunks, customer_id=tenancy.current_customer_id(), kind=kind, name=name)
    return register(stored, subject=subject, by=by, at=at, site_id=site_id)


def store(chunks: Iterable[bytes], *, customer_id: uuid.UUID, kind: str, name: str) -> StoredFile:
    """Write a file into the store as it streams in; backups are encrypted for their customer.

    Needs no transaction and no database. Nothing is left behind when it raises.
    """
    row = EvidenceFile(customer_id=customer_id)
    head, rest = _head(iter(chunks))
    content_type = filetypes.judge(head, kind=kind, name=name)
    backup = kind == EvidenceFile.Kind.BACKUP
    measure = _Measure(settings.BACKUP_LIMIT if backup else settings.EVIDENCE_LIMIT)
    passing = measure.passing(rest)
    pieces = filetypes.checked(passing, content_type=content_type, kind=kind)
    key_id = ""
    if backup:
        context = secrets.context_of(row, "file")
        key_id, pieces = secrets.seal_stream(pieces, customer=str(customer_id), context=context)
    stored_as = write(f"{customer_id}/{row.pk.hex[:2]}/{row.pk.hex}", pieces)
    return StoredFile(
        id=row.pk,
        customer_id=customer_id,
        kind=kind,
        name=one_line(name.replace("\\", "/").rpartition("/")[2])[:160] or row.pk.hex,
        content_type=content_type,
        size=measure.size,
        sha256=measure.digest.hexdigest(),
        stored_as=stored_as,
        key_id=key_id,
    )


def _head(chunks: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes, and all of them again. Raises FileEmpty."""
    head = b""
    for chunk in chunks:
        head += chunk
        if len(head) >= filetypes.HEAD:
            break
    if not head:
        raise FileEmpty(_("The file is empty."))
    return head[: filetypes.HEAD], chain([head], chunks)


def write(name: str, pieces: Iterator[bytes]) -> str:
    """Write stored bytes under a name of ours; what was begun is removed when it fails."""
    try:
        return default_storage.save(name, _Streamed(pieces))
    except BaseException:
        default_storage.delete(name)
        raise


def register(
    stored: StoredFile, *, subject: Any, by: Any, at: datetime, site_id: uuid.UUID | None = None
) -> EvidenceFile:
    """Write the row of a stored file; `subject` is what it proves something of."""
    return EvidenceFile.objects.create(
        **vars(stored),
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        site_id=site_id,
        added_by=by if not hasattr(by, "prefix") else by.user,
        added_at=at,
    )


def open_file(evidence: EvidenceFile) -> Iterator[bytes]:
    """The plain content, piece by piece. Raises FileMissing at once, CannotOpen while reading."""
    if not default_storage.exists(evidence.stored_as):
        raise FileMissing(_("The content of this file is not in the store."))
    return _read(evidence)


def _read(evidence: EvidenceFile) -> Iterator[bytes]:
    """Opened only when the first piece is asked for: a HEAD request never asks."""
    with default_storage.open(evidence.stored_as) as stored:
        if not evidence.key_id:
            yield from stored.chunks(PIECE)
            return
        yield from secrets.open_stream(
            stored.read,
            key_id=evidence.key_id,
            customer=str(evidence.customer_id),
            context=secrets.context_of(evidence, "file"),
        )
