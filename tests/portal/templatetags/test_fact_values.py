"""Codes of events in words: by the field that they are of, else where all fields say the same."""

import pytest
from django.utils import translation

from portal.templatetags.fact_values import code_word
from portal.templatetags.happenings import plain_data
from upgrades.forms.freezes import STRATEGIES
from upgrades.services.whatif.outcomes import Strategy


@pytest.mark.parametrize(
    ("key", "code", "word"),
    [
        ("shape", "PAIR", "failover pair"),
        ("scope", "READ", "read"),  # of a key; a plain word elsewhere
        ("role", "ADMINISTRATOR", "Customer administrator"),
        ("staff_role", "ADMINISTRATOR", "Administrator"),
        ("strategy", "previous", str(STRATEGIES[Strategy.PREVIOUS])),
        ("before", "PAIR", "failover pair"),  # no field is called so, and all that know it agree
    ],
)
def test_a_code_has_the_word_of_its_field(key, code, word):
    assert str(code_word(key, code)) == word


@pytest.mark.parametrize("said", ["12.2.1", "Support A", "pair", 7, "NOT-A-CODE", ""])
def test_what_is_no_code_says_itself(said):
    assert code_word("shape", said) == str(said)


def test_a_code_that_fields_name_differently_stays_where_none_is_of_that_name():
    assert code_word("before", "CLOSED") == "Closed"
    assert code_word("before", "WAITING") == "WAITING"


def test_facts_speak_the_readers_language():
    with translation.override("fr"):
        told = plain_data(
            {"shape": "PAIR", "before": {"shape": ["PAIR", "SINGLE"], "role": "VIEWER"}}
        )

    assert [str(value) for _word, value in told] == [
        "paire de reprise",
        "forme: paire de reprise, appliance seule, rôle: Lecteur",
    ]


def test_each_way_of_settling_has_the_word_under_which_it_is_chosen():
    assert {code: str(code_word("strategy", code)) for code in Strategy} == {
        code: str(word) for code, word in STRATEGIES.items()
    }
