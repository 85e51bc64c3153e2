from enum import StrEnum

import pytest
from django.utils import translation

from appliances import events as of_appliances
from portal.templatetags.happenings import HAPPENINGS, happening, plain_data
from upgrades import events as of_upgrades

EVENTS = sorted(
    {
        str(event)
        for module in (of_appliances, of_upgrades)
        for kind in vars(module).values()
        if isinstance(kind, type) and issubclass(kind, StrEnum) and kind is not StrEnum
        for event in kind
    }
)


@pytest.mark.parametrize("event", EVENTS)
def test_every_event_of_the_apps_has_words(event):
    assert event in HAPPENINGS


def test_an_event_without_words_shows_its_code():
    assert happening("thing.happened") == "thing.happened"


def test_facts_are_pairs_of_words_and_what_is_empty_says_nothing():
    data = {"first_broken": None, "holds": True, "was": {"role": "VIEWER"}, "letters": ["A", "B"]}

    assert plain_data(data) == [
        ("the chain holds", "yes"), ("was", "role: Viewer"), ("letters", "A, B")
    ]  # fmt: skip


@pytest.mark.parametrize(("language", "word"), [("fr", "motif"), ("tr", "gerekçe")])
def test_the_word_of_a_fact_is_the_readers(language, word):
    with translation.override(language):
        [(told, value)] = plain_data({"reason": "Peak week"})

        assert (str(told), value) == (word, "Peak week")


def test_a_key_that_nobody_knows_is_shown_as_it_is():
    assert plain_data({"of_an_older_time": 1}) == [("of an older time", "1")]


def test_an_instant_among_facts_is_read_without_its_signs():
    data = {"until": "2026-11-30T10:34:35.896Z", "note": "2026-11-30T10 is no instant"}

    assert plain_data(data) == [
        ("until", "2026-11-30 10:34:35 UTC"), ("note", "2026-11-30T10 is no instant")
    ]  # fmt: skip
