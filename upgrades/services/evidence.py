"""What a person typed and uploaded for a step, judged field by field (the action says which)."""

import re
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _

from appliances.actions import BACK_UP, Action, Field, FieldKind
from portal.errors import Refused
from portal.models import EvidenceFile
from portal.services import evidence as files_service
from upgrades.models import JobStep

Kind = EvidenceFile.Kind
LONGEST = 4000
VERSION = re.compile(r"\d{1,4}(\.\d{1,5}){0,4}")


class BadEvidence(Refused):
    """Something typed cannot be right; `fields` says which, nothing was changed."""

    code = "bad-evidence"


def read(
    step: JobStep,
    action: Action,
    values: dict[str, Any],
    files: dict[str, Any],
    *,
    by: Any,
    at: datetime,
) -> dict[str, Any]:
    """Check every field of the action, keep the files, return what is stored as evidence.

    Unknown fields are refused, never ignored. Raises BadEvidence with a sentence a field.
    """
    known = {field.name for field in action.evidence_fields} | {"remark"}
    wrong: dict[str, Any] = {
        name: gettext("This step has no such field.") for name in {*values, *files} - known
    }
    kept: dict[str, Any] = {}
    for field in action.evidence_fields:
        try:
            kept |= _field(field, values.get(field.name), files.get(field.name))
        except ValueError as error:
            wrong[field.name] = str(error)
    if wrong:
        raise BadEvidence(_("Some of the evidence is missing or cannot be right."), fields=wrong)
    if remark := str(values.get("remark") or "").strip():
        kept["remark"] = remark[:LONGEST]
    return kept | _keep_files(step, action, files, by=by, at=at)


def _keep_files(
    step: JobStep, action: Action, files: dict[str, Any], *, by: Any, at: datetime
) -> dict[str, str]:
    return {
        field.name: str(_keep(step, files[field.name], _kind(step, field), by=by, at=at).pk)
        for field in action.evidence_fields
        if field.kind == FieldKind.FILE and files.get(field.name)
    }


def _kind(step: JobStep, field: Field) -> str:
    """A backup is sealed, and fetched only by who may fetch backups; a list is a document."""
    if step.action == BACK_UP.name:
        return Kind.BACKUP
    return Kind.PICTURE if field.name == "picture" else Kind.DOCUMENT


def _keep(step: JobStep, upload: Any, kind: str, *, by: Any, at: datetime) -> EvidenceFile:
    if isinstance(upload, EvidenceFile):
        return upload
    return files_service.keep(
        upload.chunks(), kind=kind, name=upload.name, content_type=upload.content_type or "",
        subject=step, by=by, at=at, site_id=step.job.site_id,
    )  # fmt: skip


def _field(field: Field, value: Any, upload: Any) -> dict[str, Any]:
    if field.kind == FieldKind.FILE:
        if field.required and not upload:
            raise ValueError(gettext("Add a picture or a file."))
        return {}
    return typed(field, value)


def typed(field: Field, value: Any) -> dict[str, Any]:
    """What is stored of one thing that was typed, by its name; nothing, if it may stay empty and
    does. Raises ValueError with a sentence."""
    if value is None or str(value).strip() == "":
        if field.required:
            raise ValueError(gettext("This is needed."))
        return {}
    return {field.name: READERS[field.kind](field, value)}


def _text(field: Field, value: Any) -> str:
    text = str(value).strip()
    if len(text) > LONGEST:
        raise ValueError(gettext("At most %(most)s characters.") % {"most": LONGEST})
    if any(ord(letter) < 32 and letter not in "\r\n\t" for letter in text):
        raise ValueError(gettext("This holds characters that cannot be typed."))
    if "PRIVATE KEY" in text:
        raise ValueError(gettext("Never type or upload a private key here."))
    return text


def _number(field: Field, value: Any) -> int:
    try:
        number = int(str(value).strip())
    except ValueError as error:
        raise ValueError(gettext("A whole number is needed.")) from error
    if abs(number) > 10_000_000:
        raise ValueError(gettext("This number cannot be right."))
    return number


def _date(field: Field, value: Any) -> str:
    try:
        return date.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise ValueError(gettext("Write the date as 2026-12-31.")) from error


def _instant(field: Field, value: Any) -> str:
    try:
        return datetime.fromisoformat(str(value).strip()).isoformat()
    except ValueError as error:
        raise ValueError(gettext("Write date and time as 2026-12-31T22:30.")) from error


def _version(field: Field, value: Any) -> str:
    text = str(value).strip()
    if not VERSION.fullmatch(text):
        raise ValueError(gettext("Write the version as numbers and dots, for instance 3.3.2."))
    return text


def _choice(field: Field, value: Any) -> str:
    if str(value) not in {name for name, _label in field.choices}:
        raise ValueError(gettext("Choose one of the answers."))
    return str(value)


def _tick(field: Field, value: Any) -> bool:
    if str(value).lower() not in {"1", "true", "on", "yes"}:
        if field.required:
            raise ValueError(gettext("Tick it when it is so."))
        return False
    return True


READERS: dict[str, Callable[[Field, Any], Any]] = {
    FieldKind.TEXT: _text,
    FieldKind.NUMBER: _number,
    FieldKind.DATE: _date,
    FieldKind.DATETIME: _instant,
    FieldKind.VERSION: _version,
    FieldKind.CHOICE: _choice,
    FieldKind.TICK: _tick,
}
