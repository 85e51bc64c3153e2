"""PDF/UA-1 (ISO 14289-1) as far as a machine can see it, in the manner of the Matterhorn protocol:
what a validator says, and what it does not look at, as sentences about one document."""

import io
import re
from collections.abc import Iterator
from typing import Any

import page as validator
from pypdf import PdfReader
from pypdf.generic import BooleanObject, ContentStream

STANDARD = re.compile(
    r"/(Document|Part|Art|Sect|Div|BlockQuote|Caption|TOC|TOCI|Index|NonStruct|Private|P|H[1-6]?"
    r"|L|LI|Lbl|LBody|Table|TR|TH|TD|THead|TBody|TFoot|Span|Quote|Note|Reference|BibEntry|Code"
    r"|Link|Annot|Figure|Formula|Form)"
)  # ISO 32000-1, 14.8.4
SHOWN = frozenset(b"Tj TJ ' \" Do sh f F f* B B* b b* S s BI".split())


def faults(content: bytes, language: str) -> list[str]:
    """Each a sentence with the section it goes against; none, if the document is as it should."""
    reader = PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    elements = list(below(root["/StructTreeRoot"]))
    return [
        *_validated(content), *_told(reader, root, language), *_content(reader, elements),
        *_headings(elements), *_tables(root, elements), *_others(elements), *_fonts(reader),
    ]  # fmt: skip


def below(node: Any) -> Iterator[Any]:
    """The elements of a tree, in reading order."""
    for kid in _kids(node):
        if hasattr(kid, "get") and "/S" in kid:
            yield kid
            yield from below(kid)


def said(element: Any) -> bool:
    """Whether there is anything in it to be read."""
    return "/Alt" in element or any(
        isinstance(kid, int) or (hasattr(kid, "get") and said(kid)) for kid in _kids(element)
    )


def _kids(node: Any) -> list[Any]:
    kids = node.get("/K", [])
    return [kid.get_object() for kid in (kids if isinstance(kids, list) else [kids])]


def _validated(content: bytes) -> list[str]:
    found = validator.validate_pdf_bytes(content, profile="ua1")
    return [f"{each.rule_id}: {each.message}" for each in found.failures]


def _told(reader: PdfReader, root: Any, language: str) -> Iterator[str]:
    described = root["/Metadata"].get_object().get_data().decode()
    title = reader.metadata.title if reader.metadata else ""
    asked = {
        "7.2: the document does not say its language": root.get("/Lang") == language,
        "7.1: it does not say that it is tagged": _is_on(root, "/MarkInfo", "/Marked"),
        "7.1: its title is not shown": _is_on(root, "/ViewerPreferences", "/DisplayDocTitle"),
        "5: it does not say that it is PDF/UA-1": re.search(r"pdfuaid:part\W+1\b", described),
        "7.1: it has no title": title and "dc:title" in described,
    }
    yield from (said for said, holds in asked.items() if not holds)
    for number, page in enumerate(reader.pages, start=1):
        if page.get("/Tabs") != "/S":
            yield f"7.18.3: page {number} has another tab order than its structure"
        for note in page.get("/Annots", []):
            if not {"/Contents", "/StructParent"} <= note.get_object().keys():
                yield f"7.18: page {number} has an annotation without words or place"


def _is_on(root: Any, group: str, name: str) -> bool:
    value: bool = root.get(group, {}).get(name) == BooleanObject(True)
    return value


def _content(reader: PdfReader, elements: list[Any]) -> Iterator[str]:
    """All that is drawn is in the tree or an artifact, and each finds the other."""
    owned = {
        (id_of(each["/Pg"]), kid): each.indirect_reference
        for each in elements
        for kid in _kids(each)
        if isinstance(kid, int)
    }
    owners = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    by_page = dict(zip(owners[::2], owners[1::2], strict=True))
    for number, page in enumerate(reader.pages, start=1):
        marks = list(_marks(page, reader))
        if None in marks:
            yield f"7.1: page {number} shows what is neither tagged nor an artifact"
        kept = {mark for mark in marks if isinstance(mark, int)}
        mine = by_page[page["/StructParents"]].get_object()
        for mark in kept:
            owner = owned.get((id_of(page), mark))
            if owner is None or mine[mark].idnum != owner.idnum:
                yield f"7.1: page {number} has content {mark} that no element owns"


def id_of(thing: Any) -> int:
    return int(thing.get_object().indirect_reference.idnum)


def _marks(page: Any, reader: PdfReader) -> Iterator[int | str | None]:
    """For each thing shown: the number of its content, `artifact`, or None."""
    open_: list[int | str | None] = []
    for operands, operator in ContentStream(page.get_contents(), reader).operations:
        if operator in (b"BDC", b"BMC"):
            artifact = operands[0] == "/Artifact"
            number = operands[1].get("/MCID") if operator == b"BDC" else None
            open_.append("artifact" if artifact else number)
        elif operator == b"EMC":
            open_.pop()
        elif operator in SHOWN:
            yield next((mark for mark in reversed(open_) if mark is not None), None)


def _headings(elements: list[Any]) -> Iterator[str]:
    levels = [int(each["/S"][2:]) for each in elements if re.fullmatch(r"/H\d", each["/S"])]
    if levels.count(1) != 1 or levels[0] != 1:
        yield f"7.4: headings begin with {levels[:1]}, of the first rank are {levels.count(1)}"
    if any(after > before + 1 for before, after in zip(levels, levels[1:], strict=False)):
        yield f"7.4.2: a heading is left out: {levels}"


def _tables(root: Any, elements: list[Any]) -> Iterator[str]:
    heads = [each for each in elements if each["/S"] == "/TH"]
    names = {each["/ID"] for each in heads if "/ID" in each}
    indexed = root["/StructTreeRoot"].get("/IDTree", {}).get("/Names", [])[::2]
    if sorted(names) != list(indexed):
        yield "14.7.2 of ISO 32000-1: the heads that cells name are not found by their names"
    for each in heads:
        if each["/A"].get("/Scope") not in ("/Row", "/Column", "/Both"):
            yield "7.5: a table's head does not say which way it points"
        if not said(each):
            yield "7.5: a table's head is empty"
    for each in elements:
        if each["/S"] == "/TD" and not set(each["/A"].get("/Headers", [])) <= names:
            yield "7.5: a cell names a head that is not there"
        if each["/S"] == "/Table" and not any(kid["/S"] == "/TH" for kid in below(each)):
            yield "7.5: a table has no head"


def _others(elements: list[Any]) -> Iterator[str]:
    for each in elements:
        if not STANDARD.fullmatch(each["/S"]):
            yield f"7.1: {each['/S']} is no standard type, and nothing maps it"
        if each["/S"] == "/Figure" and not str(each.get("/Alt", "")).strip():
            yield "7.3: a picture has no words"
        if each["/S"] in ("/L", "/LI", "/H1", "/H2", "/H3", "/Link") and not said(each):
            yield f"7.6: an empty {each['/S']}"


def _fonts(reader: PdfReader) -> Iterator[str]:
    for page in reader.pages:
        for name, font in page["/Resources"]["/Font"].items():
            (inner,) = font.get_object()["/DescendantFonts"]
            described = inner.get_object()["/FontDescriptor"].get_object()
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & described.keys():
                yield f"7.21.4: font {name} is not embedded"
            if "/ToUnicode" not in font.get_object():
                yield f"7.21.7: font {name} does not say its letters"
