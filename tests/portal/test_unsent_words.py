"""What was typed stands under its form's labels, choices and days in words; no row is read."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import unsent
from tests import factories
from tests.portal.test_unsent import TYPED, typed_on


@pytest.fixture
def customer(db):
    return factories.a_customer("Meridian Freight", slug="meridian")


def said_on(page):
    """What the page shows of the form: label to words."""
    content = re.sub(r"\s+", " ", page.content.decode())
    shown = re.findall(r"<div><dt>(.*?)</dt>(.*?)</div>", content)
    return {label: re.findall("<dd>(.*?)</dd>", words) for label, words in shown}


def test_each_value_stands_under_its_label_choices_and_days_in_words(customer):
    pk = "0d9c2b4e-8f0d-4b52-9c3c-111111111111"
    answer = Client().post(f"/c/meridian/sites/{pk}/windows/add/", {
        "title": "Nights", "repeats": "fortnightly", "weekdays": ["TU", "TH"], "at_time": "22:00",
        "minutes": "240", "starts_on": "2026-12-01",
    })  # fmt: skip

    assert said_on(answer) == {
        "Title": ["Nights"], "Repeats": ["every other week on these days"],
        "Days": ["Tuesday", "Thursday"], "From": ["22:00"], "Length in minutes": ["240"],
        "Starting on": ["Tue 1 Dec 2026"],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("language", "label", "begins"),
    [("fr", "Titre", "mar. 1 déc. 2026 22:00"), ("tr", "Başlık", "1 Ara 2026 Sal 22:00")],
)
def test_labels_and_moments_are_in_the_readers_language(customer, language, label, begins):
    chosen = "0d9c2b4e-8f0d-4b52-9c3c-111111111111"
    typed = {"title": "Peak", "begin": "2026-12-01T22:00", "end": "tomorrow", "site": chosen}

    answer = Client(headers={"accept-language": language}).post("/c/meridian/freezes/add/", typed)

    said = said_on(answer)
    assert said[label] == ["Peak"]
    assert [begins] in said.values()
    assert ["tomorrow"] in said.values()  # as it was typed
    assert chosen not in str(said)


def test_a_field_that_no_form_knows_has_a_word_or_its_own_name_and_ids_are_not_shown(customer):
    pk = "0d9c2b4e-8f0d-4b52-9c3c-111111111111"
    typed = {"reason": "Peak week", "of_no_form": "x", "digest": "ab" * 32, "row": pk}

    answer = Client().post(f"/c/meridian/jobs/{pk}/reject/", typed)

    assert said_on(answer) == {"reason": ["Peak week"], "of no form": ["x"]}
    assert typed_on(answer) == typed  # all of it is sent


def test_what_is_shown_reads_no_row(customer, monkeypatch):
    Client().post("/c/meridian/contacts/make/", {})  # what is read once is read

    monkeypatch.setattr(unsent, "_typed", lambda request, values: [])
    with CaptureQueriesContext(connection) as without:
        Client().post("/c/meridian/contacts/make/", TYPED)
    monkeypatch.undo()
    with CaptureQueriesContext(connection) as with_words:
        answer = Client().post("/c/meridian/contacts/make/", TYPED)

    assert said_on(answer)["Language"] == ["Turkish"]
    assert len(with_words) == len(without)
