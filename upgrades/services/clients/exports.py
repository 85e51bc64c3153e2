"""The sure check for all clients (G-CLIENT-7): the exported list, every date of which must be later
than the appliance's last upgrade."""

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import IO, Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.translation import gettext, gettext_lazy as _

from appliances import actions as do
from portal import audit
from portal.errors import Refused
from upgrades.events import ClientEvent
from upgrades.models import ClientLook, JobStep
from upgrades.services import serving, stepping
from upgrades.services.clients import dates, looks
from upgrades.services.clients.dates import Order
from upgrades.services.clients.lines import Reading, seen_in
from upgrades.services.clients.looks import Seen
from upgrades.services.clients.tables import Table, UnreadableExport

LIMIT = 64_000_000  # bytes
MOST_ROWS = 500_000
MOST_NAMED = 20  # bad lines that a refusal names
BATCH = 2000
TAKES = (do.DWELL.name, do.CHECK_CLIENTS.name)


Tick = Callable[[], None]


@dataclass(frozen=True)
class Spooled:
    """An upload as it lies here: a seekable file, its bytes, their SHA-256."""

    file: IO[bytes]
    size: int
    sha256: str


class AmbiguousDates(Refused):
    """The dates could be read either way; the answer is asked for, never guessed."""

    code = "ambiguous-dates"


def default_release_at(step: JobStep) -> datetime | None:
    """The appliance's last upgrade as far as the portal knows it."""
    return serving.since(step.job, step.hop, serving.appliance(step.job))


def take_file(
    step: JobStep, file: Spooled, *, name: str, by: Any, at: datetime, order: str = "",
    zone: str = "", release_at: datetime | None = None,
) -> ClientLook:  # fmt: skip
    """Read an export as the latest look at the clients of the step's hop: all of it or nothing.

    `order`: dmy or mdy, where the dates do not tell; `zone`: of times without one, the site's if
    empty; `release_at`: the appliance's last upgrade, else as the portal knows it. The step was
    asked for with `demand`. Raises UnreadableExport, AmbiguousDates, Refused.
    """
    known = release(step, release_at, at)
    table, reading = judged(step, file, order=order, zone=zone, known=known, at=at)
    looking = begin(step, known, name=name, by=by, at=at)
    for some in batches(table, reading):
        looking.write(some)
    return end(looking, step, file, by=by, at=at)


def demand(step: JobStep) -> None:
    """Raises Refused unless the step takes a list of clients now."""
    stepping.runs(step)
    if step.action not in TAKES or step.is_over:
        raise Refused(_("This step takes no list of clients."))


def judged(
    step: JobStep, file: Spooled, *, order: str, zone: str, known: datetime, at: datetime,
    tick: Tick = lambda: None,
) -> tuple[Table, Reading]:  # fmt: skip
    """The list, every line of it found good. `tick` is called now and then and may raise to stop.
    Raises UnreadableExport, AmbiguousDates."""
    table = Table(file.file)
    reading = Reading(_order(table, order), ZoneInfo(zone or step.job.site.zone), known, at)
    _check(table, reading, tick)
    return table, reading


def begin(step: JobStep, known: datetime, *, name: str, by: Any, at: datetime) -> looks.Looking:
    return looks.begin(
        step.job, step.hop, source=ClientLook.Source.EXPORT, at=at, by=by,
        release_at=known, appliance=serving.appliance(step.job), file_name=name[:160],
    )  # fmt: skip


def batches(table: Table, reading: Reading) -> Iterator[list[Seen]]:
    return _batches(seen for seen, _line in _rows(table, reading) if seen)


def end(
    looking: looks.Looking, step: JobStep, file: Spooled, *, by: Any, at: datetime
) -> ClientLook:
    look = looking.end(at=at)
    audit.record(ClientEvent.EXPORT_READ, step, by=by, job=step.job, at=at, data={
        "seq": step.seq, "file": look.file_name, "sha256": file.sha256, "clients": look.total,
    })  # fmt: skip
    return look


