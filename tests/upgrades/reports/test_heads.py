"""Wherever a page ends: no head of a table, no line over others, and no signature stands alone."""

import pytest
from weasyprint import CSS, HTML
from weasyprint.formatting_structure import boxes

from tests.upgrades.reports import laid_out
from upgrades.reports.paper import SHEET

STEP = (
    '<tr class="open"><td>1</td><td>{}</td></tr>'
    '<tr class="more"><td></td><td>What proves it</td></tr>'
)
BAND = '<tr class="band"><th colspan="2" scope="colgroup">Prepare</th></tr>'
PAGE = """<!doctype html><html lang="en"><body class="{size}"><main>
<div style="height: {filled}mm"></div><h2>Steps</h2><p class="lead">Tick a step when it is over.</p>
<table class="steps"><thead><tr><th scope="col">No.</th><th scope="col">Step</th></tr></thead>
{steps}</table>
<table><thead><tr><th scope="col">A</th></tr></thead><tbody><tr><td>a</td></tr><tr><td>b</td></tr>
<tr><td>c</td></tr></tbody></table>
<div class="sign"><div>For the customer</div></div><p class="note">It follows the guide.</p>
</main></body></html>"""


def page(filled, size):
    long = "<br>".join(["A line of what is to be done."] * 9)
    steps = [STEP.format(long) for _ in range(3)]
    bodies = [f'<tbody class="whole">{BAND}{step}</tbody>' for step in steps]
    return PAGE.format(size=size, filled=filled, steps="".join(bodies))


@pytest.mark.parametrize("size", ["a4", "letter"])
@pytest.mark.parametrize("filled", range(60, 260, 16))
def test_no_head_and_no_signature_stands_alone(filled, size):
    html = page(filled, size)

    assert laid_out.faults(html) == []
    last = HTML(string=html).render(stylesheets=[CSS(filename=SHEET)]).pages[-1]
    written = [box.text for box in last._page_box.descendants() if isinstance(box, boxes.TextBox)]
    assert "It follows the guide." in written
    assert "For the customer" in written
    assert "c" in written
    assert "b" in written


def test_a_band_at_the_end_of_a_page_would_be_found(tmp_path, monkeypatch):
    """As it was: the first body of a table might not be broken, and so its band was left behind."""
    sheet = tmp_path / "print.css"
    sheet.write_text(SHEET.read_text().replace("thead + tbody.whole { break-inside: auto; }", ""))
    monkeypatch.setattr(laid_out, "SHEET", sheet)

    assert any(
        "alone" in fault
        for filled in range(60, 260, 8)
        for fault in laid_out.faults(page(filled, "letter"))
    )
