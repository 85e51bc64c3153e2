"""A paper: a page of HTML made inside the customer's transaction, and typeset after it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _, gettext_noop

from portal import pdf, tenancy
from portal.models import EvidenceFile
from upgrades.reports import pictures

LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
SIZES = ("a4", "letter")
SHEET = settings.BASE_DIR / "portal" / "static" / "portal" / "print.css"
# The papers' one font has letters, no arrows, ticks or signs of comparison.
HAS_INSTEAD = str.maketrans({"→": "›", "←": "‹", "≥": "&gt;=", "≤": "&lt;=", "✓": "x", "✗": "–"})
# G-LIC-3. Neither edition prints its date.
GUIDE_NOTE = gettext_noop(
    "The steps follow the vendor's upgrade guide in its French and Turkish editions (undated, about"
    " 2015 to 2017); the ids such as G-PREP-6 name its rules. That guide may have changed: the"
    " vendor's current guide prevails. The product names are marks of the vendor."
)


@dataclass(frozen=True)
class Paper:
    """`name` is the file's, without ending; `owner` the customer, if there is one; `pictures` are
    those that the HTML names."""

    name: str
    language: str
    html: str
    digest: str
    owner: str
    pictures: Mapping[str, EvidenceFile] = field(default_factory=dict)

    def pdf(self) -> bytes:
        """Typeset it, in a second or so: asks no database, so call it outside any transaction.

        Raises pdf.PdfFailed.
        """
        files = pictures.load(self.pictures)
        return pdf.render(self.html, css=[SHEET], files=files, owner=self.owner)


def compose(
    template: str, context: dict[str, Any], *, name: str, language: str, size: str, digest: str,
    kept: Mapping[str, EvidenceFile] | None = None,
) -> Paper:  # fmt: skip
    """Fill a template of templates/pdf/ in the language that is active."""
    shared = {"language": language, "size": size, "digest": digest, "guide_note": _(GUIDE_NOTE)}
    html = render_to_string(f"pdf/{template}", {**shared, **context})
    owner = str(tenancy.current_customer_id()) if tenancy.acting() else ""
    html = html.translate(HAS_INSTEAD)
    return Paper(f"{name}-{language}", language, html, digest, owner, kept or {})


def chosen(wanted: str, allowed: tuple[str, ...], otherwise: str) -> str:
    """What an address asks for, if it is one of ours."""
    return wanted if wanted in allowed else otherwise


def code_of(address: str, label: str) -> SafeString:
    """A QR code (ISO/IEC 18004) as a drawing, with words for those who do not see it."""
    drawing = segno.make(address, error="m", micro=False).svg_inline(
        omitsize=True, border=2, title=label, svgclass=None, lineclass=None
    )
    drawing = drawing.replace("<path ", "<path data-own ", 1)
    return SafeString(drawing)  # segno escapes the label, and the address is only squares
