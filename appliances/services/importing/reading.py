"""Files as rows: which encoding, which delimiter, which columns; where each cell stands."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from appliances.services.importing.columns import BY_NAME
from portal.errors import Refused
from portal.services.spreadsheets import DELIMITERS, as_meant, encoding_of

MOST_BYTES = 20_000_000
MOST_ROWS = 60_000
MOST_FILES = 10
LONGEST_CELL = 2000
SHOWN = 60  # characters of a bad cell


class NoTable(Refused):
    """A file that is no table of ours as a whole; nothing of it can be judged line by line."""

    code = "import-not-readable"


@dataclass(frozen=True)
class Given:
    """A file as it was handed over."""

    name: str
    data: bytes


@dataclass(frozen=True)
class Row:
    """A line of a file with the cells that hold something, by column."""

    file: str
    line: int
    cells: dict[str, str]


@dataclass(frozen=True)
class Problem:
    """What is wrong, and where: file, line, column; `cell` is what stands there."""

    file: str
    line: int
    column: str
    cell: str
    sentence: str

    @classmethod
    def at(cls, row: Row, column: str, sentence: object) -> "Problem":
        shown = row.cells.get(column, "")
        shown = shown if len(shown) <= SHOWN else f"{shown[:SHOWN]}…"
        return cls(row.file, row.line, column, shown, str(sentence))


def read(file: Given) -> tuple[list[Row], list[Problem]]:
    """The rows of a file, and what is wrong with lines as lines. Raises NoTable."""
    if len(file.data) > MOST_BYTES:
        raise NoTable(
            _("%(file)s is larger than %(most)d MB.")
            % {"file": file.name, "most": MOST_BYTES // 1_000_000}
        )
    content = _decoded(file)
    delimiter = _delimiter(content)
    reader = csv.reader(io.StringIO(content, newline=""), delimiter=delimiter, strict=True)
    try:
        heads = _heads(next(_filled(reader), []), file)
        return _rows(file, reader, heads)
    except csv.Error as error:
        raise NoTable(
            _("Line %(line)d of %(file)s is no CSV: a quotation mark is not closed, perhaps.")
            % {"line": reader.line_num, "file": file.name}
        ) from error


def _decoded(file: Given) -> str:
    encoding = encoding_of(io.BytesIO(file.data), refusal=NoTable)
    try:
        content = file.data.decode(encoding)
    except UnicodeError as error:
        raise NoTable(
            _("%(file)s cannot be read as text.") % {"file": file.name},
            remedy=_("Save it again as CSV, in UTF-8."),
        ) from error
    return content.removeprefix("\ufeff")


def _delimiter(content: str) -> str:
    """The one that makes the most columns of ours in the first line that is not `sep=;`."""
    lines = (line for line in content.splitlines() if line.strip())
    head = next((line for line in lines if not line.lower().startswith("sep=")), "")
    return max(DELIMITERS, key=lambda one: sum(_name(c) in BY_NAME for c in head.split(one)))


def _name(head: str) -> str:
    """As columns are compared: Customer Name is customer_name."""
    return re.sub(r"[\s_-]+", "_", head.strip().strip('"').strip().lower())


def _filled(reader: Iterator[list[str]]) -> Iterator[list[str]]:
    for cells in reader:
        if any(cell.strip() for cell in cells) and not cells[0].lower().startswith("sep="):
            yield cells


def _heads(cells: list[str], file: Given) -> list[str]:
    heads = [_name(cell) for cell in cells]
    while heads and not heads[-1]:
        heads.pop()
    if not heads:
        raise NoTable(_("%(file)s is empty.") % {"file": file.name})
    strange = [
        cell.strip()[:40] for cell, head in zip(cells, heads, strict=False) if head not in BY_NAME
    ]
    twice = sorted(name for name in BY_NAME if heads.count(name) > 1)
    problem = ""
    if strange:
        problem = _("%(file)s has columns that nobody knows: %(names)s.")
    elif twice:
        problem = _("%(file)s has columns twice: %(names)s.")
    elif "customer" not in heads:
        problem = _("%(file)s has no column “customer”: every line says whose it is.")
    if problem:
        raise NoTable(
            problem % {"file": file.name, "names": ", ".join((strange or twice)[:8])},
            remedy=_("The first line names the columns: %(columns)s.")
            % {"columns": ", ".join(BY_NAME)},
        )
    return heads


def _rows(
    file: Given, reader: "csv._reader", heads: list[str]
) -> tuple[list[Row], list[Problem]]:  # fmt: skip
    rows, problems = list[Row](), list[Problem]()
    before = reader.line_num
    for cells in reader:
        line, before = before + 1, reader.line_num
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MOST_ROWS:
            raise NoTable(_("An import has at most %(most)d lines.") % {"most": MOST_ROWS})
        named = zip(heads, cells, strict=False)
        row = Row(file.name, line, {name: told for name, cell in named if (told := _told(cell))})
        rows.append(row)
        problems += _problems(row, cells, heads)
    return rows, problems


def _told(cell: str) -> str:
    return as_meant(cell.strip()).strip()


def _problems(row: Row, cells: list[str], heads: list[str]) -> Iterator[Problem]:
    if any(cell.strip() for cell in cells[len(heads) :]):
        yield Problem.at(row, "", _("This line has more cells than there are columns."))
    if "customer" not in row.cells:
        yield Problem.at(row, "customer", _("Every line says whose it is."))
    for name, told in row.cells.items():
        if len(told) > LONGEST_CELL or not told.isprintable():
            yield Problem.at(row, name, _("A cell is one line of text that can be printed."))
