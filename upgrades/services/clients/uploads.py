"""Exported lists (G-CLIENT-7) of any size: a small one is read at once, a large one by a worker.

The worker reads outside any transaction and writes some thousand clients at a time. What it has
written is shown to nobody until it is whole; a worker that dies leaves the list to the next one,
which forgets the half and begins again.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy as _

from portal import clock, rehearsing, secrets, tenancy
from portal.background import enqueue
from portal.errors import Refused
from portal.services import evidence
from upgrades.models import ClientExport, ClientLook, JobStep
from upgrades.services.clients import exports, looks
from upgrades.services.clients.exports import Spooled

S = ClientExport.State
AT_ONCE = 1_000_000  # bytes that a request may take the time to read: some ten thousand clients
LEASE = timedelta(minutes=2)
MOST_TRIES = 3


class ExportUnderWay(Refused):
    """One list a step at a time."""

    code = "export-under-way"


class Lost(Exception):
    """Another worker has the list."""


def take(
    step: JobStep, chunks: Iterable[bytes], *, name: str, by: Any, at: datetime,
    order: str = "", zone: str = "", release_at: datetime | None = None,
) -> ClientLook | ClientExport:  # fmt: skip
    """As exports.take_file for a small list; a large one is kept; a worker refuses or reads it.

    Raises ExportUnderWay besides what exports.take_file raises.
    """
    exports.demand(step)
    if ClientExport.objects.filter(step=step, state__in=[S.WAITING, S.READING]).exists():
        raise ExportUnderWay(
            _("A list is being read for this step already."),
            remedy=_("Wait until it is read, then upload this one."),
        )
    with exports.spooled(chunks) as file:
        if file.size <= AT_ONCE:
            return exports.take_file(
                step, file, name=name, by=by, at=at, order=order, zone=zone, release_at=release_at
            )
        exports.release(step, release_at, at)  # what can be refused now, is
        row = ClientExport(
            customer_id=step.customer_id, job=step.job, step=step, by=by, at=at,
            file_name=name[:160], size=file.size, order=order, zone=zone, release_at=release_at,
        )  # fmt: skip
        _store(row, file)
    row.save(force_insert=True)
    enqueue("upgrades.read_export", customer_id=str(row.customer_id), export_id=str(row.pk))
    return row


def latest(job_id: Any) -> ClientExport | None:
    """The last large list of a job, unless a look came after it."""
    row = ClientExport.objects.filter(job=job_id).select_related("by").order_by("-at").first()
    if row is None or row.state == S.READ:
        return None
    seen = ClientLook.objects.filter(job=job_id, ended_at__gt=row.at)
    return None if row.state == S.REFUSED and seen.exists() else row


def look_after() -> int:
    """Ring again for lists that nobody reads: the bell was lost, or the worker died."""
    with transaction.atomic(), connection.cursor() as cursor:
        rehearsing.tell(cursor)
        cursor.execute("SELECT * FROM door_waiting_exports()")
        found = cursor.fetchall()
    for customer_id, export_id in found:
        enqueue("upgrades.read_export", customer_id=str(customer_id), export_id=str(export_id))
    return len(found)


def read(customer_id: Any, export_id: Any) -> None:
    """Read one list, if nobody else does. Outside any transaction; refusals are kept with it."""
    customer_id = uuid.UUID(str(customer_id))
    with tenancy.transaction(customer_id):
        row = _claimed(export_id)
    if row is None:
        return
    stored_as = row.stored_as
    try:
        with translation.override(row.by.language):
            _read(row)
    except Lost:
        return
    except Refused as refusal:
        with tenancy.transaction(customer_id), translation.override(row.by.language):
            _refuse(row, refusal)
    default_storage.delete(stored_as)


def _claimed(export_id: Any) -> ClientExport | None:
    """The list, ours until the lease ends. One that was tried too often is given up."""
    now = datetime.now(UTC)
    rows = ClientExport.objects.select_for_update(of=("self",), skip_locked=True)
    row = rows.select_related("by", "step__job__site").filter(pk=export_id).first()
    if row is None or not row.is_open or (row.lease_until and row.lease_until > now):
        return None
    looks.forget(row.half_id)
    row.half_id = None
    if row.tries >= MOST_TRIES:
        with translation.override(row.by.language):
            row.refuse(code="fault", reason=gettext("The portal could not read this list."),
                       remedy=gettext("Upload it again, or ask support."))  # fmt: skip
        row.save()
        return None
    row.begin(until=now + LEASE)
    row.save()
    return row


def _read(row: ClientExport) -> None:
    with _unsealed(row) as file:
        at = clock.now()
        with tenancy.transaction(row.customer_id):
            step = _step(row)
            known = exports.release(step, row.release_at, at)
        table, reading = exports.judged(
            step, file, order=row.order, zone=row.zone, known=known, at=at,
            tick=lambda: _keep(row, _part(file, 0)),
        )  # fmt: skip
        with tenancy.transaction(row.customer_id):
            looking = exports.begin(step, known, name=row.file_name, by=row.by, at=at)
            _hold(row, half_id=looking.look.pk)
        for some in exports.batches(table, reading):
            with tenancy.transaction(row.customer_id):
                _hold(row, percent=_part(file, 50))
                looking.write(some)
        with tenancy.transaction(row.customer_id):
            _hold(row)
            exports.end(looking, _step(row), file, by=row.by, at=clock.now())
            row = ClientExport.objects.get(pk=row.pk)
            row.finish()
            row.save()


def _step(row: ClientExport) -> JobStep:
    """Raises Refused where the step takes no list any more."""
    step = JobStep.objects.select_related("job__site").get(pk=row.step_id)
    exports.demand(step)
    return step


def _keep(row: ClientExport, percent: int) -> None:
    with tenancy.transaction(row.customer_id):
        _hold(row, percent=percent)


def _hold(row: ClientExport, **values: Any) -> None:
    """Lengthen the lease, in a transaction. Raises Lost if somebody else has the list."""
    mine = ClientExport.objects.filter(pk=row.pk, tries=row.tries, state=S.READING)
    if not mine.update(lease_until=datetime.now(UTC) + LEASE, **values):
        raise Lost


def _refuse(row: ClientExport, refusal: Refused) -> None:
    """Nothing of it stays but why."""
    found = ClientExport.objects.select_for_update().get(pk=row.pk)
    if found.tries != row.tries or found.state != S.READING:
        return
    looks.forget(found.half_id)
    found.half_id = None
    found.refuse(code=refusal.code, reason=str(refusal), remedy=str(refusal.remedy or ""))
    found.save()


def _part(file: Spooled, done: int) -> int:
    """Per cent: half of the work is the check of every line, half the writing."""
    return min(done + 50 * file.file.tell() // max(file.size, 1), 99)


def _store(row: ClientExport, file: Spooled) -> None:
    file.file.seek(0)
    pieces = iter(lambda: file.file.read(evidence.PIECE), b"")
    context = secrets.context_of(row, "file")
    row.key_id, sealed = secrets.seal_stream(pieces, customer=str(row.customer_id), context=context)
    row.stored_as = evidence.write(f"{row.customer_id}/{row.pk.hex[:2]}/{row.pk.hex}", sealed)


@contextmanager
def _unsealed(row: ClientExport) -> Iterator[Spooled]:
    """Raises Refused if the file is gone: it waited for longer than any transfer may take."""
    if not default_storage.exists(row.stored_as):
        raise evidence.FileMissing(_("The content of this file is not in the store."))
    with default_storage.open(row.stored_as) as stored:
        pieces = secrets.open_stream(
            stored.read, key_id=row.key_id, customer=str(row.customer_id),
            context=secrets.context_of(row, "file"),
        )  # fmt: skip
        with exports.spooled(pieces) as file:
            yield file
