"""Whether two files are the same paper: object by object, to the last byte, but for fonts, of which
one may have more letters than the other. What both need must be the same letters."""

import io
import re
from typing import Any

from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import IndirectObject, StreamObject

LETTER = re.compile(r"<(\w{4})> <(\w+)>")
Seen = set[tuple[int, int]]


def differences(whole: bytes, stamped: bytes) -> list[str]:
    """Each with its place in the tree; `whole` has the fewer letters."""
    one, other = PdfReader(io.BytesIO(whole)), PdfReader(io.BytesIO(stamped))
    found: list[str] = []
    for name in ("/Root", "/Info"):
        _compare(one.trailer.raw_get(name), other.trailer.raw_get(name), name, found, set())
    return found


def letters(content: bytes) -> set[str]:
    """That some font of the file has."""
    reader = PdfReader(io.BytesIO(content))
    fonts = reader.pages[0]["/Resources"]["/Font"].values()
    return {each for font in fonts for each in _to_unicode(font.get_object()).values()}


def _compare(one: Any, other: Any, place: str, found: list[str], seen: Seen) -> None:
    if isinstance(one, IndirectObject) and isinstance(other, IndirectObject):
        if one.idnum != other.idnum:
            found.append(f"{place}: number {one.idnum}, {other.idnum}")
        if (one.idnum, other.idnum) in seen:
            return
        seen.add((one.idnum, other.idnum))
    one, other = one.get_object(), other.get_object()
    if isinstance(one, dict) and one.get("/Type") == "/Font":
        found += [f"{place}: {each}" for each in _of_font(one, other)]
    elif _said(one) != _said(other):
        found.append(f"{place}: {_said(one)!r}, {_said(other)!r}")
    else:
        for key, its in _parts(one).items():
            _compare(its, _parts(other)[key], f"{place}{key}", found, seen)


def _said(thing: Any) -> Any:
    """By itself, without what is in it."""
    if isinstance(thing, StreamObject):
        return list(thing), thing.get_data()
    if isinstance(thing, dict | list):
        return type(thing), len(thing), list(thing) if isinstance(thing, dict) else ()
    return thing


def _parts(thing: Any) -> dict[str, Any]:
    if isinstance(thing, dict):
        return {key: thing.raw_get(key) for key in thing if key != "/Length"}
    return {f"[{n}]": each for n, each in enumerate(thing)} if isinstance(thing, list) else {}


def _of_font(one: Any, other: Any) -> list[str]:
    """What the first says of a letter, the second must say, too, and draw it alike."""
    mine, its = _to_unicode(one), _to_unicode(other)
    found = [f"glyph {each}" for each in mine if mine[each] != its.get(each)]
    widths, its_widths = _widths(one), _widths(other)
    found += [f"width of {each}" for each in widths if widths[each] != its_widths.get(each)]
    drawn, its_drawn = _file(one), _file(other)
    return found + [
        f"outline of {each}" for each in mine if _outline(drawn, each) != _outline(its_drawn, each)
    ]


def _to_unicode(font: Any) -> dict[int, str]:
    told = font["/ToUnicode"].get_data().decode()
    return {
        int(glyph, 16): bytes.fromhex(text).decode("utf-16-be")
        for glyph, text in LETTER.findall(told.split("endcodespacerange")[1])
    }


def _widths(font: Any) -> dict[int, Any]:
    told = font["/DescendantFonts"][0].get_object()["/W"]
    return {
        first + number: width
        for first, several in zip(told[::2], told[1::2], strict=True)
        for number, width in enumerate(several)
    }


def _file(font: Any) -> TTFont:
    descriptor = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
    return TTFont(io.BytesIO(descriptor["/FontFile2"].get_data()))


def _outline(font: TTFont, glyph: int) -> Any:
    name = font.getGlyphName(glyph)
    if name not in font["glyf"].glyphs:
        return None  # it stands for a letter that no font has
    points, ends, flags = font["glyf"][name].getCoordinates(font["glyf"])
    return list(points), list(ends), list(flags), font["hmtx"][name]
