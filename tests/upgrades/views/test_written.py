"""The pages of a closed site's pack and form: for whom, and what is asked before it counts."""

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from portal import clock, pdf, tenancy
from portal.models import EvidenceFile
from tests import factories
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.written.conftest import EVENING, HOUR, as_csv, closed
from tests.upgrades.services.written.test_story import FIRST
from tests.upgrades.views.conftest import address, browser
from upgrades.models import UpgradeJob

__all__ = ["closed"]


@pytest.fixture(autouse=True)
def typeset(monkeypatch):
    monkeypatch.setattr(pdf, "render", lambda html, **more: b"%PDF-1.7 made elsewhere")


@pytest.fixture
def page(closed):
    return address(closed.world, closed.job, "written/")


@pytest.fixture
def pages(closed):
    return browser(closed.world.operator)


def given(rows, **more):
    return {"form": SimpleUploadedFile("night.csv", as_csv(rows)), **more}


def sealed(answer):
    return re.search(r'name="sealed" value="([^"]+)"', answer.content.decode()).group(1)


def test_looked_at_then_confirmed_and_the_pictures_kept_with_their_steps(closed, pages, page):
    rows = closed.filled(1, 3, begin=NOON)
    shown = pages.post(page, given(rows, pictures=[operator.picture()]))
    assert shown.status_code == 422, "noon is now: what is done later lies in the future"

    with clock.at(EVENING):
        shown = pages.post(page, given(rows, pictures=[operator.picture()]))
        assert shown.status_code == 200
        assert closed.done() == []
        answer = pages.post(f"{page}load/", {"sealed": sealed(shown)}, follow=True)

    assert "3 steps are confirmed." in answer.content.decode()
    assert closed.done() == [1, 2, 3]
    with tenancy.transaction(closed.world.customer):
        assert EvidenceFile.objects.filter(name="night.csv").count() == 1


def test_what_is_bad_is_shown_line_by_line_and_cannot_be_loaded(closed, pages, page):
    rows = closed.filled(2, 2, begin=NOON)

    with clock.at(EVENING):
        shown = pages.post(page, given(rows))

    told = shown.content.decode()
    assert shown.status_code == 422
    assert "Nothing was loaded" in told
    assert "Step 1 comes first" in told
    assert 'name="sealed"' not in told
    assert closed.done() == []


def test_a_seal_is_of_its_job_and_unbroken(closed, pages, page):
    assert pages.post(f"{page}load/", {"sealed": "forged"}).status_code == 409
    assert pages.post(f"{page}load/").status_code == 409
    with clock.at(EVENING):
        seal = sealed(pages.post(page, given(closed.filled(1, 1, begin=NOON))))
        with tenancy.transaction(closed.world.customer):
            other = UpgradeJob.objects.create(
                customer=closed.world.customer, number=99, site=closed.world.site,
                procedure="single", target=closed.world.packages["14.1.1"],
                requested_by=closed.world.agent, made_at=NOON,
            )  # fmt: skip
        at = page.replace(str(closed.job.pk), str(other.pk))
        assert pages.post(f"{at}load/", {"sealed": seal}).status_code == 409
    assert closed.done() == []


def test_whoever_may_not_confirm_steps_may_not_load_a_form(closed, page):
    rows = closed.filled(1, 1, begin=NOON)
    viewer = factories.a_member(closed.world.customer, "VIEWER")
    confined = factories.a_member(
        closed.world.customer, "ADMINISTRATOR", site_ids=[closed.world.customer.pk]
    )
    stranger = factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR")
    for person, status in ((viewer, 403), (confined, 404), (stranger, 404)):
        own = browser(person)
        assert own.get(page).status_code == status
        assert own.post(page, given(rows)).status_code == status
        assert own.post(f"{page}load/", {"sealed": "x"}).status_code == status
    assert closed.done() == []


def missed(closed):
    """Its preparation was typed back when its window was over."""
    later = EVENING + 40 * HOUR
    closed.load(closed.filled(1, 8, begin=NOON), at=later)
    closed.turn(later)
    return later, closed.filled(9, 16, begin=FIRST)


def test_a_missed_window_is_typed_back_by_who_may_say_that_it_was_kept(closed, pages, page):
    later, rows = missed(closed)
    with clock.at(later):
        told = pages.get(page).content.decode()
        assert "support or an administrator of yours loads the form" in told
        own = browser(factories.a_member(closed.world.customer, "ADMINISTRATOR"))
        told = own.get(page).content.decode()
        assert "the window counts as kept from then on" in told
        shown = own.post(page, given(rows, pictures=[operator.picture()]))
        assert "Window 1 counts as kept, not as missed." in shown.content.decode()
        assert 9 not in closed.done()
        assert own.post(f"{page}load/", {"sealed": sealed(shown)}).status_code == 302

    assert closed.done() == [*range(1, 17)]


def test_a_missed_job_has_its_form_for_who_may_say_that_it_was_kept(closed, pages, page):
    with tenancy.transaction(closed.world.customer):
        UpgradeJob.objects.filter(pk=closed.job.pk).update(state="MISSED", started_at=None)
        closed.job.bookings.filter(window=1).update(state="MISSED")
    own = browser(factories.a_member(closed.world.customer, "ADMINISTRATOR"))

    for person, links in ((own, True), (pages, False)):
        told = person.get(address(closed.world, closed.job)).content.decode()
        assert (f'href="{page}"' in told) == links
        assert ('name="form"' in person.get(page).content.decode()) == links


def test_the_pack_comes_in_the_customers_language_for_who_sees_the_job(closed, pages):
    customer = closed.world.customer
    with tenancy.transaction(customer):
        type(customer).objects.filter(pk=customer.pk).update(language="tr")
    at = address(closed.world, closed.job, "pack.zip")

    answer = pages.get(at)

    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == 'attachment; filename="UJ-1-pack-tr.zip"'
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert "UJ-1-pack-tr/UJ-1-runbook-tr.pdf" in names
    assert "UJ-1-pack-fr.zip" in pages.get(f"{at}?language=fr")["Content-Disposition"]
    stranger = factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR")
    confined = factories.a_member(customer, "ADMINISTRATOR", site_ids=[customer.pk])
    assert browser(stranger).get(at).status_code == 404
    assert browser(confined).get(at).status_code == 404


def test_the_jobs_page_links_both_where_the_site_is_closed(closed, pages, page):
    told = pages.get(address(closed.world, closed.job)).content.decode()

    assert f'href="{address(closed.world, closed.job, "pack.zip")}"' in told
    assert f'href="{page}"' in told
    viewer = browser(factories.a_member(closed.world.customer, "VIEWER"))
    seen = viewer.get(address(closed.world, closed.job)).content.decode()
    assert "pack.zip" in seen
    assert f'href="{page}"' not in seen


def test_where_the_portal_reaches_the_site_there_is_no_pack_to_offer(world, running):
    told = browser(world.operator).get(address(world, running)).content.decode()

    assert "pack.zip" not in told
