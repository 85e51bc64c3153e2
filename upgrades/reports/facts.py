"""What an audit event says of itself, in words: its data without codes and bare instants."""

from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _, gettext_noop

from appliances.models import Snapshot, VersionReading
from portal.templatetags.words import colon
from upgrades.models import JobNote
from upgrades.reports import left_behind, moments
from upgrades.reports.steps import told

# In this order. None: shown with the step, or it has no words.
LABELS: dict[str, str | None] = {
    "seq": None,
    "action": None,
    "evidence": None,
    "window": gettext_noop("window"),
    "moment": gettext_noop("taken"),
    "answered": gettext_noop("answered"),
    "start": gettext_noop("from"),
    "end": gettext_noop("until"),
    "until": gettext_noop("until"),
    "before": gettext_noop("before"),
    "from": gettext_noop("from"),
    "reason": gettext_noop("reason"),
    "why": gettext_noop("reason"),
    "audience": gettext_noop("note"),
    "asked_by": gettext_noop("asked for by"),
    "ticket": gettext_noop("ticket"),
    "target": gettext_noop("target"),
    "digest": gettext_noop("plan"),
    "kind": gettext_noop("software"),
    "version": gettext_noop("version"),
    "build": gettext_noop("build"),
    "source": gettext_noop("source"),
    "checks": gettext_noop("checks"),
    "bad": gettext_noop("bad"),
    "detail": gettext_noop("answer"),
    "hop": gettext_noop("hop"),
    "serves": gettext_noop("serves"),
    "failover_roles": gettext_noop("failover roles"),
    "minutes": gettext_noop("minutes"),
    "days": gettext_noop("days"),
    "steps": gettext_noop("steps"),
    "skipped": gettext_noop("skipped"),
    "cancelled": gettext_noop("cancelled"),
    "left": gettext_noop("left other than found"),
}
PLACES = {name: place for place, name in enumerate(LABELS)}
KINDS = {"BASE": gettext_noop("base"), "PRODUCT": gettext_noop("product")}
CHOICES = {
    "source": dict(VersionReading.Source.choices), "audience": dict(JobNote.Audience.choices),
    "moment": dict(Snapshot.Moment.choices),
}  # fmt: skip


def told_of(data: dict[str, Any], zone: str) -> str:
    """ "window: 1; from: Mon 23 Nov 2026 22:00, UTC+03:00"; empty values say nothing."""
    pairs = [
        (LABELS.get(name, name.replace("_", " ")), _value(name, value, zone))
        for name, value in sorted(data.items(), key=_place)
        if value not in ("", None, [], {})
    ]
    return "; ".join(f"{colon(told(label))} {value}" for label, value in pairs if label is not None)


def _place(pair: tuple[str, Any]) -> tuple[int, str]:
    return PLACES.get(pair[0], len(PLACES)), pair[0]


def _value(name: str, value: Any, zone: str) -> str:
    if isinstance(value, dict):
        return told_of(value, zone)
    if name == "left":
        return " ".join(left_behind.told(value))
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in CHOICES:
        return str(CHOICES[name].get(value, value))
    return _text(name, str(value), zone)


def _text(name: str, text: str, zone: str) -> str:
    if name == "kind":
        return told(KINDS.get(text, text))
    instant = _instant(text)
    return moments.full(instant, zone) if instant else told(text)


def _instant(text: str) -> datetime | None:
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found is not None and found.tzinfo is not None else None
