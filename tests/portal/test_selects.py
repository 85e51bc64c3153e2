"""Our template of a choice writes what Django's own writes; it is ours to be quick."""

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.html import escape

GROUPED = [("", "none"), ("Group <1>", [("a", "A & <b>"), (2, "two")]), (None, "nothing")]


@pytest.mark.parametrize("value", ["", "a", 2, None, "unknown"])
@pytest.mark.parametrize("attrs", [{}, {"required": True, "data-x": "1 & 2", "disabled": False}])
@pytest.mark.parametrize("kind", [forms.Select, forms.SelectMultiple])
def test_a_choice_is_written_as_django_writes_it(kind, attrs, value):
    widget = kind(choices=GROUPED, attrs=attrs)
    given = [value] if kind is forms.SelectMultiple else value

    ours = widget.render("name", given)
    theirs = widget.render("name", given, renderer=DjangoTemplates())

    assert "".join(ours.split()) == "".join(theirs.split())
    assert escape("A & <b>") in ours
