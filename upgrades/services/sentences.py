"""Sentences that are kept and told later, to each reader in their language: a worker that writes
why a site is left out does not know who will read it."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_noop as _

from portal import times
from portal.errors import Refused
from upgrades.models.said import DAY, MOMENT, told
from upgrades.planning import stored
from upgrades.planning.vocabulary import NOTHING, Sentence, Value
from upgrades.planning.whynot import Reason

Json = dict[str, Any]
AS_IT_IS = "%(said)s"  # in no catalogue: what cannot be told in another language


class Told:
    """For a refusal: a sentence that is looked up when it is shown, its values included."""

    def __init__(self, message: str, values: Mapping[str, Value] = NOTHING) -> None:
        self.sentence = Sentence(message, values)

    def __str__(self) -> str:
        return told(self.sentence)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Told) and self.sentence == other.sentence

    def __hash__(self) -> int:
        return hash(self.sentence.message)


def day(value: date) -> Sentence:
    return Sentence(DAY, {"day": value.isoformat()})


def moment(at: datetime, zone: str) -> Sentence:
    """An instant on the clocks of a zone."""
    local = times.in_zone(at, zone)
    return Sentence(MOMENT, {"moment": local.isoformat(timespec="minutes"), "zone": zone})


def keep(said: Told | str) -> Json:
    """For a row, to be told later by `kept`."""
    return stored.dump(said.sentence if isinstance(said, Told) else as_it_is(said))


def kept(said: Json | str) -> str:
    """What a row keeps, in the language that is active. A text, from before, is told as it is."""
    return said if isinstance(said, str) else told(stored.load(said))


def refusal(of_it: Refused) -> Told:
    found = of(of_it)
    return Told(found.message, found.values)


def of(refusal: Refused) -> Sentence:
    """To be kept. What was already put together in one language stays in that language."""
    said: Any = refusal.sentence
    if isinstance(said, Told):
        return said.sentence
    if isinstance(said, Promise):
        with translation.override("en"):
            english = str(said)
        return as_it_is(english) if "%" in english else Sentence(english)
    return as_it_is(str(said))


def as_it_is(text: str) -> Sentence:
    return Sentence(AS_IT_IS, {"said": text})


def joined(said: Iterable[Told]) -> Sentence:
    """One after the other."""
    parts = {str(number): one.sentence for number, one in enumerate(said)}
    return Sentence(" ".join(f"%({name})s" for name in parts), parts)


def reason(why: Reason, zone: str) -> Sentence:
    """Why a time is refused, on the site's clocks."""
    values = {name: _value(one, zone) for name, one in why.values.items()}
    if values.get("title") == "":
        values["title"] = Sentence(_("A freeze"))
    return Sentence(why.message, values)


def reasons(why: Iterable[Reason], zone: str) -> Told:
    """All of them, one after the other."""
    return Told(*joined(Told(*reason(each, zone)) for each in why))


def span(length: timedelta) -> Sentence:
    """A length of time in hours and minutes."""
    hours, minutes = divmod(round(length / timedelta(minutes=1)), 60)
    if not hours:
        return Sentence(_("%(minutes)d min"), {"minutes": minutes})
    if not minutes:
        return Sentence(_("%(hours)d h"), {"hours": hours})
    return Sentence(_("%(hours)d h %(minutes)02d min"), {"hours": hours, "minutes": minutes})


def _value(value: Any, zone: str) -> Value:
    if isinstance(value, datetime):
        return moment(value, zone)
    if isinstance(value, timedelta):
        return span(value)
    found: Value = value
    return found
