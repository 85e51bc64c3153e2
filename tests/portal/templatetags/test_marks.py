"""Every state of every life has a shape, a word and a hue; the word is the model's own."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from appliances.models import ReadinessCheck, SupportQuestion
from portal.models import Message
from portal.templatetags.marks import FAMILY_SYMBOLS, MARKS, PROVENANCES, mark_of
from upgrades.models import Booking, JobStep, UpgradeJob

LIVES = {
    "job": UpgradeJob.State,
    "step": JobStep.State,
    "booking": Booking.State,
    "message": Message.State,
    "question": SupportQuestion.State,
    "readiness": ReadinessCheck.Status,
}
STATES = [(life, code, word) for life, states in LIVES.items() for code, word in states.choices]
SPRITE = Path(settings.BASE_DIR / "templates/components/sprite.html").read_text()
SYMBOLS = set(re.findall(r'<symbol id="([a-z]+)"', SPRITE))


@pytest.mark.parametrize(("life", "code", "word"), STATES)
def test_a_state_has_its_mark_with_the_models_word(life, code, word):
    assert str(mark_of(code, life).word) == str(word)


@pytest.mark.parametrize(
    "symbol",
    sorted(
        {mark.symbol for mark in [*MARKS.values(), *PROVENANCES.values()]}
        | set(FAMILY_SYMBOLS.values())
    ),
)
def test_a_marks_symbol_is_in_the_sprite(symbol):
    assert symbol in SYMBOLS


NAMED = re.compile(
    r'symbol="([a-z-]+)"|{% icon "([a-z-]+)"|{% mark "[a-z]+" "([a-z-]+)"|href="#([a-z-]+)"></use>'
)


def test_every_symbol_that_a_template_names_is_in_the_sprite():
    pages = Path(settings.BASE_DIR / "templates").rglob("*.html")
    named = {
        (page.name, next(filter(None, found)))
        for page in pages
        for found in NAMED.findall(page.read_text())
    }
    assert len(named) > len(SYMBOLS)
    assert {pair for pair in named if pair[1] not in SYMBOLS} == set()


def test_within_a_life_no_two_states_look_and_read_alike():
    for life, states in LIVES.items():
        words = [str(mark_of(code, life).word) for code in states.values]
        assert len(words) == len(set(words))


def test_a_code_without_a_mark_is_a_mistake():
    with pytest.raises(KeyError):
        mark_of("SOMEWHERE", "step")
