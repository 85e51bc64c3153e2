"""What WeasyPrint 70 leaves out of a tagged document, and PDF/UA-1 asks for (ISO 14289-1).

While it makes the tags: the language of what is in another one (7.2), which way a table's head
points (7.5), and labels with what belongs to them (7.6). When all is there: what runs along the
margins is no content (7.8), and heads that cells name are found by their names (ISO 32000-1,
14.7.2).
"""

from collections.abc import Iterator
from typing import Any

import pydyf
from weasyprint.pdf import tags as weasyprint_tags

SCOPES = {"row": "/Row", "rowgroup": "/Row", "col": "/Column", "colgroup": "/Column"}
_build = weasyprint_tags._build_box_tree


def tell_more() -> None:
    weasyprint_tags._build_box_tree = _build_and_tell  # it calls itself by that name


def _build_and_tell(box: Any, parent: Any, pdf: Any, *others: Any) -> Iterator[Any]:
    for element in _build(box, parent, pdf, *others):
        if box.element is not None and box.element_tag not in ("html", "body"):  # they have none
            if language := box.element.get("lang"):
                element["Lang"] = pydyf.String(language)
            if element["S"] == "/TH" and (scope := SCOPES.get(box.element.get("scope"))):
                element["A"]["Scope"] = scope
            _pair(box.element_tag, element, parent, pdf)
        yield element


def _pair(tag: str, element: Any, parent: Any, pdf: Any) -> None:
    """`<dl><div><dt>…<dd>…` is a list of items, each with its label and its body."""
    if element["S"] == "/Div" and parent["S"] == "/L":
        element["S"] = "/LI"
    if tag in ("dt", "dd") and element["S"] == "/LI" and parent["S"] == "/Div":
        inner = pdf.objects[int(element["K"][0].split()[0])]
        element["S"], inner["S"] = ("/Lbl", "/Span") if tag == "dt" else ("/LBody", "/Div")


def complete(document: Any, pdf: Any) -> None:
    """A finisher of WeasyPrint's: everything is there, nothing is written yet."""
    things = {thing.reference: thing for thing in pdf.objects}
    root = things[pdf.catalog["StructTreeRoot"]]
    reached = {each.number for each in _below(root, things)}
    _take_margins_out(pdf, things, root, reached)
    names = sorted(
        (each["ID"].data, each) for each in _below(root, things) if "ID" in each
    )  # fmt: skip
    if names:
        flat = [part for name, each in names for part in (name, each.reference)]
        root["IDTree"] = pydyf.Dictionary({"Names": pydyf.Array(flat)})


def _below(element: Any, things: dict[bytes, Any]) -> Iterator[Any]:
    for kid in element.get("K", ()):
        found = things.get(kid)
        if found is not None and found.get("Type") == "/StructElem":
            yield found
            yield from _below(found, things)


def _take_margins_out(pdf: Any, things: dict[bytes, Any], root: Any, reached: set[int]) -> None:
    """Marked content whose element is in no tree becomes an artifact, and the element goes."""
    owners = things[root["ParentTree"]]["Nums"]
    by_page = dict(zip(owners[::2], owners[1::2], strict=True))
    for page in (each for each in pdf.objects if _is(each, "/Page")):
        mine, stream = by_page[page["StructParents"]], things[page["Contents"]].stream
        for place, part in enumerate(stream):
            if part != b"BDC" or "MCID" not in (marks := stream[place - 1]):
                continue
            number = marks["MCID"]
            owner = things[mine[number]]
            if owner.number not in reached:
                stream[place - 2] = "/Artifact"
                stream[place - 1] = pydyf.Dictionary({"Type": "/Pagination"})
                mine[number] = "null"
    for each in pdf.objects:
        if _is(each, "/StructElem") and each.number not in reached:
            each.clear()  # what pydyf frees, it still counts where others lie


def _is(thing: Any, kind: str) -> bool:
    return isinstance(thing, pydyf.Dictionary) and thing.get("Type") == kind
