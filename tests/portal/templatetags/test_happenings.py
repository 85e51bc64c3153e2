from enum import StrEnum

import pytest

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

    assert plain_data(data) == [("holds", "yes"), ("was", "role: VIEWER"), ("letters", "A, B")]


def test_an_instant_among_facts_is_read_without_its_signs():
    data = {"until": "2026-11-30T10:34:35.896Z", "note": "2026-11-30T10 is no instant"}

    assert plain_data(data) == [
        ("until", "2026-11-30 10:34:35 UTC"), ("note", "2026-11-30T10 is no instant")
    ]  # fmt: skip
