"""What was typed, seen and kept for a step, with its labels."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_noop

from appliances import actions as do
from portal import times
from portal.templatetags.words import colon
from upgrades.models import JobStep
from upgrades.reports import moments
from upgrades.reports.steps import told

# What the portal itself writes as evidence. None: shown elsewhere in the record.
SEEN: dict[str, str | None] = {
    "findings": None,
    "backup": None,
    "sha256": gettext_noop("SHA-256"),
    "size": gettext_noop("Size in bytes"),
    "offset_seconds": gettext_noop("Seconds off"),
    "jumpoints": gettext_noop("Jumpoints"),
    "away": gettext_noop("Not back"),
    "until": gettext_noop("Until"),
    "total": gettext_noop("Clients"),
    "updated": gettext_noop("Followed"),
    "to_come": gettext_noop("Still to come"),
    "on_line_queued": gettext_noop("Of these on line"),
    "off_line": gettext_noop("Off line"),
    "lost": gettext_noop("Lost"),
    "decided": gettext_noop("Decided by a person"),
    "undecided": None,
    "installers": gettext_noop("Installers"),
    "note": gettext_noop("Note"),
    "version": gettext_noop("Version"),
    "build": gettext_noop("Build"),
    "guid": gettext_noop("GUID"),
    "before": gettext_noop("Value before"),
    "remark": gettext_noop("Remark"),
    "roles_seen": gettext_noop("Failover roles"),
    "sync_status": gettext_noop("State of the data sync"),
    "released": gettext_noop("Shared addresses let go"),
    "taken": gettext_noop("Shared addresses taken"),
    "seconds_without": gettext_noop("Seconds without the shared address"),
    "answers": gettext_noop("Answers behind the public name"),
    "compared": gettext_noop("Compared"),
    "flags": gettext_noop("Nodes that accept"),
    "lists": gettext_noop("Nodes that accept, by master"),
    "since": gettext_noop("Since"),
    "names": gettext_noop("Names"),
    "down_at": gettext_noop("Seen away since"),
    "up_at": gettext_noop("Seen back at"),
    "written_by": gettext_noop("Done by, as written on paper"),
    "happened_at": gettext_noop("Done at, as written on paper"),
    "typed_at": gettext_noop("Typed in afterwards, at"),
}
ORDER = {name: place for place, name in enumerate(SEEN)}


def lines(step: JobStep, files: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """Label and value of each proof, in the form's order, then what the portal saw.

    `files` gives a kept file its number in the record.
    """
    fields = {field.name: field for field in do.find(step.action).evidence_fields}
    left = {**step.evidence, **_away(step)}
    for name, field in fields.items():
        if name in left:
            value = left.pop(name)
            yield {"label": told(field.label), "value": _typed(field, value, files)}
    for name, value in sorted(left.items(), key=_place):
        label = SEEN.get(name, name.replace("_", " "))
        if label is not None and value not in ("", None, [], {}):
            yield {"label": told(label), "value": _seen(name, value, step.job.site.zone)}


def _place(pair: tuple[str, Any]) -> tuple[int, str]:
    return ORDER.get(pair[0], len(ORDER)), pair[0]


def _away(step: JobStep) -> dict[str, Any]:
    """When the portal saw the appliance go and come back."""
    return {name: step.observed[name] for name in ("down_at", "up_at") if name in step.observed}


def _typed(field: do.Field, value: Any, files: Mapping[str, int]) -> str:
    if field.kind == do.FieldKind.FILE:
        number = files.get(str(value))
        return _("file %(number)d of this record") % {"number": number} if number else str(value)
    if field.kind == do.FieldKind.CHOICE:
        return told(dict(field.choices).get(str(value), str(value)))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    write = WRITTEN.get(field.kind)
    return write(value) if write else str(value)


def _tick(value: Any) -> str:
    return _("yes") if value else _("no")


def _day(value: Any) -> str:
    return times.day_label(date.fromisoformat(str(value)))


def _moment(value: Any) -> str:
    """As it was typed: it names no offset."""
    moment = datetime.fromisoformat(str(value))
    return f"{times.day_label(moment.date())} {times.clock_label(moment)}"


WRITTEN: dict[str, Callable[[Any], str]] = {
    do.FieldKind.TICK: _tick,
    do.FieldKind.DATE: _day,
    do.FieldKind.DATETIME: _moment,
}


def _seen(name: str, value: Any, zone: str) -> str:
    if name in ("since", "until", "down_at", "up_at", "happened_at", "typed_at"):
        return moments.full(datetime.fromisoformat(value), zone)
    if name == "note":
        return told(str(value))
    if isinstance(value, bool):
        return _tick(value)
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, dict):
        return "; ".join(f"{colon(key)} {_seen('', part, zone)}" for key, part in value.items())
    return str(value)
