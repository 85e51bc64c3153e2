"""The procedures' pages: for everybody of a customer, and for staff without one."""

import io

import pytest
from pypdf import PdfReader

from tests.upgrades.views.conftest import address, browser
from upgrades.procedures import PROCEDURES
from upgrades.reports.paper import GUIDE_NOTE

AT = "/c/meridian/catalogue/procedures/"


def test_every_procedure_is_listed_and_leads_to_its_page(world, viewer):
    pages = browser(viewer)

    listed = pages.get(AT).content.decode()

    assert [name for name in PROCEDURES if f'href="{AT}{name}/"' not in listed] == []


@pytest.mark.parametrize("name", PROCEDURES)
def test_a_page_shows_every_line_with_its_ids_and_the_edition(world, viewer, name):
    response = browser(viewer).get(f"{AT}{name}/")

    assert response.status_code == 200
    shown = response.content.decode()
    page = response.context["page"]
    assert [line.number for line in page.lines if f'id="line-{line.number}"' not in shown] == []
    assert {word for line in page.lines for word in line.guide.split()} >= PROCEDURES[
        name
    ].ids() - set(PROCEDURES[name].guide.split())
    assert "current guide prevails" in shown


@pytest.mark.parametrize("rest", ["", "single/", "single/text/", "single.pdf"])
def test_the_pages_are_for_members_and_staff_and_nobody_else(world, stranger, rest):
    assert browser(stranger).get(f"{AT}{rest}").status_code == 404
    assert browser(stranger).get(f"/catalogue/procedures/{rest}").status_code == 404


@pytest.mark.parametrize("rest", ["", "single/", "single/text/"])
def test_staff_read_them_without_a_customer(world, rest):
    assert browser(world.agent).get(f"/catalogue/procedures/{rest}").status_code == 200
    assert browser(world.agent).get(f"{AT}{rest}").status_code == 200


@pytest.mark.parametrize("rest", ["nothing/", "nothing/text/", "nothing.pdf"])
def test_a_procedure_that_is_not_there_is_not_found(world, viewer, rest):
    assert browser(viewer).get(f"{AT}{rest}").status_code == 404


@pytest.mark.parametrize("language", ["en", "fr", "tr"])
def test_as_plain_text_in_the_language_that_is_asked_for(world, viewer, language):
    response = browser(viewer).get(f"{AT}pair-asynchronous/text/", {"language": language})

    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Language"] == language
    assert "G-ASYNC-4" in response.content.decode()


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "fr", "tr"])
def test_as_a_paper_with_every_id_and_the_edition(world, viewer, language):
    response = browser(viewer).get(f"{AT}atlas-failover.pdf", {"language": language})

    assert response["Content-Disposition"] == (f'inline; filename="atlas-failover-{language}.pdf"')
    paper = PdfReader(io.BytesIO(response.content))
    assert paper.trailer["/Root"]["/Lang"] == language
    words = " ".join(" ".join(page.extract_text() for page in paper.pages).split())
    assert [number for number in PROCEDURES["atlas-failover"].ids() if number not in words] == []
    if language == "en":
        assert GUIDE_NOTE[:60] in words


def test_plan_and_job_lead_to_the_page_they_follow(world, proposed, viewer):
    plan = browser(world.operator).get(f"/c/meridian/sites/{world.site.pk}/plan/")
    job = browser(viewer).get(address(world, proposed))

    assert f'href="{AT}single/"' in plan.content.decode()
    assert f'href="{AT}single/"' in job.content.decode()


def test_where_the_guide_is_served_is_for_staff(world, viewer):
    shown = browser(world.agent).get("/catalogue/guide/")

    assert shown.status_code == 200
    content = shown.content.decode()
    assert 'id="G-SYNC-8"' in content
    assert "not served yet" not in content
    assert 'href="/catalogue/procedures/pair-synchronous/#line-' in content
    assert browser(viewer).get("/catalogue/guide/").status_code == 404


def test_the_pages_are_only_read(world, viewer):
    assert browser(viewer).post(f"{AT}single/").status_code == 405
