"""Exported lists (G-CLIENT-7) of any size: a small one is read at once, a large one by a worker.

The worker reads outside any transaction and writes some thousand clients at a time. What it has
written is shown to nobody until it is whole; a worker that dies leaves the list to the next one,
which forgets the half and begins again.
"""

import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from portal import clock, secrets, tenancy
from portal.background import enqueue
from portal.errors import Refused
from portal.services import evidence, leased
from upgrades.models import ClientExport, ClientLook, JobStep
from upgrades.services.clients import exports, looks
from upgrades.services.clients.exports import Spooled

S = ClientExport.State
AT_ONCE = 1_000_000  # bytes that a request may take the time to read: some ten thousand clients


class ExportUnderWay(Refused):
    """One list a step at a time."""

    code = "export-under-way"


def take(
    step: JobStep, chunks: Iterable[bytes], *, name: str, by: Any, at: datetime,
    order: str = "", zone: str = "", release_at: datetime | None = None,
) -> ClientLook | ClientExport:  # fmt: skip
    """As exports.take_file for a small list; a large one is kept; a worker refuses or reads it.

    Raises ExportUnderWay besides what exports.take_file raises.
    """
    exports.demand(step)
    if ClientExport.objects.filter(step=step, state__in=ClientExport.OPEN).exists():
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
    found = leased.due(ClientExport)
    for customer_id, export_id in found:
        enqueue("upgrades.read_export", customer_id=str(customer_id), export_id=str(export_id))
    return len(found)


def read(customer_id: Any, export_id: Any) -> None:
    """Read one list, if nobody else does. Outside any transaction; refusals are kept with it."""
    LISTS.one(uuid.UUID(str(customer_id)), export_id)


def _read(row: ClientExport) -> None:
    """Raises Refused for a list that cannot be read, in the language of whoever uploaded it."""
    with translation.override(row.by.language), _unsealed(row) as file:
        at = clock.now()
        with tenancy.transaction(row.customer_id):
            step = _step(row)
            known = exports.release(step, row.release_at, at)
        table, reading = exports.judged(
            step, file, order=row.order, zone=row.zone, known=known, at=at,
            tick=lambda: leased.hold(row, percent=_part(file, 0)),
        )  # fmt: skip
        with tenancy.transaction(row.customer_id):
            looking = exports.begin(step, known, name=row.file_name, by=row.by, at=at)
            leased.hold(row, half_id=looking.look.pk)
        for some in exports.batches(table, reading):
            with tenancy.transaction(row.customer_id):
                leased.hold(row, percent=_part(file, 50))
                looking.write(some)
        with leased.ending(row) as found:
            exports.end(looking, _step(row), file, by=row.by, at=clock.now())
            found.finish()


def _forget_half(row: ClientExport) -> None:
    """What a worker that is gone has written of it."""
    looks.forget(row.half_id)
    row.half_id = None


LISTS = leased.Work(ClientExport, do=_read, undo=_forget_half, final=(Refused,))


def _step(row: ClientExport) -> JobStep:
    """Raises Refused where the step takes no list any more."""
    step = JobStep.objects.select_related("job__site").get(pk=row.step_id)
    exports.demand(step)
    return step


def _part(file: Spooled, done: int) -> int:
    """Per cent: half of the work is the check of every line, half the writing."""
    return min(done + 50 * file.file.tell() // max(file.size, 1), 99)


def _store(row: ClientExport, file: Spooled) -> None:
    file.file.seek(0)
    pieces = iter(lambda: file.file.read(evidence.PIECE), b"")
    context = secrets.context_of(row, "file")
    row.key_id, sealed = secrets.seal_stream(pieces, customer=str(row.customer_id), context=context)
    row.stored_as = evidence.write(row.file(), sealed)


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
