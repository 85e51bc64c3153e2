"""A page apart from its own texts.

Whatever varies stands in an element of its own, `<p data-own>…</p>`, or is the drawing of
`<path data-own d="…"/>`. Django has escaped the texts: none has a `<`, so none can open an element.
In the skeleton each is a run of one sign of the private use area, by its number on the page.
"""

import re
from html import unescape

MARK = "<title data-own>"  # on a page that has nobody's words elsewhere
FIRST = 0xE000
MOST = 0x400  # texts of a page
LINES = 32  # of one text; so long is a run
RUN = re.compile(r"([\ue000-\ue3ff])\1*")
# Each has a sign of its own in our font, and is one however it stands to others.
LETTERS = "".join(
    chr(each) for first, last in ((0x20, 0x7E), (0xA1, 0xAC), (0xAE, 0x148), (0x14A, 0x17F))
    for each in range(first, last + 1)
) + "\u202fȘșȚț–—‘’‚“”„•…‹›€"  # fmt: skip
_OWN = re.compile(
    r'(<(\w+)(?:\s[^<>]*)?\sdata-own[^<>]*>)([^<>]+)(?=</\2>)'
    r'|(<path\s[^<>]*\bdata-own\b[^<>]*\sd=")([^"<>]+)'
)  # fmt: skip
_OTHERS = re.compile(r"\sdata-own[^<>]*>(?!</|[\ue000-\ue3ff])")
_WORD = re.compile(rf"(?!\s)[{re.escape(LETTERS)}]+(?<!\s)")
_DRAWING = re.compile(r"(?:[Mm]-?[0-9.]+ -?[0-9.]+|[hv]-?[0-9.]+|z)+")


class Unfit(Exception):
    """It may not be stamped; the message has nothing of the paper."""


def take_apart(html: str) -> tuple[str, list[str]]:
    """The skeleton, and its texts and drawings. Raises Unfit, also for unknown letters."""
    words: list[str] = []

    def hole(found: re.Match[str]) -> str:
        text = found[3]
        words.append(found[5] if text is None else unescape(text))
        allowed = _DRAWING if text is None else _WORD
        if not allowed.fullmatch(words[-1]) or "  " in words[-1]:
            raise Unfit("letters")
        return (found[4] if text is None else found[1]) + chr(FIRST + len(words) - 1) * LINES

    if MARK not in html or RUN.search(html):
        raise Unfit("no page of own texts")
    skeleton = _OWN.sub(hole, html)
    if len(words) > MOST or _OTHERS.search(skeleton):
        raise Unfit("too many texts, or more than a text")
    return skeleton, words


def fill(text: str, words: list[str]) -> str:
    return RUN.sub(lambda run: words[ord(run[1]) - FIRST], text)
