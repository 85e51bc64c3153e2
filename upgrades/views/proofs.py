"""What proves each step of a job that is over, with the labels under which it was asked."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy

from appliances import actions as do
from upgrades.models import JobStep
from upgrades.reports import moments
from upgrades.views.lanes import text_of
from upgrades.views.phases import told

# What the portal itself keeps, beside what people were asked.
LABELS = {
    "version": gettext_lazy("Version"),
    "build": gettext_lazy("Build"),
    "guid": gettext_lazy("GUID"),
    "sha256": gettext_lazy("SHA-256"),
    "size": gettext_lazy("Size in bytes"),
    "remark": gettext_lazy("Remark"),
    "until": gettext_lazy("Until"),
    "total": gettext_lazy("Clients"),
    "updated": gettext_lazy("Followed"),
    "to_come": gettext_lazy("Still to come"),
    "lost": gettext_lazy("Lost"),
    "decided": gettext_lazy("Decided by a person"),
    "installers": gettext_lazy("Installers"),
    "offset_seconds": gettext_lazy("Seconds off"),
    "jumpoints": gettext_lazy("Jumpoints"),
    "note": gettext_lazy("Note"),
    "roles_seen": gettext_lazy("Failover roles"),
    "sync_status": gettext_lazy("State of the data sync"),
    "released": gettext_lazy("Shared addresses let go"),
    "taken": gettext_lazy("Shared addresses taken"),
    "seconds_without": gettext_lazy("Seconds without the shared address"),
    "answers": gettext_lazy("Answers behind the public name"),
    "compared": gettext_lazy("Compared"),
    "flags": gettext_lazy("Nodes that accept"),
    "lists": gettext_lazy("Nodes that accept, by master"),
    "since": gettext_lazy("Since"),
    "names": gettext_lazy("Names"),
}
WRITTEN = {
    "written_by": gettext_lazy("Done by, as written on paper"),
    "happened_at": gettext_lazy("Done at, as written on paper"),
    "typed_at": gettext_lazy("Typed in afterwards, at"),
}
PROVEN = (JobStep.State.DONE, JobStep.State.SKIPPED)
HIDDEN = {"backup", "findings", "on_line_queued", "off_line", "undecided"}


def of(steps: Iterable[JobStep]) -> list[dict[str, Any]]:
    return [
        {"step": step, "text": text_of(step), "facts": _facts(step), "reason": told(step.reason)}
        for step in steps
        if step.state in PROVEN
    ]


def _facts(step: JobStep) -> list[tuple[str, Any, bool]]:
    """Label, value, and whether the value is the id of a kept file."""
    fields = {field.name: field for field in do.find(step.action).evidence_fields}
    found = []
    for name, value in step.evidence.items():
        if name in HIDDEN or value in ("", None, [], {}):
            continue
        field = fields.get(name)
        label = _(field.label) if field else str((LABELS | WRITTEN).get(name, name))
        is_file = field is not None and field.kind == do.FieldKind.FILE
        if name in ("happened_at", "typed_at"):
            value = moments.full(datetime.fromisoformat(value), step.job.site.zone)
        found.append((label, value if is_file else _written(field, value), is_file))
    return [fact for fact in found if not fact[2] or _is_id(fact[1])]


def written(value: Any) -> str:
    """A kept value as a reader sees it."""
    return _written(None, value)


def _written(field: do.Field | None, value: Any) -> str:
    if field is not None and field.kind == do.FieldKind.CHOICE:
        return _(dict(field.choices).get(value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        return "; ".join(f"{key}: {_written(None, part)}" for key, part in value.items())
    return told(str(value))


def _is_id(value: Any) -> bool:
    try:
        uuid.UUID(str(value))
    except ValueError:
        return False
    return True
