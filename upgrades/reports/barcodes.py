"""Serial and other numbers as Code 128 (ISO/IEC 15417), drawn so that a scanner reads them off
paper: black on white, quiet zones of ten modules on both sides."""

import functools
from typing import TYPE_CHECKING

from django.utils.html import format_html
from django.utils.safestring import SafeString

from portal.later import Library

if TYPE_CHECKING:
    from barcode import codex, errors
else:
    codex, errors = Library("barcode.codex"), Library("barcode.errors")

MODULE = 0.33  # millimetres of a narrow bar: what office printers and hand scanners manage
NARROWEST = 0.19  # below this nobody promises that it is read
QUIET = 10  # modules
HEIGHT = 9  # millimetres


@functools.lru_cache(maxsize=256)
def modules(text: str) -> str:
    """The symbol as bars (1) and spaces (0) of one module; empty for what Code 128 cannot say."""
    try:
        return str(codex.Code128(text).build()[0]) if text else ""
    except errors.BarcodeError:
        return ""


def code128(
    text: str, label: str, *, room: float, module: float = MODULE, height: float = HEIGHT
) -> SafeString:
    """A drawing `room` mm wide, its bars at the left; `label` for those who do not see it; a narrow
    bar has `module` mm, if there is the room.

    Empty where the text has signs outside Code 128, or is too long for the room: then the plain
    text beside it has to do. All but the path is the same for every text.
    """
    bars = modules(text)
    wide = len(bars) + 2 * QUIET
    module = min(module, room / wide)
    if not bars or module < NARROWEST:
        return SafeString("")
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {room} {height}" width="{room}mm"'
        ' height="{height}mm"><title>{label}</title><path data-own fill="#000" d="{path}"/></svg>',
        room=f"{room:g}", height=f"{height:g}", label=label, path=_path(bars, module, height),
    )  # fmt: skip


def _path(bars: str, module: float, height: float) -> str:
    """Each run of bars as one rectangle, in millimetres."""
    drawn, place = [], 0
    while place < len(bars):
        end = place
        while end < len(bars) and bars[end] == bars[place]:
            end += 1
        if bars[place] == "1":
            left, wide = (QUIET + place) * module, (end - place) * module
            drawn.append(f"M{left:.4f} 0h{wide:.4f}v{height:g}h-{wide:.4f}z")
        place = end
    return "".join(drawn)
