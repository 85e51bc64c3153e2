"""Tables as spreadsheets write and read them: which encoding, what is harmless in a cell."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import IO

from django.utils.translation import gettext_lazy as _

from portal.errors import Refused

PIECE = 1 << 16
DELIMITERS = ",;\t|"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
PART = re.compile(r"""(;"*)('*[=+\-@\t\r])""")
MADE_HARMLESS = re.compile(r"""(;"*)'('*[=+\-@\t\r])""")
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
TURKISH = frozenset(b"\xd0\xdd\xde\xf0\xfd\xfe")  # where Windows-1254 differs from 1252


def written(heads: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Lines of CSV with the mark that tells spreadsheets it is UTF-8; it streams."""
    yield "\ufeff" + line(heads)
    for row in rows:
        yield line(row)


def line(cells: Sequence[object]) -> str:
    text = io.StringIO()
    csv.writer(text).writerow([harmless(str(cell)) for cell in cells])
    return text.getvalue()


def harmless(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula (OWASP, CSV injection), nor any part of it: in
    French and Turkish a spreadsheet begins a new cell at each semicolon."""
    cell = PART.sub(r"\1'\2", cell)
    return f"'{cell}" if cell.lstrip("'").startswith(FORMULA) else cell


def as_meant(cell: str) -> str:
    """The other way round: what a cell said before it was made harmless."""
    if cell.startswith("'") and cell.lstrip("'").startswith(FORMULA):
        cell = cell[1:]
    return MADE_HARMLESS.sub(r"\1\2", cell)


def encoding_of(file: IO[bytes], *, refusal: type[Refused]) -> str:
    """UTF-8 or 16 by its mark or by how it looks, else Windows-1254 where Turkish letters are, else
    Windows-1252. Raises the refusal for what is no text."""
    file.seek(0)
    head = file.read(PIECE)
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if b"\x00" in head:
        return _without_mark(head, refusal)
    if _reads_as_utf8(file):
        return "utf-8"
    return "cp1254" if _holds(file, TURKISH) else "cp1252"


def _without_mark(head: bytes, refusal: type[Refused]) -> str:
    """UTF-16 without its mark has a zero in every second place."""
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if odd > len(head) * 0.3 and even < odd / 10:
        return "utf-16-le"
    if even > len(head) * 0.3 and odd < even / 10:
        return "utf-16-be"
    raise refusal(
        _("This is no text: a workbook or a picture, perhaps."),
        remedy=_("Export the list as CSV, or save the workbook as CSV."),
    )


def _reads_as_utf8(file: IO[bytes]) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    file.seek(0)
    try:
        while piece := file.read(PIECE):
            decoder.decode(piece)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _holds(file: IO[bytes], letters: frozenset[int]) -> bool:
    file.seek(0)
    while piece := file.read(PIECE):
        if not letters.isdisjoint(piece):
            return True
    return False
