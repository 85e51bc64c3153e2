"""Words for the codes that stand in an event's facts: those that the models themselves give them.

A fact is mostly named like the field that it is of. Where no field of that name has the code, every
field is asked, and the code stays as it is where two would say different things.
"""

from collections import defaultdict
from functools import cache
from typing import Any

from django.apps import apps
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Codes of no model, in words of the pages on which they are chosen.
OTHERS: dict[tuple[str, str], Promise] = {
    ("strategy", "next"): _("the next possible date"),
    ("strategy", "nearest"): _("the nearest possible date"),
    ("strategy", "previous"): _("the last possible date before"),
    ("strategy", "hold"): _("hold it: without a date, to be planned anew"),
    ("strategy", "cancel"): _("cancel it"),
}
Words = dict[str, list[str | Promise]]


def code_word(key: str, code: Any) -> str | Promise:
    """The word of a fact's value; of what is no code, the value itself."""
    if word := OTHERS.get((key, str(code))):
        return word
    by_field, by_code = _known()
    for words in (by_field.get(key, {}).get(str(code), []), by_code.get(str(code), [])):
        if len({str(word) for word in words}) == 1:
            return words[0]
    return str(code)


@cache
def _known() -> tuple[dict[str, Words], Words]:
    by_field: dict[str, Words] = defaultdict(lambda: defaultdict(list))
    by_code: Words = defaultdict(list)
    for model in apps.get_models():
        for field in model._meta.get_fields():
            for code, word in _choices(field):
                by_field[field.name][code].append(word)
                by_code[code].append(word)
    return by_field, by_code


def _choices(field: Any) -> list[tuple[str, str | Promise]]:
    """Codes are in capitals; what is kept in other letters (a language, a zone) says itself. A word
    that no catalogue is asked for is none for people."""
    found = getattr(field, "choices", None) or getattr(
        getattr(field, "base_field", None), "choices", None
    )
    return [
        (code, word)
        for code, word in found or ()
        if isinstance(word, Promise) and isinstance(code, str) and code.isupper()
    ]
