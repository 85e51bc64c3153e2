"""The worker's part: the archive is packed, sealed and stored outside any transaction."""

import hashlib
import uuid
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.http import Http404

from portal import clock, rehearsing, secrets, tenancy
from portal.models import Customer, DataExport
from portal.services import customer_export, evidence, leased
from portal.services.exporting import asking

S = DataExport.State
RENEW = timedelta(minutes=1)


class Measured:
    """Plain bytes that pass, counted and digested."""

    def __init__(self) -> None:
        self.size, self.digest = 0, hashlib.sha256()

    def passing(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        for piece in pieces:
            if piece:
                self.size += len(piece)
                self.digest.update(piece)
                yield piece


def turn(at: datetime, *, most: int = 2) -> int:
    """Make what is to be made, and delete what is over; how many were made."""
    if rehearsing.twin():
        return 0
    expire_due(at)
    return EXPORTS.turn(most=most)


def expire_due(at: datetime) -> int:
    """Delete the files whose day is over; how many. A row first, then its file: what is left of a
    worker that died in between no row names, so it is swept."""
    with tenancy.with_sandboxes():
        over = DataExport.across.filter(state=S.MADE, expires_at__lte=at)
        found = list(over.values_list("customer_id", "pk"))
    return sum(_expire(customer_id, pk, at) for customer_id, pk in found)


def _expire(customer_id: uuid.UUID, export_id: uuid.UUID, at: datetime) -> bool:
    with tenancy.transaction(customer_id):
        rows = DataExport.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=export_id, state=S.MADE, expires_at__lte=at).first()
        if row is None:
            return False
        stored_as = row.stored_as
        row.expire()
        row.save()
    default_storage.delete(stored_as)
    return True


def _make(row: DataExport) -> None:
    """Raises Lost once the customer is being erased: then nothing stays."""
    measured, at = Measured(), clock.now()
    pieces = customer_export.pack(row.customer_id, demand=_allowed(row), at=at)
    context = secrets.context_of(row, "file")
    key_id, frames = secrets.seal_stream(
        measured.passing(pieces), customer=str(row.customer_id), context=context
    )
    try:
        stored_as = evidence.write(row.file(row.tries), frames)
    except customer_export.Closed as closed:
        raise leased.Lost from closed
    with leased.ending(row) as found:
        if Customer.objects.exclude(closed_at=None).exists():
            raise leased.Lost
        found.stored_as, found.key_id = stored_as, key_id
        found.finish(
            sha256=measured.digest.hexdigest(), size=measured.size, at=at,
            until=at + timedelta(days=settings.EXPORT_DAYS),
        )  # fmt: skip


def _allowed(row: DataExport) -> Callable[[], None]:
    """Asked in each transaction of the archive: whoever asked for it still may have it, and it is
    still ours to make."""
    may = asking.still(row.by_id)

    def demand() -> None:
        may()
        leased.hold(row, every=RENEW)

    return demand


EXPORTS = leased.Work(DataExport, do=_make, final=(Http404, PermissionDenied))
