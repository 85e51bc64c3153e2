"""A skeleton typeset, with holes where the texts of a paper belong.

It reaches into WeasyPrint 70 in three places: where a text is broken into lines, where a line is
drawn, and where a path is.
"""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pydyf
import weasyprint.draw
import weasyprint.svg
from stamping.body import Body, Drawing, Line
from stamping.lines import Font, Place, Style, broken
from stamping.marks import FIRST, LETTERS, RUN, Unfit, fill
from tagging import complete
from weasyprint.draw.text import draw_first_line
from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline, preferred
from weasyprint.matrix import Matrix
from weasyprint.text.line_break import split_first_line

Write = Callable[..., bytes]  # of a page, its sheets, and a finisher
LEARNT = (LETTERS, "ff", "fi", "fl", "ffi", "ffl")  # and signs for several
PLACEHOLDER = "0"
SIGN = 3  # bytes of one of a run

_split, _draw, _path = (
    inline.split_text_box, weasyprint.draw.draw_text, weasyprint.svg.TAGS["path"],
)  # fmt: skip


def make(skeleton: str, words: list[str], css: list[str], write: Write) -> Body:
    """The body for as many lines as the words take. Raises Unfit."""
    making = Making(words)
    inline.split_text_box = making.split
    preferred.split_first_line = making.measure
    weasyprint.draw.draw_text = making.draw
    weasyprint.svg.TAGS["path"] = making.path
    try:
        write(skeleton, css, making.finish)
    finally:
        inline.split_text_box = _split
        preferred.split_first_line = split_first_line
        weasyprint.draw.draw_text = _draw
        weasyprint.svg.TAGS["path"] = _path
    if making.body is None:
        raise Unfit("never finished")
    return making.body


class Making:
    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.places: list[Place] = []
        self.lines: list[Line] = []
        self.learnt: set[bytes] = set()  # fonts, in a size
        self.body: Body | None = None

    def split(self, context: Any, box: Any, width: Any, skip: int, **how: Any) -> Any:
        """A line of a placeholder for each line of the text."""
        if width is None or not RUN.search(box.text):
            return _split(context, box, width, skip, **how)
        number = skip // SIGN
        count = sum(1 for _ in broken(fill(box.text, self.words), box.style, width))
        one, _resume, _forced = _split(context, box.copy_with_text(PLACEHOLDER), None, 0)
        one.hole = box.text, number, width
        return one, (number + 1) * SIGN if number + 1 < count else None, False

    def measure(self, text: str, *how: Any, **others: Any) -> Any:
        """What depends on how long a text is may be elsewhere on another paper."""
        if RUN.search(text):
            raise Unfit("the length of a text matters")
        return split_first_line(text, *how, **others)

    def draw(self, stream: Any, box: Any, *others: Any) -> None:
        _draw(stream, box, *others)
        if not hasattr(box, "hole"):
            return
        text, number, width = box.hole
        font, placeholder = _in_one_line(PLACEHOLDER, box.style, stream)
        if stream.stream[-2:] != [placeholder, b"ET"]:
            raise Unfit("more than a placeholder was drawn")
        if font not in self.learnt:
            self.learnt.add(font)
            for letters in LEARNT:
                _in_one_line(letters, box.style, stream)
        place = Place(text, width, Style.of(box.style))
        if place not in self.places:
            self.places.append(place)
        self.lines.append(Line(self.places.index(place), number, font))
        stream.stream[-2] = self.lines[-1]

    def path(self, svg: Any, node: Any, font_size: float) -> None:
        if node.get("data-own") is None:
            _path(svg, node, font_size)
        else:
            svg.stream.stream.append(Drawing(ord(node.get("d")[0]) - FIRST))

    def finish(self, document: Any, pdf: pydyf.PDF) -> None:
        complete(document, pdf)
        for page in document.pages:
            for box in page._page_box.descendants():
                _demand_alone(box)
        places = sorted(self.places, key=str)  # wherever on the paper they are
        for line in self.lines:
            line.place = places.index(self.places[line.place])
        fonts = {
            key: Font(font.hash, font.to_unicode, font.widths)
            for key, font in document.fonts.items()
        }
        self.body = Body.of(pdf, places, fonts)


def _in_one_line(text: str, style: Any, stream: Any) -> tuple[bytes, bytes]:
    """How a page says its font and its glyphs, which are known to the paper's fonts from now on."""
    layout, *_size = split_first_line(text, style, None, None, 0)
    page = stream.clone()
    layout.reactivate(style)
    box = SimpleNamespace(text=layout.text, style=style, pango_layout=layout)
    draw_first_line(page, box, "clip", "none", Matrix())
    layout.deactivate()
    return page.stream[1], page.stream[-1]


def _demand_alone(box: Any) -> None:
    """Nothing else is on the line of a hole, neither beside nor around it."""
    if any(hasattr(child, "hole") for child in box.children) and (
        len(box.children) > 1 or not isinstance(box, boxes.LineBox)
    ):
        raise Unfit("a text beside others")
