"""What a page says outside of the brackets of tests/pseudo.py: data, or a forgotten text."""

import re
from collections.abc import Iterable, Iterator
from html.parser import HTMLParser
from typing import Any

from babel import Locale
from django.apps import apps
from django.utils.translation import trans_real

from tests.pseudo import FILLED, LANGUAGE, LEFT, OVER, SAID

BLOCKS = {
    "address", "article", "aside", "blockquote", "body", "caption", "dd", "details", "dialog",
    "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3",
    "h4", "h5", "h6", "head", "header", "html", "legend", "li", "main", "nav", "ol",
    "optgroup", "option", "p", "section", "select", "summary", "svg", "table", "tbody", "td",
    "text", "textarea", "tfoot", "th", "thead", "title", "tr", "ul", "button", "label", "br",
}  # fmt: skip
SILENT = {"script", "style", "code", "kbd", "samp", "pre", "textarea"}  # also: another language's
VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr")
)
TOLD = ("title", "alt", "aria-label", "placeholder", "aria-description", "aria-roledescription")


class _Reader(HTMLParser):
    """The runs of text of a page, each from one block's edge to the next."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.run: list[str] = []
        self.runs: list[str] = []
        self.language = self.value = ""

    @property
    def silent(self) -> bool:
        return bool(self.open) and self.open[-1][1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang") or ""
        foreign = given.get("lang", self.language) != self.language
        silent = foreign or tag in SILENT or given.get("translate") == "no"
        if given.get("lang") == self.language and tag != "html":
            silent = False
        elif self.silent:
            silent = True
        self.flush() if tag in BLOCKS else self.run.append(" ")
        self.value = (given.get("value") or "") if tag == "option" else ""
        if not silent:
            self.runs += [given[name] or "" for name in TOLD if given.get(name)]
            if tag == "input" and given.get("type") in ("submit", "button", "reset"):
                self.runs.append(given.get("value") or "")
        if tag not in VOID:
            self.open.append((tag, silent))

    def handle_endtag(self, tag: str) -> None:
        self.flush() if tag in BLOCKS else self.run.append(" ")
        while self.open and any(each == tag for each, _ in self.open):
            if self.open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.run.append(data)

    def flush(self) -> None:
        text = " ".join("".join(self.run).split())
        if text and text != self.value.replace("_", " "):  # a choice called by its code
            self.runs.append(text)
        self.value = ""
        self.run = []


def texts(html: str) -> list[str]:
    """What a page says, block by block, and its labels for those who do not see it."""
    reader = _Reader()
    reader.feed(html)
    reader.flush()
    return reader.runs


def outside(text: str) -> Iterator[str]:
    """The parts of a text that are in no message: around them, and the values within them."""
    inside: list[str] = []
    part: list[str] = []
    for sign in text:
        if sign in SAID + FILLED + LEFT + OVER:
            if sign in SAID + FILLED:
                inside.append(sign)
            elif inside:
                inside.pop()
            yield "".join(part)
            part = []
        elif not inside or inside[-1] == FILLED:
            part.append(sign)
    yield "".join(part)


FRENCH = Locale(LANGUAGE)
DATES = sorted(
    {
        name
        for names in (FRENCH.days, FRENCH.months)
        for width in ("wide", "abbreviated")
        for name in names["format"][width].values()
    },
    key=len,
    reverse=True,
)
STAYS = (
    "Changeover", "API", "REST", "CSV", "JSON", "PDF", "SHA-256", "QR", "ISO", "UTC", "GUID", "OK",
    "English", "Français", "Türkçe", "iCalendar", "OpenAPI", "YAML", "OAuth", "HTTP", "XML", "ID",
    "URL",
)  # fmt: skip
PATTERNS = re.compile(
    "|".join(
        [
            r"\w[\w.+-]*@[\w.-]+",  # an address of mail
            r"https?://\S+|\b(?:GET|POST|PATCH|DELETE)\b|/api/v1\S*",
            r"‹\w+›",  # a place in a sentence that is shown as a sentence
            r"[\w-]+(?:\.[\w-]+)*\.[a-z_]{2,}(?::\d+)?",  # a host, an event
            r"\b[0-9a-f]{8,}\b|[0-9a-f]{8}-[0-9a-f-]{27}",  # digests, ids
            r"\b(?:UJ|G|H|F|R|V)-[A-Z0-9-]+",  # numbers of jobs, of lines of the guide
            r"\bv?\d[\w.,:/×+-]*",  # versions, numbers, instants
            r"\b[A-Z]{3,4} \(UTC[^)]*\)|UTC[+−][\d:]+",  # clocks
            r"\b[A-Z][A-Za-z]+(?:/[A-Z][\w-]+)+",  # zones
            r"-?\b[a-z]+[:<>=][\w.,]+",  # words of the filter's language, as an example
            r"\b(?:kB|MB|GB|min|h|s|ms)\b",
            *(rf"\b(?i:{re.escape(name)})(?!\w)" for name in DATES),
            *(rf"\b{re.escape(word)}\b" for word in STAYS),
        ]
    )
)
WORD = re.compile(r"[^\W\d_]{2,}")
CODE = re.compile(r"[A-Z_]{3,}|[a-z_]+")  # what a state or a kind is called in a row


def data() -> set[str]:
    """Every text that rows keep, by now, that is no message and no code."""
    known = trans_real.translation(LANGUAGE)
    messages = getattr(known, "real", known)._catalog
    found: set[str] = set()
    for model in apps.get_models():
        names = [f.attname for f in model._meta.concrete_fields]
        for row in model._base_manager.using("owner").values_list(*names):
            for value in row:
                found.update(leaves(value))
    found |= {_initials(text) for text in found}
    return {
        text for text in found
        if WORD.search(text) and text not in messages and not CODE.fullmatch(text)
    }  # fmt: skip


def _initials(name: str) -> str:
    """As a person's mark says them: "Ada Novak" is AN."""
    return "".join(word[0] for word in name.split()[:2])


def leaves(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield " ".join(value.split())
    elif isinstance(value, dict):
        for each in value.values():
            yield from leaves(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from leaves(each)
    elif value is not None and not isinstance(value, bool | int | float):
        yield str(value)


class Known:
    """What may stand outside of brackets."""

    def __init__(self, known: Iterable[str]) -> None:
        words = sorted({text for text in known if len(text) > 1}, key=len, reverse=True)
        self.words = re.compile("|".join(rf"(?<!\w){re.escape(w)}(?!\w)" for w in words) or "(?!)")

    def unsaid(self, html: str) -> list[str]:
        """Parts of a page that are neither looked up nor data, each with its words left over."""
        return list(self._of(texts(html)))

    def unsaid_in_text(self, text: str) -> list[str]:
        return self.unsaid_in_texts([text])

    def unsaid_in_texts(self, texts: Iterable[str]) -> list[str]:
        return list(self._of(" ".join(text.split()) for text in texts))

    def _left(self, part: str) -> str:
        """Names may hold what looks like a host, and an event's name the name of something."""
        one = PATTERNS.sub(" ", self.words.sub(" ", part))
        other = self.words.sub(" ", PATTERNS.sub(" ", part))
        return min(one, other, key=lambda left: len("".join(WORD.findall(left))))

    def _of(self, runs: Iterable[str]) -> Iterator[str]:
        for run in runs:
            for part in outside(run):
                left = self._left(part)
                if WORD.search(left):
                    yield f"{part.strip()[:80]!r} ({' '.join(WORD.findall(left))[:60]})"
