"""The one filter language: what API, screens and rollouts are told by the same sentence.

    plan:premium region:emea,apac shape:pair product<25.1 tag:pilot -tag:vip "north line"

Terms are joined by AND, the values of one term by OR; a `-` turns a term round; words without a
field are looked for in names. Pure: whoever has a table says which fields it has (`Field`) and
makes the database's question of the terms.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from portal.errors import Refused

LONGEST, MOST_TERMS, MOST_VALUES = 1000, 40, 100
TERM = re.compile(
    r"""\s*(?P<no>-)?
    (?:(?P<name>[a-z_]+)(?P<op><=|>=|<|>|:))?
    (?P<values>(?:"[^"]*"|[^\s",]+)(?:,(?:"[^"]*"|[^\s",]+))*)""",
    re.VERBOSE,
)
VALUE = re.compile(r'"([^"]*)"|([^\s",]+)')
NUMBERS = re.compile(r"\d{1,6}(\.\d{1,6}){0,7}")


class Kind(StrEnum):
    WORD = "word"  # equal, whatever the case; a * at its end: begins with
    CHOICE = "choice"  # one of `choices`
    VERSION = "version"  # numbers with dots; may be compared


class Op(StrEnum):
    IS = ":"
    BELOW = "<"
    UP_TO = "<="
    ABOVE = ">"
    FROM = ">="


@dataclass(frozen=True)
class Field:
    """A field that may be asked for. `choices`: what may stand there, in lower case."""

    kind: Kind = Kind.WORD
    choices: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Term:
    """One condition; `field` is empty for words looked for in names."""

    field: str
    op: Op
    values: tuple[str, ...]
    negated: bool = False


class BadFilter(Refused):
    """The sentence cannot be read; `place` is the character, from 0, where it goes wrong."""

    code = "filter-not-understood"

    def __init__(self, sentence: object, *, place: int = 0, remedy: object = "") -> None:
        super().__init__(sentence, remedy=remedy, fields={"filter": sentence})
        self.place = place


def parse(text: str, fields: Mapping[str, Field]) -> tuple[Term, ...]:
    """The terms of a sentence, in order. Raises BadFilter, which says where and what may stand."""
    if len(text) > LONGEST or "\0" in text:
        raise BadFilter(
            _("A filter has at most %(most)d characters.") % {"most": LONGEST}, place=LONGEST
        )
    terms, place = list[Term](), 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        found = TERM.match(text, place)
        if found is None or not _whole(found, text):
            raise BadFilter(
                _("The filter cannot be read from “%(rest)s” on.") % {"rest": text[place:][:40]},
                place=place,
                remedy=_("Write field:value, with spaces between and quotes around several words."),
            )
        terms.append(_term(found, fields))
        place = found.end()
    if len(terms) > MOST_TERMS:
        raise BadFilter(_("A filter has at most %(most)d terms.") % {"most": MOST_TERMS})
    return tuple(terms)


def write(terms: Iterable[Term]) -> str:
    """The sentence of some terms: `parse(write(terms))` gives them back."""
    return " ".join(map(_written, terms))


def _whole(found: re.Match[str], text: str) -> bool:
    """Whether a term ends where a space or the text does, and no field lost its value."""
    ends = found.end() == len(text) or text[found.end()].isspace()
    plain = "".join(word for _quoted, word in VALUE.findall(found["values"]))
    return ends and (found["name"] is not None or not re.search("[:<>]", plain))


def _term(found: re.Match[str], fields: Mapping[str, Field]) -> Term:
    values = tuple(quoted or plain for quoted, plain in VALUE.findall(found["values"]))
    name, op = found["name"] or "", Op(found["op"] or ":")
    place = found.start("values")
    if len(values) > MOST_VALUES:
        raise BadFilter(
            _("A term has at most %(most)d values.") % {"most": MOST_VALUES}, place=place
        )
    if name:
        field = fields.get(name)
        if field is None:
            raise BadFilter(
                _("There is no field “%(name)s”.") % {"name": name},
                place=found.start("name"),
                remedy=_("Fields: %(fields)s.") % {"fields": ", ".join(sorted(fields))},
            )
        values = tuple(_value(name, field, op, value, place) for value in values)
        if op is not Op.IS and len(values) > 1:
            raise BadFilter(_("Compare with one version at a time."), place=place)
    return Term(name, op, values, found["no"] is not None)


def _value(name: str, field: Field, op: Op, value: str, place: int) -> str:
    if op is not Op.IS and field.kind is not Kind.VERSION:
        raise BadFilter(
            _("“%(name)s” cannot be compared: write %(name)s:value.") % {"name": name}, place=place
        )
    if field.kind is Kind.VERSION and not NUMBERS.fullmatch(value):
        raise BadFilter(
            _("“%(value)s” is no version: write numbers with dots.") % {"value": value[:40]},
            place=place,
        )
    if field.kind is Kind.CHOICE:
        value = value.lower()
        if value not in field.choices:
            raise BadFilter(
                _("“%(name)s” cannot be “%(value)s”.") % {"name": name, "value": value[:40]},
                place=place,
                remedy=_("It may be: %(choices)s.") % {"choices": ", ".join(sorted(field.choices))},
            )
    return value


def _written(term: Term) -> str:
    values = ",".join(v if re.fullmatch(r'[^\s",:<>=-][^\s",:<>=]*', v) else f'"{v}"'
                      for v in term.values)  # fmt: skip
    head = f"{term.field}{term.op}" if term.field else ""
    return f"{'-' if term.negated else ''}{head}{values}"
