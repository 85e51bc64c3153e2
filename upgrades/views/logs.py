"""A job's audit events as lines of a log, in the reader's language."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from portal import times
from portal.models import AuditEvent
from portal.templatetags.happenings import happening
from portal.templatetags.words import colon
from upgrades.models import JobStep
from upgrades.views.lanes import text_of
from upgrades.views.phases import told

# What an event says of itself beyond its name; texts of people and the portal's sentences.
TEXTS = ("reason", "why", "detail", "ticket", "target")
INSTANTS = ("start", "until")


def entries(
    events: Iterable[AuditEvent], steps: Iterable[JobStep], zone: str
) -> list[dict[str, Any]]:
    by_seq = {step.seq: text_of(step) for step in steps}
    return [
        {
            "number": event.number,
            "at": event.at,
            "by": event.actor_name if event.actor_kind != "portal" else _("portal"),
            "text": sentence(event, by_seq, zone),
        }
        for event in events
    ]


def sentence(event: AuditEvent, by_seq: Mapping[int, str], zone: str) -> str:
    """ "Step done: 12. Take a backup (…)"."""
    words = str(happening(event.name))
    seq = event.data.get("seq")
    if seq in by_seq:
        words = f"{colon(words)} {seq}. {by_seq[seq]}"
    more = [told(str(event.data[name])) for name in TEXTS if event.data.get(name)]
    more += [_instant(event.data[name], zone) for name in INSTANTS if event.data.get(name)]
    return f"{words} ({'; '.join(more)})" if more else words


def _instant(text: str, zone: str) -> str:
    instant = parse_datetime(text)
    if not isinstance(instant, datetime) or instant.tzinfo is None:
        return text
    here = times.in_zone(instant, zone)
    return f"{times.day_label(here.date(), 'day_without_year')} {times.clock_label(here)}"