def release(step: JobStep, given: datetime | None, at: datetime) -> datetime:
    """Raises Refused for a last upgrade that cannot be this one."""
    known = given or default_release_at(step)
    if known is None:
        sentence = _("Type when the appliance was upgraded last: the portal does not know it.")
        raise Refused(sentence, fields={"release_at": sentence})
    installs = step.job.steps.filter(action=do.INSTALL_PRODUCT.name, hop__lte=step.hop)
    began = installs.exclude(began_at=None).order_by("-began_at").first()
    if known > at or (began is not None and known < began.began_at):
        sentence = _("The last upgrade was after this step began, and not in the future.")
        raise Refused(sentence, fields={"release_at": sentence})
    return known


@contextmanager
def spooled(chunks: Iterable[bytes]) -> Iterator[Spooled]:
    """The upload in a file of our own while it is read."""
    folder = settings.STATE / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    with tempfile.TemporaryFile(dir=folder) as file:
        for chunk in chunks:
            size += len(chunk)
            if size > LIMIT:
                raise UnreadableExport(
                    _("The file is larger than %(limit)s MB.") % {"limit": LIMIT // 1_000_000}
                )
            digest.update(chunk)
            file.write(chunk)
        yield Spooled(file, size, digest.hexdigest())


def _order(table: Table, given: str) -> Order:
    """Which way the dates are written: as they tell, as was said, never as a guess."""
    told: set[Order] = set()
    ambiguous = False
    for _line, cells in table.rows():
        try:
            written = dates.read(cells["details"]) if cells else None
        except ValueError:
            continue  # named later, with its line
        if written is not None:
            told.add(written.order)
            ambiguous = ambiguous or written.ambiguous
    told.discard(Order.UNKNOWN)
    if len(told) == 2 or (given and told and Order(given) not in told):
        raise _asked(_("The dates are written in two different orders, or not in the chosen one."))
    if not told and ambiguous and not given:
        raise _asked(_("The dates could be read with the day or with the month first."))
    return next(iter(told), Order(given))


def _asked(sentence: Any) -> AmbiguousDates:
    return AmbiguousDates(
        sentence, remedy=_("Say which comes first in this file."), fields={"order": sentence}
    )


def _check(table: Table, reading: Reading, tick: Tick) -> None:
    """Every line, before anything is written. Raises UnreadableExport and names the bad ones."""
    bad: list[str] = []
    found = wrong = 0
    for seen, line in _rows(table, reading):
        found += 1
        if not found % BATCH:
            tick()
        if seen is None:
            wrong += 1
            bad += [line] if len(bad) < MOST_NAMED else []
    if found > MOST_ROWS:
        raise UnreadableExport(_("More than %(most)s lines.") % {"most": MOST_ROWS})
    if not found:
        raise UnreadableExport(_("There is no client in this file, only the header."))
    if wrong:
        more = (
            gettext(" And %(more)s more.") % {"more": wrong - len(bad)} if wrong > len(bad) else ""
        )
        raise UnreadableExport(
            gettext("%(wrong)s of %(found)s lines cannot be read: %(lines)s.%(more)s")
            % {"wrong": wrong, "found": found, "lines": "; ".join(bad), "more": more},
            remedy=_("Nothing was taken over. Export the list again, or put these lines right."),
        )


def _rows(table: Table, reading: Reading) -> Iterator[tuple[Seen | None, str]]:
    """Each client; or None, and which line is wrong with what."""
    for line, cells in table.rows():
        why = gettext("not as many columns as the first line")
        if cells is not None:
            try:
                seen = seen_in(line, cells, reading)
            except ValueError as error:
                why = str(error)
            else:
                yield seen, ""
                continue
        yield None, gettext("line %(line)s: %(why)s") % {"line": line, "why": why}


def _batches(found: Iterator[Seen]) -> Iterator[list[Seen]]:
    some: list[Seen] = []
    for seen in found:
        some.append(seen)
        if len(some) == BATCH:
            yield some
            some = []
    if some:
        yield some
