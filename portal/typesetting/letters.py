"""What every paper needs before its first letter, done once in the process that forks.

The fonts that there are; and what cffi makes of the C libraries, which it would look for, and
parse, anew in each child. Pango itself is not begun here: its threads would not survive a fork.
"""

import contextlib

from weasyprint.text.ffi import (
    ffi,
    fontconfig,
    gobject,
    harfbuzz,
    harfbuzz_subset,
    pango,
    pangoft2,
)  # fmt: skip
from weasyprint.text.fonts import FontConfiguration

TYPES = ("PangoFcFontMap *", "PangoGlyphInfo", "PangoRectangle *", "char[]", "char[4]",
         "hb_tag_t[100]", "unsigned int *")  # fmt: skip


class Letters(FontConfiguration):  # type: ignore[misc]
    """WeasyPrint's, without reading the fonts' configuration again."""

    def __init__(self) -> None:
        self.font_map = ffi.gc(pangoft2.pango_ft2_font_map_new(), gobject.g_object_unref)
        font_map = ffi.cast("PangoFcFontMap *", self.font_map)
        pangoft2.pango_fc_font_map_set_config(font_map, _THERE)
        self._folder = None
        self.strut_layouts: dict[str, object] = {}
        self.font_features: dict[bytes, object] = {}


def _look_up() -> None:
    for kind in TYPES:
        ffi.typeof(kind)
    for library in (fontconfig, gobject, harfbuzz, harfbuzz_subset, pango, pangoft2):
        for name in dir(library) if library else ():
            with contextlib.suppress(AttributeError):  # of an older one
                getattr(library, name)


_look_up()
_THERE = fontconfig.FcInitLoadConfigAndFonts()
fontconfig.FcConfigSubstitute(ffi.NULL, fontconfig.FcPatternCreate(), 0)  # reads what Pango reads
