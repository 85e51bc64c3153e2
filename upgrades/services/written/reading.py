"""A form that comes back, read cell by cell: what each step was given, and every line that cannot
be right. Nothing is asked of the steps' states here, and nothing is written."""

import csv
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _, gettext_lazy

from appliances import actions as do
from portal.errors import Refused
from portal.services import spreadsheets
from upgrades import queries
from upgrades.models import JobStep, UpgradeJob
from upgrades.planning.recurrence import Kind as Reading, readings
from upgrades.services import evidence
from upgrades.services.afterwards import Written, impossible
from upgrades.services.written import form

MOST_BYTES, MOST_LINES, LONGEST = 1_000_000, 5000, 4000
NEEDED = ("job_id", "step_id", "field", "value")
NUMBER = re.compile(r"[+-]?\d+")
DOTTED = re.compile(r"^(\d\d)\.(\d\d)\.(\d{4})(?= |T|$)")
YES = frozenset({"yes", "oui", "evet", "x", "true", "on", "1"})
NO = frozenset({"no", "non", "hayır", "false", "off", "0"})


class NoForm(Refused):
    """It is no form of ours at all, or larger than any is."""

    code = "not-a-form"


@dataclass(frozen=True)
class Problem:
    """A cell that cannot be right, or a step that cannot be loaded (`line`: its first)."""

    line: int
    step: str
    field: str
    cell: str
    sentence: str


@dataclass
class Entry:
    """What was filled in for one step. `values` as they go through the door of steps; `pictures`:
    the names of files, by field."""

    step: JobStep
    line: int
    cells: dict[str, tuple[int, str]] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)
    written: Written | None = None


def read(
    content: bytes, job: UpgradeJob, *, pictures: Mapping[str, Any], at: datetime
) -> tuple[list[Entry], list[Problem]]:
    """Entries in the order of the steps (those left empty are none), and what is bad. `pictures`:
    the files that were given along, by their names. Raises NoForm."""
    known = {str(step.pk): step for step in queries.steps_of(job)}
    entries: dict[str, Entry] = {}
    problems: list[Problem] = []
    for line, row in _rows(content):
        said = {name: row[name].strip() for name in NEEDED}
        value, step = spreadsheets.as_meant(said["value"]), known.get(said["step_id"])
        sentence = _wrong(job, step, said)
        if not sentence and value and step is not None:
            entry = entries.setdefault(said["step_id"], Entry(step, line))
            if said["field"] in entry.cells:
                sentence = _("This is entered twice.")
            entry.cells.setdefault(said["field"], (line, value))
        if sentence:
            told = row.get("step", "")[:20]
            problems.append(Problem(line, told, said["field"][:40], value[:60], sentence))
    found = sorted(entries.values(), key=lambda entry: (entry.step.rank, entry.step.seq))
    for entry in found:
        problems += _judged(entry, job, pictures, at)
    return found, sorted(problems, key=lambda one: one.line)


