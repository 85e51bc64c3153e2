"""Sentences that are kept and told later, to each reader in their language: a worker that writes
why a site is left out does not know who will read it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_noop as _

from portal import times
from portal.errors import Refused
from upgrades.planning.vocabulary import NOTHING, Sentence, Value
from upgrades.planning.whynot import Reason

AS_IT_IS = "%(said)s"  # in no catalogue: what cannot be told in another language


class Told:
    """For a refusal: a sentence that is looked up when it is shown, its values included."""

    def __init__(self, message: str, values: Mapping[str, Value] = NOTHING) -> None:
        self.sentence = Sentence(message, values)

    def __str__(self) -> str:
        return self.sentence.told(gettext)


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


def reason(why: Reason, zone: str) -> Sentence:
    """Why a time is refused, on the site's clocks."""
    return Sentence(why.message, {name: _value(one, zone) for name, one in why.values.items()})


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
        local = times.in_zone(value, zone)
        return f"{local:%Y-%m-%d %H:%M} {times.offset_label(local)}"
    if isinstance(value, timedelta):
        return span(value)
    found: Value = value
    return found
