"""Where WeasyPrint lays the words of a paper: whether each stays on the paper, in its
cell, and in one piece."""

from collections.abc import Iterator
from typing import Any

from weasyprint import CSS, HTML
from weasyprint.formatting_structure import boxes

from upgrades.reports.paper import SHEET

ROOM = 1.0  # px: less cannot be seen


def faults(html: str) -> list[str]:
    """Words that are beside the page or beyond their cell, and heads of columns in which a word
    does not fit into its line, and heads without a row below them; each with its page."""
    document = HTML(string=html, url_fetcher=_none).render(stylesheets=[CSS(filename=SHEET)])
    return [
        f"page {number}: {text}"
        for number, page in enumerate(document.pages, start=1)
        for text in (
            *_out(page._page_box, 0.0, page.width),
            *_broken(page._page_box),
            *_alone(page._page_box),
        )
    ]


def _broken(page: Any) -> Iterator[str]:
    for head in filter(_heads, page.descendants()):
        written = " ".join("".join(head.element.itertext()).split())
        if " ".join(_lines(head)) != written:
            yield f"{written} breaks"


def _alone(page: Any) -> Iterator[str]:
    """Tables of which a page ends with the head, or with a line that stands over others."""
    for table in page.descendants():
        if isinstance(table, boxes.TableBox):
            rows = [
                row for group in table.children if not group.is_header for row in group.children
            ]
            if not rows or "band" in (rows[-1].element.get("class") or ""):
                yield f"{' '.join(' '.join(table.element.itertext()).split())[:60]} … alone"


def _heads(box: Any) -> bool:
    return isinstance(box, boxes.TableCellBox) and box.element.get("scope") == "col"


def _lines(box: Any) -> Iterator[str]:
    for line in box.descendants():
        if isinstance(line, boxes.LineBox):
            texts = (each.text for each in line.descendants() if isinstance(each, boxes.TextBox))
            yield "".join(texts).strip()


def _none(url: str) -> Any:
    raise ValueError(url)  # a picture's words stand in its place


def _out(box: Any, left: float, right: float) -> Iterator[str]:
    if isinstance(box, boxes.PageBox | boxes.TableCellBox | boxes.MarginBox):
        left, right = box.content_box_x(), box.content_box_x() + box.width
    if isinstance(box, boxes.TextBox) and (
        box.position_x < left - ROOM or box.position_x + box.width > right + ROOM
    ):
        yield box.text
    for child in getattr(box, "children", ()):
        yield from _out(child, left, right)