def _rows(content: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    """Line numbers as a spreadsheet shows them, and cells by the head of their column."""
    if len(content) > MOST_BYTES:
        raise NoForm(gettext_lazy("This is larger than a form can be."))
    text = in_utf8(content).decode().lstrip("\ufeff")
    head = text.splitlines()[0] if text.strip() else ""
    delimiter = max(spreadsheets.DELIMITERS, key=head.count)
    try:
        table = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    except csv.Error:
        table = []
    heads = [cell.strip().casefold() for cell in table[0]] if table else []
    if not set(NEEDED) <= set(heads) or len(table) > MOST_LINES:
        raise NoForm(
            gettext_lazy("This is not the form of a job."),
            remedy=gettext_lazy("Give the file form.csv of its pack, saved as CSV."),
        )
    for line, cells in enumerate(table[1:], start=2):
        if any(cell.strip() for cell in cells):
            filled = [*cells, *[""] * (len(heads) - len(cells))]
            yield line, dict(zip(heads, filled, strict=False))


def in_utf8(content: bytes) -> bytes:
    """The same text. Raises NoForm for what is no text."""
    encoding = spreadsheets.encoding_of(io.BytesIO(content), refusal=NoForm)
    if encoding.startswith("utf-8"):
        return content
    return content.decode(encoding, errors="replace").encode()


def _wrong(job: UpgradeJob, step: JobStep | None, said: Mapping[str, str]) -> str:
    """What is wrong with a line whatever it is for; empty: nothing."""
    value = said["value"]
    if said["job_id"] != str(job.pk):
        return _("This line is of another job than %(job)s.") % {"job": job.label}
    if step is None:
        return _("This job has no such step to confirm. The plan may have changed since.")
    if said["field"] not in {name for name, _enter, _how in form.asked(step)}:
        return _("This step has no such field.")
    if value.startswith(spreadsheets.FORMULA) and not NUMBER.fullmatch(value):
        return _("A cell may not begin like a formula: with =, +, - or @.")
    if len(value) > LONGEST:
        return _("At most %(most)s characters.") % {"most": LONGEST}
    return ""


def _judged(
    entry: Entry, job: UpgradeJob, pictures: Mapping[str, Any], at: datetime
) -> list[Problem]:
    """Reads the entry's cells into its values; what cannot be right."""
    wrong: dict[str, str] = {}
    moments = {name: _moment(entry, name, job, at, wrong) for name in (form.BEGAN_AT, form.DONE_AT)}
    began, done = moments[form.BEGAN_AT], moments[form.DONE_AT]
    if began and done and began > done:
        wrong[form.BEGAN_AT] = _("It cannot have begun after it was done.")
    by = _value(entry, form.DONE_BY)
    if not by:
        wrong[form.DONE_BY] = _("Write who did it.")
    for asked in do.find(entry.step.action).evidence_fields:
        try:
            _fill(entry, asked, pictures)
        except ValueError as error:
            wrong[asked.name] = str(error)
    if remark := _value(entry, form.REMARK):
        entry.values[form.REMARK] = remark
    if done and by:
        entry.written = Written(done, by[:120], began)
    return [Problem(*_place(entry, name), sentence) for name, sentence in wrong.items()]


def _place(entry: Entry, name: str) -> tuple[int, str, str, str]:
    line, cell = entry.cells.get(name, (entry.line, ""))
    return line, str(entry.step.seq), name, cell[:60]


def _value(entry: Entry, name: str) -> str:
    return entry.cells.get(name, (0, ""))[1]


def _fill(entry: Entry, asked: do.Field, pictures: Mapping[str, Any]) -> None:
    """Raises ValueError with a sentence."""
    text = _value(entry, asked.name)
    if asked.kind == do.FieldKind.FILE:
        if text and text not in pictures:
            raise ValueError(_("No file of this name was given along with the form."))
        if text:
            entry.pictures[asked.name] = text
        elif asked.required:
            raise ValueError(_("Add a picture or a file."))
        return
    if asked.kind == do.FieldKind.TICK:
        text = _yes_or_no(text)
    elif asked.kind == do.FieldKind.CHOICE:
        text = _chosen(asked, text)
    elif asked.kind in (do.FieldKind.DATE, do.FieldKind.DATETIME):
        text = _iso(text)
    evidence.typed(asked, text)
    entry.values[asked.name] = text


def _yes_or_no(text: str) -> str:
    said = text.casefold().replace("̇", "")
    if said and said not in YES | NO:
        raise ValueError(_("Write yes or no."))
    return "yes" if said in YES else ""


def _chosen(asked: do.Field, text: str) -> str:
    """The code itself, or its words in any of our languages."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            for code, label in asked.choices:
                if text.casefold() in (code.casefold(), _(label).casefold()):
                    return code
    return text


def _moment(
    entry: Entry, name: str, job: UpgradeJob, at: datetime, wrong: dict[str, str]
) -> datetime | None:
    """On the clock of the site, or with an offset."""
    text = _value(entry, name)
    if not text:
        if name == form.DONE_AT:
            wrong[name] = _("Write when it was done.")
        return None
    try:
        moment = _instant(text, job.site.zone)
    except ValueError as error:
        wrong[name] = str(error)
        return None
    if said := impossible(moment, job, at):
        wrong[name] = said
    return moment


def _iso(text: str) -> str:
    """Days with dots are written with the day first wherever spreadsheets put them; those with
    slashes could be either way, and are refused by whoever reads them."""
    return DOTTED.sub(r"\3-\2-\1", text)


def _instant(text: str, zone: str) -> datetime:
    try:
        moment = datetime.fromisoformat(_iso(text))
        if ":" not in text:
            raise ValueError
    except ValueError as error:
        raise ValueError(_("Write date and time as 2026-12-31T22:30.")) from error
    if moment.tzinfo is not None:
        return moment
    meant: Sequence[Any] = readings(moment, 0, zone)
    if len(meant) > 1:
        raise ValueError(
            _("The clocks showed this time twice: add the offset, as 2026-10-25T02:30+02:00.")
        )
    if meant[0].kind == Reading.MISSING:
        raise ValueError(_("The clocks never showed this time: they were put forward."))
    found: datetime = meant[0].start
    return found
