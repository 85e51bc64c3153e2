"""The papers of a return over HTTP: who gets them, in which language, and what has none."""

import pytest
from django.db import connection

from portal import pdf
from tests.conftest import NOON
from tests.upgrades.returning import replaced
from tests.upgrades.views.conftest import browser


def at(row, kind):
    return f"/c/meridian/returns/{row.pk}/{kind}.pdf"


@pytest.fixture
def typeset(monkeypatch):
    """Whether a transaction was open, for each paper that was typeset."""
    seen = []

    def watched(html, **more):
        seen.append(connection.in_atomic_block)
        return b"%PDF-1.7 made elsewhere"

    monkeypatch.setattr(pdf, "render", watched)
    return seen


@pytest.mark.parametrize("kind", ["checklist", "label", "slip"])
def test_whoever_sees_the_return_gets_its_papers_in_the_own_language(world, viewer, typeset, kind):
    row = replaced(world, at=NOON)
    viewer.language = "fr"
    viewer.save()

    answer = browser(viewer).get(at(row, kind))

    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    assert answer["Content-Disposition"] == f'inline; filename="return-RMA-20417-{kind}-fr.pdf"'
    assert answer["Cache-Control"] == "no-store"
    assert typeset == [False]


def test_strangers_and_people_of_other_sites_get_nothing(world, stranger, confined, typeset):
    row = replaced(world, at=NOON)

    for person in (stranger, confined):
        assert browser(person).get(at(row, "checklist")).status_code == 404
    assert typeset == []


def test_other_papers_do_not_exist_and_a_virtual_one_has_no_label(world, viewer, typeset):
    row = replaced(world, at=NOON, physical=False)

    pages = browser(viewer)
    assert pages.get(at(row, "invoice")).status_code == 404
    assert pages.post(at(row, "checklist")).status_code == 405
    answer = pages.get(at(row, "label"))
    assert (answer.status_code, b"Print its checklist." in answer.content) == (409, True)
    assert pages.get(at(row, "checklist")).status_code == 200
    assert b"checklist.pdf" in pages.get(f"/c/meridian/returns/{row.pk}/").content
