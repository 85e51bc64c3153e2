"""The filter language: what it reads, what it refuses and where."""

import pytest
from hypothesis import given, strategies as st

from portal.filtering import BadFilter, Field, Kind, Op, Term, parse, write

FIELDS = {
    "plan": Field(),
    "shape": Field(Kind.CHOICE, frozenset({"single", "pair"})),
    "product": Field(Kind.VERSION),
}


def test_terms_are_joined_by_and_values_by_or():
    found = parse('plan:premium,basic shape:PAIR product<25.1 -plan:"old one" "north line"', FIELDS)

    assert found == (
        Term("plan", Op.IS, ("premium", "basic")),
        Term("shape", Op.IS, ("pair",)),
        Term("product", Op.BELOW, ("25.1",)),
        Term("plan", Op.IS, ("old one",), negated=True),
        Term("", Op.IS, ("north line",)),
    )


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_an_empty_sentence_has_no_terms(text):
    assert parse(text, FIELDS) == ()


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("product<2  plan:", 11),
        ("colour:red", 0),
        ("plan:a colour:red", 7),
        ("plan<3", 5),
        ("product:new", 8),
        ("product<1,2", 8),
        ("product:1..2", 8),
        ("shape:round", 6),
        ('plan:"open', 0),
        ("plan:a,", 0),
        ("a" * 1001, 1000),
        ("a\0b", 1000),
    ],
)
def test_what_cannot_be_read_says_where(text, place):
    with pytest.raises(BadFilter) as refusal:
        parse(text, FIELDS)

    assert refusal.value.place == place
    assert refusal.value.code == "filter-not-understood"


def test_an_unknown_field_is_answered_with_those_that_exist():
    with pytest.raises(BadFilter) as refusal:
        parse("colour:red", FIELDS)

    assert str(refusal.value.remedy) == "Fields: plan, product, shape."


PLAIN = st.text(st.characters(exclude_characters='"\0', exclude_categories=["Cs"]), min_size=1)
TERMS = st.builds(
    Term,
    st.sampled_from(["", "plan"]),
    st.just(Op.IS),
    st.lists(PLAIN.filter(str.strip), min_size=1, max_size=3).map(tuple),
    st.booleans(),
)


@given(st.lists(TERMS, max_size=5).map(tuple))
def test_what_is_written_is_read_again(terms):
    sentence = write(terms)
    if len(sentence) <= 1000:
        assert parse(sentence, FIELDS) == terms


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text):
    try:
        found = parse(text, FIELDS)
    except BadFilter:
        return
    assert all(term.values for term in found)
