"""What a message says: templates/email/<kind>.txt and .html in the reader's language and zone.

The first line of the text is the subject. Values of the context are plain; an instant becomes a
`Moment` (site's clocks first, the reader's second), a length of time its words.
"""

import textwrap
import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import translation

from portal import times

WIDTH = 78


@dataclass(frozen=True)
class Moment:
    """An instant in words, ready for the reader: "Tue 24 Nov 2026, 18:00 UTC+03:00"."""

    site: str
    reader: str  # empty where both zones show the same

    def __str__(self) -> str:
        return f"{self.site}, {self.reader}" if self.reader else self.site


@dataclass(frozen=True)
class Letter:
    subject: str
    text: str
    html: str


def render(
    kind: str, *, language: str, zone: str, site_zone: str, context: dict[str, Any]
) -> Letter:
    """Render both forms of a message. Raises TemplateDoesNotExist for an unknown kind."""
    with translation.override(language):
        known = {
            "language": language,
            "portal_url": settings.PUBLIC_URL,
            **{name: _plain(value, site_zone, zone) for name, value in context.items()},
        }
        written = _template(f"email/{kind}.txt").render(Context(known, autoescape=False))
        subject, _, body = written.strip().partition("\n")
        known["subject"] = one_line(subject)
        html = _template(f"email/{kind}.html").render(Context(known))
    return Letter(known["subject"], _wrapped(body), html.strip() + "\n")


def one_line(text: str) -> str:
    """Without line ends and control characters, 200 at most: fit for a header."""
    plain = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in text)
    return " ".join(plain.split())[:200]


def moment(instant: datetime, site_zone: str | tzinfo, reader_zone: str | tzinfo) -> Moment:
    """An instant on the site's clocks and, where they show something else, on the reader's."""
    here, there = times.in_zone(instant, site_zone), times.in_zone(instant, reader_zone)
    reader = "" if there.utcoffset() == here.utcoffset() else _said(there, here)
    return Moment(_said(here), reader)


def _said(moment: datetime, beside: datetime | None = None) -> str:
    clock = f"{times.clock_label(moment)} {times.offset_label(moment)}"
    if beside is not None and beside.date() == moment.date():
        return clock
    return f"{times.day_label(moment)}, {clock}"


def _plain(value: Any, site_zone: str, reader_zone: str) -> Any:
    if isinstance(value, datetime):
        return moment(value, ZoneInfo(site_zone), ZoneInfo(reader_zone))
    if isinstance(value, timedelta):
        return times.span(value.total_seconds() / 60)
    if isinstance(value, list | tuple):
        return [_plain(item, site_zone, reader_zone) for item in value]
    return value


def _template(name: str) -> Any:
    """The engine's own template: only it can be rendered without HTML's escapes."""
    return get_template(name).template  # type: ignore[attr-defined]


def _wrapped(body: str) -> str:
    """At most WIDTH wide, no more than one empty line in a row; addresses stay whole."""
    lines: list[str] = []
    for line in body.strip().splitlines():
        if not line.strip():
            lines += [""] if lines and lines[-1] else []
            continue
        hang = "    " if line.startswith("  - ") else " " * 25 if line.startswith("  ") else ""
        lines += textwrap.wrap(
            line.rstrip(),
            WIDTH,
            subsequent_indent=hang,
            break_long_words=False,
            break_on_hyphens=False,
            drop_whitespace=True,
        )
    return "\n".join(lines) + "\n"
