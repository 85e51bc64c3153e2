"""A paper that differs from one already typeset in its words alone is stamped, not typeset.

Elements of a page with `data-own` hold one text of the paper's own; what is left of the page is
its skeleton (`marks`). WeasyPrint typesets a skeleton once. Where an own text belongs, it lays out
as many lines as that takes, each of them a "0", and leaves holes where it drew those (`holes`).
What it would write then is kept with its holes: the body, made of the skeleton and of the numbers
of lines alone, so that nobody's words are in it, whoever it was made for (`body`).

A paper of the same skeleton whose texts take as many lines is that body with its own lines put in
(`filling`). What breaks them and writes them is WeasyPrint's own code with the styles and widths
that it used itself (`lines`), so this is the very paper that it would have typeset: tests compare
the two, object by object. What may differ raises Unfit, and is to be typeset whole.
"""

import hashlib
import pickle
from collections.abc import Mapping
from typing import Any

from stamping.filling import Filling
from stamping.holes import Write, make
from stamping.marks import Unfit, take_apart

__all__ = ["Unfit", "stamp"]


def stamp(
    html: str, css: list[str], kept: Mapping[bytes, bytes], write: Write
) -> tuple[bytes, dict[bytes, bytes]]:
    """The PDF, and what is to be kept that was not yet. Raises Unfit.

    Kept are the places of a skeleton's texts, which say how many lines a text takes there, and its
    body for these numbers of lines.
    """
    skeleton, words = take_apart(html)
    filling, left = Filling(words), {}
    of_places, of_body = _key(skeleton, *css), b""
    places = _load(kept[of_places]) if of_places in kept else None
    if places is not None:
        filling.break_lines(places)
        of_body = _key(skeleton, *css, filling.counts)
    if of_body not in kept:
        body = make(skeleton, words, css, write)
        if places not in (None, body.places):
            raise Unfit("a place is elsewhere if others have more lines")
        filling.break_lines(body.places)
        of_body = _key(skeleton, *css, filling.counts)
        left = {of_places: pickle.dumps(body.places), of_body: pickle.dumps(body)}
    return filling.fill(_load(left.get(of_body) or kept[of_body])), left


def _load(kept: bytes) -> Any:
    return pickle.loads(kept)  # noqa: S301 - of a child like this one


def _key(*parts: str) -> bytes:
    return hashlib.sha256(
        b"".join(hashlib.sha256(each.encode()).digest() for each in parts)
    ).digest()
