import base64
import io
import socket
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from PIL import Image
from pypdf import PdfReader

from portal import pdf
from portal.embedded import programs

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


@pytest.fixture
def hasty(monkeypatch):
    """A typesetter that gives a paper two seconds."""
    one = pdf.Typesetter(seconds=2)
    monkeypatch.setattr(pdf, "OWN", one)
    yield one
    one.stop()


@pytest.mark.slow
def test_a_document_that_takes_too_long_is_given_up_and_the_next_is_made(hasty):
    rows = "<div><table>" * 40 + "<tr><td>x</td></tr>" * 20_000
    before = hasty.address(), hasty._process.pid

    with pytest.raises(pdf.PdfFailed):
        pdf.render(page(rows), css=[])

    assert pdf.render(page("<h1>x</h1>"), css=[]).startswith(b"%PDF-")
    assert (hasty.address(), hasty._process.pid) == before


@pytest.mark.slow
def test_a_document_that_wants_too_much_memory_is_given_up_and_the_next_is_made(tmp_path):
    pdf._reach(pdf.OWN.address()).close()
    before = pdf.OWN._process.pid
    laughs = "".join(f"--a{n + 1}: {f'var(--a{n}) ' * 10};" for n in range(9))
    sheet = tmp_path / "sheet.css"
    sheet.write_text(f"p {{ --a0: 'laugh'; {laughs} }} p::before {{ content: var(--a9) }}")

    with pytest.raises(pdf.PdfFailed, match="MemoryError"):
        pdf.render(page("<p>x</p>"), css=[sheet])

    assert pdf.render(page("<h1>x</h1>"), css=[]).startswith(b"%PDF-")
    assert pdf.OWN._process.pid == before


@pytest.mark.slow
def test_a_paper_is_made_once_for_an_owner_and_never_given_to_another(hasty):
    def children():
        spent = psutil.Process(hasty._process.pid).cpu_times()
        return spent.children_user + spent.children_system

    text = page("<h1>The very same</h1>")
    first = pdf.render(text, css=[APP_CSS], owner="meridian")
    time.sleep(1.5)  # it looks after its children every second
    once = children()

    assert pdf.render(text, css=[APP_CSS], owner="meridian") == first
    time.sleep(1.5)
    assert children() == once
    assert pdf.render(text, css=[APP_CSS], owner="orion") == first
    wait_until(lambda: children() > once)


@pytest.mark.slow
def test_a_typesetter_that_was_killed_is_started_again(hasty):
    hasty.address()
    hasty._process.kill()
    hasty._process.wait()

    assert pdf.render(page("<h1>x</h1>"), css=[]).startswith(b"%PDF-")


@pytest.mark.slow
def test_a_typesetter_ends_with_who_started_it():
    program = (
        "from portal import pdf; import django; django.setup();"
        "pdf.OWN.address(); pdf._reach(pdf.OWN.address()).close();"
        "print(pdf.OWN._process.pid, flush=True); import os; os.kill(os.getpid(), 9)"
    )
    said = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False)

    wait_until(lambda: not psutil.pid_exists(int(said.stdout)))


@pytest.mark.slow
def test_what_makes_papers_knows_no_secret():
    pdf._reach(pdf.OWN.address()).close()

    told = psutil.Process(pdf.OWN._process.pid).environ()
    assert told.keys() <= {*programs.PAPERS_TOLD, "SOURCE_DATE_EPOCH", "LC_CTYPE"}


@pytest.mark.slow
def test_what_is_of_another_language_says_so_and_heads_say_which_way_they_point():
    body = (
        "<p>Ekran: <span lang='en'>/appliance</span></p><table><thead><tr><th scope='col'>A</th>"
        "<th scope='col'>B</th></tr></thead><tr><th scope='row'>C</th><td>D</td></tr></table>"
    )
    css = APP_CSS.parent / "print.css"

    root = read(pdf.render(page(body), css=[css])).trailer["/Root"]["/StructTreeRoot"]

    found = [each for each in elements(root) if each["/S"] in ("/Span", "/TH")]
    assert [each["/Lang"] for each in found if "/Lang" in each] == ["en"]
    heads = [each for each in found if each["/S"] == "/TH"]
    assert [each["/A"]["/Scope"] for each in heads] == ["/Column", "/Column", "/Row"]
    assert sorted(each["/ID"] for each in heads) == list(root["/IDTree"]["/Names"][::2])


def elements(node):
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        if hasattr(kid := kid.get_object(), "get") and "/S" in kid:
            yield kid
            yield from elements(kid)


def wait_until(true, seconds=10):
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends
        time.sleep(0.05)
