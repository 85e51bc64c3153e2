"""The worker's part: the archive is packed, sealed and stored outside any transaction.

Killed anywhere, it is begun again by whoever comes after its lease; files have the export's own id
and the number of the try, so that they are found, and what no row names is swept.
"""

import hashlib
import logging
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.storage import default_storage
from django.db.models import Q
from django.http import Http404

from portal import clock, rehearsing, secrets, tenancy
from portal.models import Customer, DataExport
from portal.services import customer_export, evidence
from portal.services.exporting import asking

log = logging.getLogger(__name__)
S = DataExport.State
LEASE = timedelta(minutes=10)  # longer than the largest file of a customer takes
RENEW = timedelta(minutes=1)
MOST_TRIES = 3


class Lost(Exception):
    """Another worker has it."""


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
    with tenancy.with_sandboxes():
        rows = DataExport.across.filter(state__in=[S.WAITING, S.MAKING])
        free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=datetime.now(UTC)))
        found = list(free.order_by("at", "pk").values_list("customer_id", "pk")[:most])
    return sum(make(customer_id, pk) for customer_id, pk in found)


def make(customer_id: uuid.UUID, export_id: uuid.UUID) -> bool:
    """One export, by one worker. False: another has it, whoever asked may not have it any more, the
    customer is being erased, or it could not be made this time."""
    row = _claimed(customer_id, export_id)
    if row is None:
        return False
    try:
        measured, at = Measured(), clock.now()
        pieces = customer_export.pack(customer_id, demand=_allowed(row), at=at)
        key_id, frames = secrets.seal_stream(
            measured.passing(pieces), customer=str(customer_id),
            context=secrets.context_of(row, "file"),
        )  # fmt: skip
        stored_as = evidence.write(_file(row, row.tries), frames)
    except (Lost, customer_export.Closed):
        return False
    except (Http404, PermissionDenied):
        _give_up(row)
        return False
    except Exception:  # one export must not stop all others; it is tried again
        log.exception("an export could not be made", extra={"export": str(row.pk)})
        _let_go(row)
        return False
    return _keep(row, measured, stored_as=stored_as, key_id=key_id, at=at)


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


def _claimed(customer_id: uuid.UUID, export_id: uuid.UUID) -> DataExport | None:
    """Ours until the lease ends. One that was tried too often is given up."""
    now = datetime.now(UTC)
    with tenancy.transaction(customer_id):
        rows = DataExport.objects.select_for_update(skip_locked=True)
        row = rows.filter(pk=export_id).first()
        if row is None or not row.is_open or (row.lease_until and row.lease_until > now):
            return None
        if row.tries >= MOST_TRIES:
            row.give_up()
            row.save()
            return None
        row.begin(until=now + LEASE)
        row.save()
    return row


def _allowed(row: DataExport) -> Callable[[], None]:
    """Asked in each transaction of the archive: whoever asked for it still may have it, and it is
    still ours to make."""
    may, renewed = asking.still(row.by_id), datetime.now(UTC)

    def demand() -> None:
        nonlocal renewed
        may()
        if (now := datetime.now(UTC)) > renewed + RENEW:
            if not _ours(row).update(lease_until=now + LEASE):
                raise Lost
            renewed = now

    return demand


def _ours(row: DataExport):  # type: ignore[no-untyped-def]
    return DataExport.objects.filter(pk=row.pk, tries=row.tries, state=S.MAKING)


def _keep(
    row: DataExport, measured: Measured, *, stored_as: str, key_id: str, at: datetime
) -> bool:  # fmt: skip
    """The row says where it lies, unless it is not ours any more or the customer is being erased:
    then nothing stays."""
    with tenancy.transaction(row.customer_id):
        found = _ours(row).select_for_update().first()
        closed = Customer.objects.exclude(closed_at=None).exists()
        if found is not None and not closed:
            found.stored_as, found.key_id = stored_as, key_id
            found.finish(
                sha256=measured.digest.hexdigest(), size=measured.size, at=at,
                until=at + timedelta(days=settings.EXPORT_DAYS),
            )  # fmt: skip
            found.save()
    kept = found is not None and not closed
    if not kept:
        default_storage.delete(stored_as)
    for number in range(1, row.tries):  # of workers that died before they said so
        default_storage.delete(_file(row, number))
    return kept


def _give_up(row: DataExport) -> None:
    with tenancy.transaction(row.customer_id):
        found = _ours(row).select_for_update().first()
        if found is not None:
            found.give_up()
            found.save()


def _let_go(row: DataExport) -> None:
    with tenancy.transaction(row.customer_id):
        _ours(row).update(lease_until=None)


def _file(row: DataExport, number: int) -> str:
    return f"{row.customer_id}/exports/{row.pk.hex}-{number}"
