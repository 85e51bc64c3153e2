"""A language that nobody speaks, for tests: every message accented, two fifths longer, in brackets.

It stands in French's place (`speak(monkeypatch)`), so that everything that speaks French speaks it.
What a page then shows outside of brackets was never looked up: it is data, or it is a text that
was forgotten (`unsaid`). Values that are filled in are marked too, and looked at like the rest.
"""

import re
from typing import Any

import pytest
from django.utils.translation import trans_real

LANGUAGE = "fr"
SAID, LEFT = "⟦", "⟧"  # round a message
FILLED, OVER = "\u2063", "\u2064"  # round a value within it; they are not seen
ACCENTS = str.maketrans("aceginosuyzACEGINOSUYZ", "àçéĝîñöşûýžÀÇÉĜÎÑÖŞÛÝŽ")
LONGER = 0.4
KEPT = re.compile(
    r"(?P<value>%\(\w+\)[-#0-9.]*[a-z]|%[sd]|\{\w*\})|(?P<other>%%|</?[a-zA-Z][^>]*>|&#?\w+;|\s+)"
)


def said(message: str) -> str:
    """A message in the language: places, marks and blanks of it stay as they are."""
    message = message.rpartition(trans_real.CONTEXT_SEPARATOR)[2]
    parts, at = [], 0
    for found in KEPT.finditer(message):
        parts.append(_longer(message[at : found.start()]))
        parts.append(f"{FILLED}{found[0]}{OVER}" if found["value"] else found[0])
        at = found.end()
    return SAID + "".join([*parts, _longer(message[at:])]) + LEFT


def _longer(word: str) -> str:
    owed, letters = 0.0, []
    for letter in word.translate(ACCENTS):
        letters.append(letter)
        owed += LONGER * letter.isalpha()
        if owed >= 1:
            letters.append(letter)
            owed -= 1
    return "".join(letters)


class Pseudo(trans_real.DjangoTranslation):
    """French's catalogue, whose ids are told instead of its texts. What it does not know stays."""

    def __init__(self, real: Any) -> None:  # nothing is read again
        self.__dict__.update(real.__dict__)
        self.real = real

    def gettext(self, message: str) -> str:
        if not message or message not in self.real._catalog:
            return str(self.real.gettext(message))
        return said(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        if (msgid1, 0) not in self.real._catalog:
            return str(self.real.ngettext(msgid1, msgid2, n))
        return said(msgid1 if n in (0, 1) else msgid2)  # as French counts


def speak(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on French is this language."""
    real = trans_real.translation(LANGUAGE)
    monkeypatch.setitem(trans_real._translations, LANGUAGE, Pseudo(real))
