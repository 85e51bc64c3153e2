import io

import pytest

from upgrades.services.clients.tables import Table, UnreadableExport

ENGLISH = (
    "Name,Hostname,Jump Group,Status,Status Details,Connection Type\r\n"
    "POS-1,pos-1,Stores,Online,2025-06-10 05:00,active\r\n"
)
FRENCH = (
    "Nom;Nom d’hôte;Groupe Jump;Statut;Détails du statut\r\n"
    "Caisse à l’étage;caisse;Magasins;En ligne;10/06/2025 05:00\r\n"
)
TURKISH = (
    "Ad;Ana bilgisayar adı;Jump Grubu;Durum;Durum ayrıntıları\r\n"
    "Şube ığ;sube;Mağazalar;Çevrimiçi;10.06.2025 05:00\r\n"
)
MARKED = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"]


def table(content):
    return Table(io.BytesIO(content))


def first(content):
    [(line, cells)] = table(content).rows()
    return cells


@pytest.mark.parametrize("encoding", MARKED)
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_an_english_export_is_read_whatever_wrote_it(encoding, delimiter):
    cells = first(ENGLISH.replace(",", delimiter).encode(encoding))

    assert cells == {
        "name": "POS-1", "hostname": "pos-1", "jump_group": "Stores", "status": "Online",
        "details": "2025-06-10 05:00", "mode": "active",
    }  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "cp1252"])
def test_a_french_export_is_read(encoding):
    cells = first(FRENCH.encode(encoding))

    assert (cells["name"], cells["hostname"], cells["jump_group"]) == (
        "Caisse à l’étage", "caisse", "Magasins",
    )  # fmt: skip
    assert (cells["status"], cells["details"]) == ("En ligne", "10/06/2025 05:00")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16-be", "cp1254"])
def test_a_turkish_export_is_read(encoding):
    cells = first(TURKISH.encode(encoding))

    assert (cells["name"], cells["jump_group"]) == ("Şube ığ", "Mağazalar")
    assert (cells["status"], cells["details"]) == ("Çevrimiçi", "10.06.2025 05:00")


def test_a_hint_for_spreadsheets_and_blank_lines_are_no_clients():
    content = b"sep=;\r\n\r\nName;Status Details\r\n\r\nPOS-1;Online\r\n;;\r\n"

    assert list(table(content).rows()) == [(5, {"name": "POS-1", "details": "Online"})]


def test_a_line_with_other_columns_than_the_first_one_is_said_to_be_so():
    content = b"Name,Status Details\r\nPOS-1,Online\r\nPOS-2\r\nPOS-3,Online,more\r\n"

    assert [(line, bool(cells)) for line, cells in table(content).rows()] == [
        (2, True), (3, False), (4, False),
    ]  # fmt: skip


def test_what_cannot_be_printed_is_left_out_of_a_cell():
    content = 'Name,Status Details\r\n"A\u202e\n\x07B",Online\r\n'.encode()

    assert first(content)["name"] == "A B"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\r\n\r\n", "empty"),
        (b"PK\x03\x04\x00\x00\x08\x00workbook", "no text"),
        (b"<html><body>Log in</body></html>", "missing: Name, Status Details"),
        (
            b"Name,Tag\r\nPOS-1,stores\r\n",
            "missing: Status Details. The first line holds: Name, Tag",
        ),
        (b"Name,Status Details\r\nPOS\x81,Online\r\n", "cannot be read as text"),
        (b'Name,Status Details\r\n"POS-1,Online\r\nPOS-2,Online\r\n', "cannot be read as text"),
        (b"Name,Status Details\r\n" + b"a" * 1_500_000, "cannot be read as text"),
    ],
)
def test_what_is_no_list_of_clients_is_refused_with_a_reason(content, said):
    with pytest.raises(UnreadableExport, match=said):
        list(table(content).rows())
