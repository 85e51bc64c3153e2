"""An exported list as a table: its encoding, its delimiter, its columns, whatever wrote it."""

import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext_lazy as _

from portal.errors import Refused
from portal.services.spreadsheets import DELIMITERS, encoding_of
from upgrades.services.clients.dates import plain

LONGEST_LINE = 1 << 20
# Headers as English, French and Turkish pages write them, through dates.plain().
COLUMNS = {
    "name": "name jumpclientname nom nomduclientjump ad adi isim jumpistemciadi",
    "hostname": "hostname hostnameip computername computer nomdhote nomdelhote ordinateur"
    " anabilgisayaradi bilgisayaradi makineadi bilgisayar",
    "jump_group": "jumpgroup group groupejump groupedejump groupe jumpgrubu grup",
    "status": "status connectionstatus statut etat durum",
    "details": "statusdetails statusdetail detailsdustatut detailsdestatut detailsduletat"
    " detailsdeletat detailsdetat durumayrintilari durumdetaylari durumdetayi lastconnect"
    " lastconnection lastseen lastcheckin derniereconnexion sonbaglanti songorulme",
    "mode": "connectiontype connectionmode mode typedeconnexion modedeconnexion baglantituru"
    " baglantitipi baglantimodu",
}
KNOWN = {word: column for column, words in COLUMNS.items() for word in words.split()}
NEEDED = ("name", "details")


class UnreadableExport(Refused):
    """The file is no list of clients that can be read; nothing of it was kept."""

    code = "unreadable-export"


class Table:
    """An exported list in a seekable file. Each pass over it reads it anew, a line at a time."""

    def __init__(self, file: IO[bytes]) -> None:
        """Raises UnreadableExport unless it is a table with the columns that are needed."""
        self.file = file
        self.encoding = encoding_of(file, refusal=UnreadableExport)
        header = self._header()
        self.delimiter = max(DELIMITERS, key=lambda one: len(_columns(_split(header, one))))
        self.columns = _columns(_split(header, self.delimiter))
        if missing := [name for name in NEEDED if name not in self.columns]:
            raise _without(missing, _split(header, self.delimiter))

    def _header(self) -> str:
        for line in self._lines():
            if line.strip() and not line.lower().startswith("sep="):
                return line.rstrip("\r\n")
        raise UnreadableExport(_("The file is empty."))

    def _lines(self) -> Iterator[str]:
        """Raises UnreadableExport where the file stops being text."""
        self.file.seek(0)
        text = io.TextIOWrapper(self.file, encoding=self.encoding, errors="strict", newline="")
        number = 0
        try:
            while line := text.readline(LONGEST_LINE):
                number += 1
                if len(line) == LONGEST_LINE:
                    raise _no_text(number)
                yield line
        except UnicodeError as error:
            raise _no_text(number + 1) from error
        finally:
            text.detach()  # the file stays open: there is a second pass

    def rows(self) -> Iterator[tuple[int, dict[str, str] | None]]:
        """Line number and known cells of each row; None for a row that has not the header's
        columns. Raises UnreadableExport where it stops being text."""
        reader = csv.reader(self._lines(), delimiter=self.delimiter, strict=True)
        width = 0
        try:
            for cells in reader:
                if not any(cell.strip() for cell in cells) or _is_hint(cells):
                    continue
                if not width:
                    width = len(cells)
                    continue
                yield reader.line_num, self._known(cells, width)
        except csv.Error as error:
            raise _no_text(reader.line_num) from error

    def _known(self, cells: list[str], width: int) -> dict[str, str] | None:
        if len(cells) < width or any(cell.strip() for cell in cells[width:]):
            return None
        return {name: _clean(cells[place]) for name, place in self.columns.items()}


def _no_text(line: int) -> UnreadableExport:
    return UnreadableExport(
        _("Line %(line)s cannot be read as text.") % {"line": line},
        remedy=_("Export the list again, as CSV."),
    )


def _split(header: str, delimiter: str) -> list[str]:
    return next(csv.reader([header], delimiter=delimiter), [])


def _columns(cells: list[str]) -> dict[str, int]:
    """Where each column that we know stands; the first one counts."""
    found: dict[str, int] = {}
    for place, cell in enumerate(cells):
        column = KNOWN.get(plain(cell))
        if column:
            found.setdefault(column, place)
    return found


def _is_hint(cells: list[str]) -> bool:
    """`sep=;`, as spreadsheets write it above the header."""
    return cells[0].lower().startswith("sep=")


def _clean(cell: str) -> str:
    """One line of what can be printed."""
    if not cell.isprintable():
        cell = "".join(c if c.isprintable() else " " for c in cell)
    return " ".join(cell.split())


def _without(missing: list[str], header: list[str]) -> UnreadableExport:
    labels: dict[str, Any] = {"name": "Name", "details": "Status Details"}
    values = {
        "missing": ", ".join(labels[name] for name in missing),
        "found": ", ".join(_clean(cell)[:40] for cell in header[:12]) or "–",
    }
    return UnreadableExport(
        _("These columns are missing: %(missing)s. The first line holds: %(found)s.") % values,
        remedy=_(
            "Export the list of Jump Clients with the columns Name and Status Details, "
            "and with its headers."
        ),
    )
