"""A piece is kept by all that it is told and by the words it is told in, and by nothing less."""

from dataclasses import dataclass

import pytest
from django.http import HttpRequest
from django.template import Context, RequestContext, Template
from django.utils import translation
from django.utils.functional import lazy
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from portal.templatetags import pieces
from tests import pseudo


@dataclass(frozen=True)
class Thing:
    name: object


@pytest.fixture
def made(monkeypatch):
    """How often each piece was made, and nothing of before is kept."""
    pieces._made.cache_clear()
    pieces._few_made.cache_clear()
    times = []
    real = pieces._written
    monkeypatch.setattr(
        pieces, "_written", lambda name, told: times.append(name) or real(name, told)
    )
    return times


def find(**told):
    words = " ".join(f"{name}={name}" for name in told)
    text = '{% load portal %}{% piece "components/find.html" ' + words + " %}"
    return Template(text).render(Context(told))


def test_it_is_made_once_for_the_same_and_anew_for_anything_else(made):
    first = find(address="/a/", in_bar=False)
    assert find(address="/a/", in_bar=False) == first
    assert len(made) == 1
    others = [find(address="/b/", in_bar=False), find(address="/a/", in_bar=True)]
    assert len({first, *others}) == len(made) == 3


def test_each_language_has_its_own_and_one_that_takes_its_place_too(made, monkeypatch):
    said = []
    for language in ("en", "fr", "tr", "en"):
        with translation.override(language):
            said.append(find(address="/a/"))
    assert len(set(said)) == len(made) == 3
    pseudo.speak(monkeypatch)
    with translation.override("fr"):
        assert find(address="/a/") not in said


def test_words_of_a_person_are_never_taken_for_markup_that_is_the_same(made):
    markup = '"><b>'
    safe, plain = find(address=mark_safe(markup)), find(address=markup)
    assert (markup in safe, markup in plain) == (True, False)
    assert "&quot;&gt;&lt;b&gt;" in plain


def test_true_and_one_and_the_word_are_told_apart(made):
    for value in (True, 1, "1", None, 0, False, ""):
        find(address="/a/", in_bar=value)
    assert len(made) == 7


def test_nested_values_and_lazy_words_are_part_of_the_key(made):
    text = Template(
        '{% load portal %}{% piece "upgrades/parts/fleet_axes.html" axes=axes by="b" sentence="" %}'
    )
    shown = [
        text.render(Context({"axes": axes}))
        for axes in ((("a", "A"),), [("a", "B")], (("a", _("Sites")),), (("a", "A"),))
    ]
    assert (len(made), shown[0] == shown[3]) == (3, True)
    with translation.override("fr"):
        assert ">Sites<" in text.render(Context({"axes": (("a", _("Sites")),)}))


def test_what_is_no_plain_value_is_never_kept(made):
    for _time in range(2):
        assert "/a/" in find(address=Thing("/a/").name, in_bar=ValueError("x"))
    assert len(made) == 2
    assert pieces._made.cache_info().currsize == 0


def test_records_are_kept_by_what_is_in_them():
    key = pieces._frozen({"one": Thing(("a", 1)), "two": [True]})
    assert pieces._thawed(key) == {"one": Thing(("a", 1)), "two": (True,)}
    assert key != pieces._frozen({"one": Thing(("a", True)), "two": [True]})


def test_nothing_of_the_request_gets_in(made):
    request = HttpRequest()
    context = RequestContext(request, {"in_bar": True, "address": "/secret/"})
    shown = Template('{% load portal %}{% piece "components/find.html" %}').render(context)
    assert "/secret/" not in shown
    assert "wide-only" not in shown


def test_long_ones_are_few(made):
    text = Template('{% load portal %}{% piece "components/find.html" address=one few=True %}')
    for number in range(pieces.FEW + 3):
        text.render(Context({"one": str(number)}))
    assert pieces._few_made.cache_info().currsize == pieces.FEW
    assert pieces._made.cache_info().currsize == 0


def test_lazy_markup_is_told_apart_from_the_same_words_of_a_person(made):
    markup = '"><b>'
    lazily = lazy(lambda: mark_safe(markup), SafeString)
    safe, plain = find(address=lazily()), find(address=markup)
    assert (markup in safe, markup in plain) == (True, False)
    assert len(made) == 2
