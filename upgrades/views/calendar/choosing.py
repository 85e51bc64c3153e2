"""Nights that a booking may be moved to: each reason is said once, above the nights it is of."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from portal import times
from upgrades.forms.jobs import MoveForm
from upgrades.services.availability import Night

FREE, WITH_THOSE_AFTER, REFUSED = range(3)
MARKS: Mapping[int, Callable[[], dict[str, Any]]] = {
    FREE: dict,
    WITH_THOSE_AFTER: lambda: {
        "family": "wait", "symbol": "waiting", "word": _("with those after it"),
    },
    REFUSED: lambda: {"family": "asks", "symbol": "warn", "word": _("refused")},
}  # fmt: skip


@dataclass
class Group:
    """Nights of one kind for which the same holds; `why` is empty where they are free."""

    why: list[str]
    options: list[dict[str, Any]] = field(default_factory=list)


def groups(form: MoveForm, reader: str) -> list[Group]:
    """Those that are free first, then those that take later windows along, then those that are
    refused; each kind in the order of time. `reader`: the zone of the reader's clock."""
    nights = sorted([*form.free, *form.refused], key=lambda night: night.start)
    found: dict[tuple[int, tuple[str, ...]], list[Night]] = {}
    for night in nights:
        sentences = tuple(dict.fromkeys(told.sentence for told in night.reasons))
        found.setdefault((_kind(night, form), sentences), []).append(night)
    rising = sorted(found.items(), key=lambda each: each[0][0])  # stable: by time within a kind
    return [_group(kind, sentences, those, form, reader)
            for (kind, sentences), those in rising]  # fmt: skip


def _group(
    kind: int, sentences: Iterable[str], nights: list[Night], form: MoveForm, reader: str
) -> Group:  # fmt: skip
    helps = [_helps(night) for night in nights]
    shared = helps[0] if len(set(helps)) == 1 else ""
    if kind == WITH_THOSE_AFTER:
        shared = _("Choose below to move the windows after it too.")
    chosen = form.data.get("start", "") if form.is_bound else ""
    overrides = "override" in form.fields
    options = [
        {
            "value": night.start.isoformat(),
            "title": clocked(night, form.site.zone),
            "detail": " ".join(filter(None, (_yours(night, form, reader), "" if shared else said))),
            "refused": kind == REFUSED and not overrides,
            "chosen": night.start.isoformat() == chosen,
            **MARKS[kind](),
        }
        for night, said in zip(nights, helps, strict=True)
    ]
    return Group([*sentences, shared] if shared else [*sentences], options)


def _kind(night: Night, form: MoveForm) -> int:
    if night in form.following:
        return WITH_THOSE_AFTER
    return REFUSED if night.why else FREE


def _helps(night: Night) -> str:
    return " ".join(dict.fromkeys(told.remedy for told in night.reasons))


def _yours(night: Night, form: MoveForm, reader: str) -> str:
    here, there = clocked(night, form.site.zone), clocked(night, reader)
    return "" if here == there else _("your time: %(when)s") % {"when": there}


def clocked(night: Night, zone: str) -> str:
    here = times.in_zone(night.start, zone)
    return " ".join([
        times.day_label(here.date()), times.clock_label(here), times.offset_label(here),
    ])  # fmt: skip
