"""Which events a program is told: a tick for each, folded by what it is about.

`{% load events %}{% event_groups form.events %}`. Without scripts, and by keys alone: a group is
opened by its heading, and one with a tick in it stands open.
"""

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from django import forms, template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.templatetags.happenings import happening

register = template.Library()

# The first word of an event's code, and what it is about.
NOUNS: dict[str, str | Promise] = {
    "site": _("Sites"),
    "appliance": _("Appliances"),
    "version": _("Versions"),
    "backup": _("Backups"),
    "readiness": _("Readiness"),
    "difference": _("Differences after a window"),
    "production": _("Which appliance serves"),
    "freeze": _("Freezes"),
    "enrolment": _("Offers of a rollout"),
    "booking": _("Booked times"),
    "job": _("Upgrades"),
    "step": _("Steps of an upgrade"),
    "hold": _("Locks after a base problem"),
    "interim": _("Times without failover"),
    "return": _("Hardware returns"),
    "webhook": _("Webhooks"),
}


def by_noun(names: Iterable[str]) -> list[tuple[str | Promise, list[str]]]:
    """Events in their order, under what they are about."""
    groups = groupby(names, key=noun)
    return [(NOUNS.get(word, word), list(those)) for word, those in groups]


def noun(name: str) -> str:
    return name.partition(".")[0]


@register.inclusion_tag("components/event_groups.html")
def event_groups(bound: forms.BoundField) -> dict[str, Any]:
    """A field of several choices whose values are events."""
    chosen = {str(each) for each in bound.value() or ()}
    known = [str(value) for value, _label in bound.field.choices]  # type: ignore[attr-defined]
    groups = [
        {
            "title": title,
            "number": len(chosen.intersection(names)),
            "of": len(names),
            "options": [
                {"value": name, "title": happening(name), "chosen": name in chosen}
                for name in names
            ],
        }
        for title, names in by_noun(known)
    ]
    return {
        "name": bound.html_name, "id": bound.auto_id or bound.html_name, "legend": bound.label,
        "help": bound.help_text, "groups": groups, "error": next(iter(bound.errors), ""),
    }  # fmt: skip
