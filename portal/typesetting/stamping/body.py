"""What WeasyPrint would write of a skeleton, its holes open. Nobody's words are in it.

The file begins with what is the same in every paper of the body, ready to be copied; what is filled
in follows, and a table of where each object lies (ISO 32000-1, 7.5.7 and 7.5.8).
"""

import struct
from dataclasses import dataclass
from typing import Any

import pydyf
from pydyf import _to_bytes as to_bytes
from stamping.lines import Font, Place
from stamping.marks import RUN

BEGIN = b"%PDF-1.7\n%\xf0\x9f\x96\xa4\n"
ROW = struct.Struct(">BIH")
FREE, AT, WITHIN = range(3)  # kinds of rows


class Hole(pydyf.Object):  # type: ignore[misc]
    """In a page, until it is filled."""

    data = b""


@dataclass
class Line(Hole):
    """Of the text of a place; `font` is what the page has said before it."""

    place: int
    number: int
    font: bytes


@dataclass
class Drawing(Hole):
    word: int


@dataclass
class Body:
    places: list[Place]
    fonts: dict[int, Font]  # by Pango's number of a family and a weight
    same: bytes
    rows: list[tuple[int, int, int]]
    filled: list[pydyf.Object]
    trailer: dict[str, Any]

    @classmethod
    def of(cls, pdf: pydyf.PDF, places: list[Place], fonts: dict[int, Font]) -> "Body":
        pdf.add_object(info := pydyf.Dictionary(pdf.info))
        same, filled, within = bytearray(BEGIN), [], []
        rows = [(FREE, 0, 0xFFFF)] * (len(pdf.objects) + 1)
        place_of_others = len(pdf.objects)
        for thing in pdf.objects[1:]:
            if (opened := _opened(thing)) is not None:
                filled.append(opened)
            elif thing.compressible:
                rows[thing.number] = WITHIN, place_of_others, len(within)
                within.append(thing)
            else:
                rows[thing.number] = AT, len(same), 0
                same += thing.indirect + b"\n"
        rows[place_of_others] = AT, len(same), 0
        same += _together(within, place_of_others).indirect + b"\n"
        trailer = {"Type": "/XRef", "Root": pdf.catalog.reference, "Info": info.reference}
        pdf.info = pydyf.Dictionary()
        del pdf.objects[1:]  # WeasyPrint has nothing to write
        return cls(places, fonts, bytes(same), rows, filled, trailer)

    def write(self) -> bytes:
        """The file, when all is filled in."""
        paper = bytearray(self.same)
        for thing in self.filled:
            self.rows[thing.number] = AT, len(paper), 0
            paper += thing.indirect + b"\n"
        self.rows.append((AT, place := len(paper), 0))
        size = {"Size": len(self.rows), "W": pydyf.Array([1, 4, 2])}
        table = b"".join(ROW.pack(*row) for row in self.rows)
        rows = pydyf.Stream([table], self.trailer | size, compress=True)
        rows.number = len(self.rows) - 1
        return bytes(paper) + rows.indirect + f"\nstartxref\n{place}\n%%EOF\n".encode()


def _opened(thing: pydyf.Object) -> pydyf.Object | None:
    """What something goes into, as it is filled; None of all others."""
    if isinstance(thing, pydyf.Stream):
        if any(isinstance(part, Hole) for part in thing.stream):
            return _stream(_joined(thing.stream), thing)
        if thing.extra.get("Type") == "/Metadata":
            return _stream(thing.stream, thing)
    elif isinstance(thing, pydyf.Dictionary) and any(
        isinstance(value, pydyf.String) and RUN.search(value.string) for value in thing.values()
    ):
        return thing
    return None


def _stream(parts: list[Any], thing: pydyf.Stream) -> pydyf.Stream:
    """Without what WeasyPrint knows of it, which cannot be kept."""
    stream = pydyf.Stream(parts, thing.extra, thing.compress)
    stream.number, stream.generation = thing.number, thing.generation
    return stream


def _joined(parts: list[Any]) -> list[Any]:
    """What stands between two holes in one piece."""
    found: list[Any] = []
    for part in parts:
        if isinstance(part, Hole):
            found.append(part)
        elif found and isinstance(found[-1], list):
            found[-1].append(part)
        else:
            found.append([part])
    return [each if isinstance(each, Hole) else b"\n".join(map(to_bytes, each)) for each in found]


def _together(things: list[pydyf.Object], number: int) -> pydyf.Stream:
    """Objects in one stream, its head the number and the place of each."""
    head, place = [], 0
    for thing in things:
        head += [thing.number, place]
        place += len(thing.data) + 1
    numbers = " ".join(str(each) for each in head)
    extra = {"Type": "/ObjStm", "N": len(things), "First": len(numbers) + 1}
    stream = pydyf.Stream([numbers, *(each.data for each in things)], extra, compress=True)
    stream.number = number
    return stream
