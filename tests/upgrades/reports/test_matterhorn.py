"""The checks of papers find what they are there for."""

import pytest

from portal import pdf
from tests.upgrades.reports import laid_out, matterhorn
from upgrades.reports.paper import SHEET

HEAD = "<!doctype html><html lang='en'><head><title>T</title></head><body class='a4'><main>"
PICTURE = "data:image/gif;base64,R0lGODdhAQABAIAAAP///wAAACwAAAAAAQABAAACAkQBADs="
TABLE = "<table><thead><tr><th scope='col'>A</th></tr></thead><tr><td>B</td></tr></table>"


def faults(body, head=HEAD, language="en"):
    return matterhorn.faults(pdf.render(head + body, css=[SHEET]), language)


@pytest.mark.slow
def test_a_page_as_it_should_be_has_none():
    assert faults(f"<h1>H</h1><h2>I</h2><p>P</p>{TABLE}<ol><li>L</li></ol>") == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("<p>x</p>", "7.4"),
        ("<h1>x</h1><h3>y</h3>", "7.4.2"),
        ("<h1>x</h1><h1>y</h1>", "7.4: "),
        (f"<h1>x</h1><img src='{PICTURE}'>", "7.3"),
        ("<h1>x</h1><ul><p>y</p></ul>", "PDFUA1-L-KIDS-001"),
        ("<h1>x</h1><ul style='list-style: none'><li></li></ul>", "7.6: an empty /LI"),
        ("<h1>x</h1><table><tr><td>y</td></tr></table>", "7.5: a table has no head"),
        (f"<h1>x</h1>{TABLE.replace(' scope=', ' other=')}", "7.5: a table's head does not say"),
        (f"<h1>x</h1>{TABLE.replace('A', '')}", "7.5: a table's head is empty"),
    ],
)  # fmt: skip
def test_each_fault_is_found(body, said):
    assert any(each.startswith(said) for each in faults(body)), faults(body)


@pytest.mark.slow
def test_another_language_or_no_title_is_found():
    assert "7.2: the document does not say its language" in faults("<h1>x</h1>", language="fr")
    untitled = faults("<h1>x</h1>", head=HEAD.replace("<title>T</title>", ""))
    assert "7.1: it has no title" in untitled


@pytest.mark.slow
def test_without_our_tagging_the_margins_are_found():
    """What WeasyPrint leaves out is seen: else a new version could bring it back unnoticed."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 - this process has not changed it

    page = HTML(string=f"{HEAD}<h1>x</h1>{TABLE}")
    bare = page.write_pdf(stylesheets=[CSS(filename=SHEET)], pdf_variant="pdf/ua-1")

    found = matterhorn.faults(bare, "en")
    assert "7.5: a table's head does not say which way it points" in found
    assert any("that no element owns" in each for each in found)
    assert any(each.startswith("14.7.2") for each in found)


def test_a_word_that_leaves_its_cell_or_the_paper_is_found():
    narrow = "width: 20mm; overflow-wrap: normal"
    cell = f"<table><tr><td style='{narrow}'>{'W' * 40}</td><td>x</td></tr></table>"

    assert laid_out.faults(f"{HEAD}{cell}") == [f"page 1: {'W' * 40}"]
    assert laid_out.faults(f"{HEAD}<p style='white-space: nowrap'>{'word ' * 80}</p>")
    assert laid_out.faults(f"{HEAD}<p>{'word ' * 80}</p>") == []


def test_a_head_that_breaks_within_a_word_is_found():
    head = "<table><tr><th scope='col' style='width: 12mm'>{}</th><td>x</td></tr></table>"

    assert laid_out.faults(HEAD + head.format("two words here")) == []
    assert laid_out.faults(HEAD + head.format("Longestwordever")) == [
        "page 1: Longestwordever breaks"
    ]
