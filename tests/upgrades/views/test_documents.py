import hashlib
import io
from datetime import timedelta

import pytest
from django.db import connection
from pypdf import PdfReader

from portal import clock, pdf, tenancy
from portal.models import AuditEvent, EvidenceFile
from portal.services import evidence
from tests.conftest import NOON
from tests.upgrades.views import states
from tests.upgrades.views.conftest import address, browser

LATER = NOON + timedelta(days=9)


@pytest.fixture
def finished(world, running):
    with tenancy.transaction(world.customer):
        at = states.prove(running, by=world.operator, at=NOON)
        job = states.again(running)
        job.finish(at=at)
        job.save()
    return running


@pytest.mark.slow
def test_the_run_book_comes_as_a_paper_in_the_readers_language(world, viewer, proposed):
    viewer.language = "tr"
    viewer.save()

    response = browser(viewer).get(address(world, proposed, "runbook.pdf"))

    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == 'inline; filename="UJ-1-runbook-tr.pdf"'
    assert response["Content-Language"] == "tr"
    assert response["Cache-Control"] == "no-store"
    assert PdfReader(io.BytesIO(response.content)).trailer["/Root"]["/Lang"] == "tr"


@pytest.mark.slow
def test_language_and_paper_can_be_asked_for_and_nonsense_is_ignored(world, viewer, proposed):
    pages = browser(viewer)
    wanted = {"language": "fr", "paper": "letter"}

    asked = pages.get(address(world, proposed, "runbook.pdf"), wanted)
    other = pages.get(
        address(world, proposed, "runbook.pdf"), {"language": "../x", "paper": "huge"}
    )

    assert asked["Content-Language"] == "fr"
    assert round(PdfReader(io.BytesIO(asked.content)).pages[0].mediabox.width) == 612
    assert other["Content-Language"] == "en"
    assert round(PdfReader(io.BytesIO(other.content)).pages[0].mediabox.width) == 595


@pytest.mark.parametrize("kind", ["runbook.pdf", "record.pdf", "approval.pdf"])
def test_who_may_not_see_the_job_sees_no_paper(world, proposed, stranger, confined, kind):
    at = address(world, proposed, kind)

    assert browser(stranger).get(at).status_code == 404
    assert browser(confined).get(at).status_code == 404


def test_papers_are_only_read(world, viewer, proposed):
    assert browser(viewer).post(address(world, proposed, "record.pdf")).status_code == 405


@pytest.mark.parametrize("kind", ["runbook.pdf", "approval.pdf"])
def test_a_draft_has_neither_and_the_answer_says_what_to_do(world, viewer, proposed, kind):
    with tenancy.transaction(world.customer):
        job = states.again(proposed)
        job.withdraw()
        job.save()
        job.steps.all().delete()

    response = browser(viewer).get(address(world, proposed, kind))

    assert response.status_code == 409
    assert b"Ask for approval first" in response.content


def test_typesetting_holds_no_transaction(world, viewer, proposed, monkeypatch):
    seen = []

    def watched(html, **more):
        seen.append(connection.in_atomic_block)
        return b"%PDF-1.7 made elsewhere"

    monkeypatch.setattr(pdf, "render", watched)

    browser(viewer).get(address(world, proposed, "record.pdf"))

    assert seen == [False]


@pytest.mark.slow
def test_a_record_of_a_finished_job_is_kept_once_and_each_printing_noted(world, viewer, finished):
    first = browser(viewer).get(address(world, finished, "record.pdf"))
    with clock.at(LATER):
        again = browser(world.agent).get(address(world, finished, "record.pdf"))

    assert first.content == again.content
    sha256 = hashlib.sha256(first.content).hexdigest()
    with tenancy.transaction(world.customer):
        kept = EvidenceFile.objects.get(kind="DOCUMENT")
        assert (kept.name, kept.sha256) == ("UJ-1-record-en.pdf", sha256)
        assert (kept.subject_id, kept.site_id) == (finished.pk, world.site.pk)
        assert b"".join(evidence.open_file(kept)) == first.content
        noted = AuditEvent.objects.filter(name="job.record_printed").order_by("number")
        assert [event.data["sha256"] for event in noted] == [sha256, sha256]
        assert [event.actor_name for event in noted] == ["Vera Blum", "Ines Duarte"]


@pytest.mark.slow
def test_a_record_so_far_is_noted_and_not_kept(world, viewer, running):
    response = browser(viewer).get(address(world, running, "record.pdf"))

    with tenancy.transaction(world.customer):
        noted = AuditEvent.objects.get(name="job.record_printed")
        assert noted.data["sha256"] == hashlib.sha256(response.content).hexdigest()
        assert not EvidenceFile.objects.filter(kind="DOCUMENT").exists()
