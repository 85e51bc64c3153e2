"""The words of one paper, put into a body."""

import re
from typing import Any
from xml.sax.saxutils import escape

import pydyf
from letters import Letters
from stamping.body import Body, Drawing, Line
from stamping.lines import Pen, Place, broken
from stamping.marks import RUN, Unfit, fill
from weasyprint.text.line_break import Layout

STEP = re.compile(r"([Mmhvz])(-?[0-9.]+)?(?: (-?[0-9.]+))?")


class Filling:
    """`words` of a page by their numbers."""

    def __init__(self, words: list[str]) -> None:
        self.words = words
        self.lines: list[list[Layout]] = []

    def break_lines(self, places: list[Place]) -> None:
        """Of the text of each place. Raises Unfit."""
        letters = Letters()
        put_away, Layout.deactivate = Layout.deactivate, lambda _layout: None  # they are written
        try:
            for place in places:
                place.style.font_config = letters
            self.lines = [
                list(broken(fill(place.text, self.words), place.style, place.width))
                for place in places
            ]
        finally:
            Layout.deactivate = put_away

    @property
    def counts(self) -> str:
        return " ".join(str(len(each)) for each in self.lines)

    def fill(self, body: Body) -> bytes:
        """The PDF. `body` is used up. Raises Unfit."""
        pen = Pen(body.fonts)
        for thing in body.filled:
            if isinstance(thing, pydyf.Dictionary):
                self._fill_texts(thing)
            elif isinstance(thing, pydyf.Stream):
                thing.stream = [self._filled(part, pen) for part in thing.stream]
        return body.write()

    def _fill_texts(self, thing: pydyf.Dictionary) -> None:
        for value in thing.values():
            if isinstance(value, pydyf.String):
                value.string = fill(value.string, self.words)

    def _filled(self, part: Any, pen: Pen) -> bytes:
        if isinstance(part, Line):
            font, glyphs = pen.write(self.lines[part.place][part.number])
            if font != part.font:
                raise Unfit("another font")
            return glyphs
        if isinstance(part, Drawing):
            return drawing(self.words[part.word])
        assert isinstance(part, bytes)
        if b"<?xpacket" not in part:
            return part
        metadata = part.decode()
        return RUN.sub(lambda run: escape(fill(run[0], self.words)), metadata).encode()


def drawing(told: str) -> bytes:
    """A path of moves, level and upright lines, as WeasyPrint writes one."""
    page = pydyf.Stream()
    page.move_to(0, 0)
    x = y = 0.0
    begin = x, y
    for sign, first, second in STEP.findall(told):
        if sign in "Mm":
            x, y = (
                (x + float(first), y + float(second))
                if sign == "m"
                else (float(first), float(second))
            )
            begin = x, y
            page.move_to(x, y)
        elif sign == "z":
            page.close()
            x, y = begin
        else:
            x, y = (x + float(first), y) if sign == "h" else (x, y + float(first))
            page.line_to(x, y)
    return b"\n".join(page.stream)
