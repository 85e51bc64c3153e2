import base64
import io
import socket
from pathlib import Path

import pytest
from PIL import Image
from pypdf import PdfReader

from portal import pdf

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_wide = io.BytesIO()
Image.new("RGB", (3, 1), "red").save(_wide, "PNG")
WIDE = _wide.getvalue()
APP_CSS = Path(pdf.__file__).parent / "static" / "portal" / "app.css"


def page(body):
    head = "<!doctype html><html lang='tr'><head><title>Rapor</title></head>"
    return f"{head}<body>{body}</body></html>"


def read(document):
    return PdfReader(io.BytesIO(document))


@pytest.mark.slow
def test_a_document_is_tagged_named_and_has_its_letters():
    document = pdf.render(page("<h1>Yükseltme: Işıl, Çağrı, œuvre</h1>"), css=[APP_CSS])

    found = read(document)
    assert "Yükseltme: Işıl, Çağrı, œuvre" in found.pages[0].extract_text()
    assert found.metadata.title == "Rapor"
    catalogue = found.trailer["/Root"]
    assert catalogue["/MarkInfo"]["/Marked"]
    assert catalogue["/Lang"] == "tr"
    assert b"pdfuaid" in catalogue["/Metadata"].get_object().get_data()


@pytest.mark.slow
def test_pictures_come_from_what_was_handed_over_and_from_short_data():
    data = base64.b64encode(PNG).decode()
    body = (
        "<img alt='given' src='given.png'><img alt='short' src='data:image/png;base64,"
        + data
        + "'><img alt='other' src='other.png'>"
    )

    (found,) = read(pdf.render(page(body), css=[], files={"given.png": WIDE})).pages

    assert sorted(image.image.size for image in found.images) == [(1, 1), (3, 1)]
    assert found.extract_text().strip() == "other"


@pytest.mark.slow
def test_the_same_page_is_the_same_file():
    first, second = (pdf.render(page("<h1>Işıl</h1>"), css=[APP_CSS]) for _ in range(2))

    assert first == second


@pytest.mark.slow
def test_a_document_reaches_neither_network_nor_disk(tmp_path):
    listener = socket.create_server(("127.0.0.1", 0))
    listener.setblocking(False)
    secret = tmp_path / "secret.txt"
    secret.write_text("hush hush")
    web = f"http://127.0.0.1:{listener.getsockname()[1]}"
    sheet = tmp_path / "sheet.css"
    sheet.write_text(
        f"@import url('{web}/a.css'); @import url('file://{secret}');"
        f" body {{ background: url('{web}/b.png') }}"
        f" @font-face {{ font-family: x; src: url('{web}/c.ttf') }} h1 {{ font-family: x }}"
    )
    body = (
        f"<link rel='stylesheet' href='{web}/d.css'><img alt='' src='{web}/e.png'>"
        f"<link rel='attachment' href='file://{secret}'><img alt='' src='file://{secret}'>"
        f"<object data='{web}/f.svg'></object><h1>x</h1>"
        f"<svg xmlns='http://www.w3.org/2000/svg'><image href='file://{secret}'/></svg>"
    )

    document = pdf.render(page(body), css=[sheet])

    with pytest.raises(BlockingIOError):
        listener.accept()
    listener.close()
    assert b"hush hush" not in document
    assert list(read(document).attachments) == []


@pytest.mark.slow
def test_a_document_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(pdf, "SECONDS", 2)
    rows = "<div><table>" * 40 + "<tr><td>x</td></tr>" * 20_000

    with pytest.raises(pdf.PdfFailed):
        pdf.render(page(rows), css=[])
