import csv
import io

import pytest

from portal.errors import Refused
from portal.services.spreadsheets import as_meant, encoding_of, harmless, written

TEXT = "ad;Işık Gıda Ğ\n" * 3


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (TEXT.encode("utf-8"), "utf-8"),
        (TEXT.encode("utf-8-sig"), "utf-8-sig"),
        (TEXT.encode("utf-16"), "utf-16"),
        (TEXT.encode("utf-16-le"), "utf-16-le"),
        (TEXT.encode("utf-16-be"), "utf-16-be"),
        (TEXT.encode("cp1254"), "cp1254"),
        ("nom;Société Générale\n".encode("cp1252"), "cp1252"),
    ],
)
def test_a_file_is_read_in_the_encoding_it_was_written_in(data, encoding):
    assert encoding_of(io.BytesIO(data), refusal=Refused) == encoding


def test_a_workbook_is_no_text():
    with pytest.raises(Refused, match="no text"):
        encoding_of(io.BytesIO(b"PK\x03\x04\x00\x00\x01\x00" * 50), refusal=Refused)


@pytest.mark.parametrize(
    "cell",
    [
        "=1+1", "+49 30 1", "-1", "@x", "plain", "'quoted", "'=1", "", "a=b", "x;=1+1", "-x;;@y;+1",
        'x;"=1+1"', "x;'=1", "one; two", "a;b=c",
    ],
)  # fmt: skip
def test_a_cell_comes_back_as_it_was_meant_and_calculates_nothing(cell):
    text = "".join(written(["one"], [[cell]])).removeprefix("\ufeff")
    (shown,) = list(csv.reader(io.StringIO(text)))[1] or [""]

    assert not shown.startswith(("=", "+", "-", "@"))
    assert as_meant(shown) == cell
    assert shown == harmless(cell)


def test_a_spreadsheet_that_splits_at_semicolons_calculates_nothing_either():
    """As those of France and Turkey open a file of ours."""
    cells = ['x;=HYPERLINK("https://evil.example","a")', "y;=1+1", 'z,;"=1+1"', "w;\t=1"]
    text = "".join(written(["n", "one"], [["1", cell] for cell in cells]))

    split = [cell for row in csv.reader(io.StringIO(text), delimiter=";") for cell in row]
    bare = [part for line in text.splitlines() for part in line.split(";")]

    for cell in (*split, *bare):
        assert not cell.lstrip('"').startswith(("=", "+", "-", "@", "\t")), cell
