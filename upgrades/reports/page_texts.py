"""A procedure's page as plain text: for a terminal, a mail, a ticket."""

import textwrap
from collections.abc import Iterator

from django.utils.translation import gettext as _

from portal.templatetags.words import colon
from upgrades.reports.pages import Chapter, Line, Page, Part
from upgrades.reports.paper import GUIDE_NOTE

WIDTH = 88
INDENT = " " * 5


def text(page: Page) -> str:
    """The whole page in the language it was told in, no line wider than WIDTH but for a word."""
    return "\n".join(_lines(page)) + "\n"


def _lines(page: Page) -> Iterator[str]:
    yield from _under(page.title, "=")
    yield from _wrapped(f"{page.shape}. {page.guide}".strip())
    for label, said in page.opening:
        yield ""
        yield from _wrapped(f"{colon(label)} {said}")
    for chapter in page.chapters:
        yield from _chapter(chapter)
    yield from ("", "", *_wrapped(_(GUIDE_NOTE)))


def _chapter(chapter: Chapter) -> Iterator[str]:
    yield from ("", "", *_under(chapter.title, "-"))
    for part in chapter.parts:
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    yield from ("", *_wrapped(" ".join([f"{part.title}.", *part.notes])))
    for line in part.lines:
        yield from ("", *_line(line))


def _line(line: Line) -> Iterator[str]:
    head = f"{line.number:>3}. {line.text} [{line.on}] {line.guide}"
    yield from textwrap.wrap(head, WIDTH, subsequent_indent=INDENT)
    for label, said in line.facts:
        yield from textwrap.wrap(
            f"{colon(label)} {said}", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT + "  "
        )
    for number, said in enumerate(line.how, start=1):
        yield from textwrap.wrap(
            f"{number}) {said}", WIDTH, initial_indent=INDENT, subsequent_indent=INDENT + "   "
        )


def _under(title: str, rule: str) -> list[str]:
    return [title, rule * len(title)]


def _wrapped(said: str) -> list[str]:
    return textwrap.wrap(said, WIDTH)
