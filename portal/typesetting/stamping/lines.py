"""Lines of a text as WeasyPrint breaks them, and as it writes them into a page."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydyf import _to_bytes as to_bytes
from stamping.marks import LINES, Unfit
from weasyprint.text.ffi import FROM_UNITS, ffi
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import Layout, split_first_line

# All that WeasyPrint asks of a style to break a line and to shape it.
ASKED = (
    "direction", "font_family", "font_feature_settings", "font_kerning", "font_language_override",
    "font_size", "font_stretch", "font_style", "font_variant_alternates", "font_variant_caps",
    "font_variant_east_asian", "font_variant_ligatures", "font_variant_numeric",
    "font_variant_position", "font_variation_settings", "font_weight", "hyphenate_character",
    "hyphenate_limit_chars", "hyphenate_limit_zone", "hyphens", "lang", "letter_spacing",
    "overflow_wrap", "tab_size", "text_decoration_line", "white_space", "word_break",
    "word_spacing",
)  # fmt: skip
AS_WE_KNOW = {
    "direction": ("ltr",), "hyphens": ("manual",), "text_align_all": ("start", "left"),
    "text_align_last": ("auto", "start", "left"), "text_decoration_line": ("none",),
    "text_transform": ("none",), "white_space": ("normal",),
}  # fmt: skip
GLYPH = "PangoGlyphInfo"


class Style(dict[str, Any]):
    """What is asked of a style, by itself, so that it can be kept. The fonts are the process's."""

    font_config: Any

    @classmethod
    def of(cls, style: Any) -> "Style":
        if any(style[name] not in values for name, values in AS_WE_KNOW.items()):
            raise Unfit("a style")
        return cls((name, style[name]) for name in ASKED)

    def __reduce__(self) -> Any:
        return Style, (dict(self),)


@dataclass(frozen=True)
class Place:
    """Where a text of the skeleton with runs in it is broken into lines of some width."""

    text: str
    width: float
    style: Style


def broken(text: str, style: Any, width: float) -> Iterator[Layout]:
    """The layouts of its lines, as in WeasyPrint's split_text_box. Raises Unfit."""
    rest, number = text.encode(), 0
    while rest:
        layout, length, resume, *_size = split_first_line(rest.decode(), style, None, width, 0)
        number += 1
        if not length or number > LINES:
            raise Unfit("lines")
        yield layout
        rest = rest[resume:].lstrip(b" ") if resume else b""


@dataclass
class Font:
    """Of a body: its name, the letters that its glyphs stand for, and their widths."""

    name: str
    letters: dict[int, str]
    widths: dict[int, int]


class Pen:
    """Writes lines with the fonts of a body as WeasyPrint's draw_first_line does."""

    def __init__(self, fonts: dict[int, Font]) -> None:
        self.fonts = fonts
        self.sized: dict[Any, tuple[bytes, Glyphs]] = {}

    def write(self, layout: Layout) -> tuple[bytes, bytes]:
        """How a page says the font and the glyphs of a line. Raises Unfit."""
        line, more = layout.get_first_line()
        run, fonts, said, letters = line.runs[0], set(), "", ""
        while run != ffi.NULL:
            item, string, run = run.data.item, run.data.glyphs, run.next
            font, glyphs = self._sized(item.analysis.font)
            fonts.add(font)
            raw = array("i", ffi.buffer(string.glyphs, string.num_glyphs * ffi.sizeof(GLYPH))[:])
            said += "<" + "".join(
                map(glyphs.__getitem__, zip(raw[::5], raw[1::5], raw[2::5], raw[3::5], strict=True))
            )
            said = said[:-1] if said[-1] == "<" else f"{said}>"
            letters += "".join(map(glyphs.font.letters.__getitem__, raw[::5]))
        if more or letters != layout.text or len(fonts) != 1:
            raise Unfit("glyphs")
        return fonts.pop(), f"[{said}] TJ".encode()

    def _sized(self, pango_font: Any) -> tuple[bytes, "Glyphs"]:
        if pango_font not in self.sized:
            key, _description, size = get_pango_font_key(pango_font)
            if key not in self.fonts:
                raise Unfit("another font")
            font = self.fonts[key]
            said = f"/{font.name} ".encode() + to_bytes(size) + b" Tf"
            self.sized[pango_font] = said, Glyphs(font, size)
        return self.sized[pango_font]


class Glyphs(dict[tuple[int, int, int, int], str]):
    """A glyph as it is written, by its number, the room that it gets, and how it is shifted."""

    def __init__(self, font: Font, size: float) -> None:
        super().__init__()
        self.font, self.size = font, size

    def __missing__(self, glyph: tuple[int, int, int, int]) -> str:
        number, width, right, up = glyph
        if number not in self.font.letters or up:
            raise Unfit("a glyph")
        shift = right / self.size
        room = self.font.widths[number] + shift - width * 1000 * FROM_UNITS / self.size
        before, after = f">{-shift}<" if shift else "", f">{int(room)}<" if room else ""
        self[glyph] = f"{before}{number:04x}{after}"
        return self[glyph]
