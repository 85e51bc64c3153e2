"""Reasons that rows keep as sentences, told in the language that is active."""

from datetime import date, datetime

from django.utils.translation import gettext

from portal import times
from upgrades.planning.vocabulary import Sentence, Value

# In no catalogue: values that each language writes in its own way.
DAY, MOMENT = "%(day)s", "%(moment)s %(zone)s"


def told(sentence: Sentence) -> str:
    """With days and moments as the language writes them."""
    if not sentence.message:  # which would be the catalogue's own head
        return ""
    values = {name: _shown(value) for name, value in sentence.values.items()}
    return Sentence(sentence.message, values).told(gettext)


def _shown(value: Value) -> Value:
    if isinstance(value, Sentence):
        return _moment(value) or told(value)
    if isinstance(value, tuple):
        return ", ".join(told(each) for each in value)
    return value


def _moment(value: Sentence) -> str:
    """Empty for any other sentence."""
    if value.message == DAY:
        return times.day_label(date.fromisoformat(str(value.values["day"])))
    if value.message != MOMENT:
        return ""
    at = datetime.fromisoformat(str(value.values["moment"]))
    local = times.in_zone(at, str(value.values["zone"]))
    words = (times.day_label(local.date()), times.clock_label(local), times.offset_label(local))
    return " ".join(words)
