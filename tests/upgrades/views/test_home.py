import re
from datetime import timedelta

from appliances.models import HardwareReturn
from portal import tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades import returning
from tests.upgrades.alerting import a_contact, a_ready
from tests.upgrades.services.booked import a_site
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.states import S
from upgrades import start_queries
from upgrades.models import Enrolment
from upgrades.services import alerts
from upgrades.views import home


def test_a_member_of_one_customer_starts_here(world):
    assert browser(world.operator).get("/").url == "/c/meridian/"


def test_nothing_waits_and_the_sites_are_listed(world):
    content = browser(world.operator).get("/c/meridian/").content.decode()

    assert "Nothing waits for you" in content
    assert "Support desk" in content
    assert "Plan an upgrade" in content


def test_a_return_that_is_late_is_not_nothing(world):
    row = returning.replaced(world, at=NOON)
    with tenancy.transaction(world.customer):
        late = NOON.date() - timedelta(days=1)
        HardwareReturn.objects.filter(pk=row.pk).update(due_back_on=late)

    content = browser(world.operator).get("/c/meridian/").content.decode()

    assert "Nothing waits for you" not in content
    assert "No upgrade waits for you" in content
    assert "Returns that are late" in content


def test_of_many_sites_the_first_are_listed_and_the_list_of_all_is_named(world, monkeypatch):
    monkeypatch.setattr(home, "MOST", 1)
    with tenancy.transaction(world.customer):
        a_site(name="A desk before it")

    response = browser(world.operator).get("/c/meridian/")

    assert [str(row["site"].name) for row in response.context["rows"]] == ["A desk before it"]
    content = response.content.decode()
    assert "and 1 more" in content
    assert 'href="/c/meridian/sites/"' in content


def test_more_that_waits_than_is_shown_is_counted(world, running, put, monkeypatch):
    put(S.ASKING, "install_base")
    put(S.HELD, "export_certificates")
    whole = browser(world.operator).get("/c/meridian/").context
    monkeypatch.setattr(start_queries, "MOST_URGENT", 1)

    few = browser(world.operator).get("/c/meridian/").context

    assert ([must["kind"] for must in whole["musts"]], whole["more_musts"]) == (
        ["held", "asking"],
        0,
    )
    assert ([must["kind"] for must in few["musts"]], few["more_musts"]) == (["held"], 1)


def test_a_proposal_says_by_when_and_what_if_not(world, proposed):
    content = browser(world.approver).get("/c/meridian/").content.decode()

    assert "Decide: upgrade of Support desk to 14.1.1" in content
    assert "Mon 23 Nov 2026 22:00" in content
    assert "Nothing is done, and the kept windows are given back." in content


def test_an_offer_is_to_be_answered_by_its_own_day_wherever_it_is_told(world):
    a_contact(world, "Jana", email=world.approver.email)
    offered = a_ready(world)
    with tenancy.transaction(world.customer):
        offered = alerts.alert(Enrolment.objects.get(pk=offered.pk), at=NOON)

    response = browser(world.approver).get("/c/meridian/")

    [must] = response.context["musts"]
    assert must["answer_by"] == offered.answer_by
    assert must["booking"].starts_at != offered.answer_by
    said = re.findall(
        r"<dt>By when</dt><dd><span[^>]*><time datetime=\"([^\"]+)\"", response.content.decode()
    )
    assert len(said) == 2
    assert len(set(said)) == 1
    page = browser(world.approver).get(must["url"])
    assert page.context["answer_by"] == offered.answer_by
    assert f'before <span class="when line"><time datetime="{said[0]}">' in page.content.decode()


def test_a_step_that_asks_says_what_happens_if_it_is_not_done(world, running, put):
    step = put(S.ASKING, "install_base")

    response = browser(world.operator).get("/c/meridian/")

    content = response.content.decode()
    assert "The product package of this hop stays blocked." in content
    assert f"/c/meridian/jobs/{running.pk}/#todo-{step.seq}" in content


def test_a_halted_job_comes_before_everything_else(world, locked):
    musts = browser(world.approver).get("/c/meridian/").context["musts"]

    assert [must["kind"] for must in musts] == ["halted", "held"]


def test_staff_open_a_customers_page_and_strangers_do_not(world, stranger):
    assert browser(world.agent).get("/c/meridian/").status_code == 200
    assert browser(stranger).get("/c/meridian/").status_code == 404
    assert browser(factories.a_person()).get("/c/meridian/").status_code == 404
