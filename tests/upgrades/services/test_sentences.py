"""Sentences that one process writes and readers of three languages read."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from portal.errors import Refused
from upgrades.models.said import told
from upgrades.planning import stored
from upgrades.planning.whynot import Reason, Rule
from upgrades.services import sentences
from upgrades.services.sentences import Told

HALF_WAY = "%(job)s left this site half-way."


def kept(refusal):
    """As a row keeps it and gives it back."""
    return stored.load(json.loads(json.dumps(stored.dump(sentences.of(refusal)))))


def test_a_refusal_is_told_in_the_language_of_whoever_reads_it():
    refusal = Refused(Told(HALF_WAY, {"job": "M-7"}))

    with translation.override("fr"):
        french = gettext(HALF_WAY) % {"job": "M-7"}
        assert (str(refusal), kept(refusal).told(gettext)) == (french, french)
    assert str(kept(refusal)) == "M-7 left this site half-way."
    assert french != str(kept(refusal))


def test_a_lazy_sentence_is_kept_by_its_msgid_whoever_keeps_it():
    with translation.override("tr"):
        found = kept(Refused(gettext_lazy("This site is closed.")))

    assert str(found) == "This site is closed."
    with translation.override("fr"):
        assert found.told(gettext) == gettext("This site is closed.") != str(found)


@pytest.mark.parametrize("said", ["100 % sure of %(this)s", "50 % {x}"])
def test_what_is_put_together_already_stays_as_it_is(said):
    assert kept(Refused(said)).told(gettext) == said


def test_lengths_and_instants_of_a_reason_are_told_later_too():
    values = {"missing": timedelta(minutes=150), "at": datetime(2026, 12, 1, 23, 30, tzinfo=UTC)}
    why = Reason(Rule.LENGTH, "%(missing)s from %(at)s", "", timedelta(), values)

    found = stored.load(stored.dump(sentences.reason(why, "Europe/Berlin")))

    assert told(found) == "2 h 30 min from Wed 2 Dec 2026 00:30 CET (UTC+01:00)"
    assert [str(sentences.span(timedelta(minutes=m))) for m in (45, 120)] == ["45 min", "2 h"]
