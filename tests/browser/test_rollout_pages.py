"""Pages of rollouts, in both themes and at both widths."""

import pytest

from portal import pdf, tenancy
from portal.services import customers
from tests import factories
from tests.browser.looking import look_everywhere
from tests.conftest import NOON
from tests.upgrades.services import rolled
from upgrades.models import Enrolment
from upgrades.reports import rollout_making
from upgrades.services.rollouts import drafts, drawing, lives, reports, stopping, sweeping
from upgrades.services.rollouts.drafts import WaveWish

pytestmark = pytest.mark.browser


@pytest.fixture
def manager(db):
    return factories.staff("ROLLOUT_MANAGER", "Mara Neri")


@pytest.fixture
def rollout(manager, noon):
    for number in range(6):
        owner = factories.a_customer(f"Customer of pages {number}")
        rolled.a_ready_site(owner, name=f"Help desk {number}", region="EMEA")
    rolled.a_ready_site(name="Bare", rule="")
    wish = drafts.Wish(
        "Autumn 2026", rolled.a_release(), rolled.FIRST, rolled.LAST,
        [WaveWish("By likeness", by_likeness=True, size=2), WaveWish("Early", share=40),
         WaveWish("The others", stops_at=5)],
    )  # fmt: skip
    made = drafts.draft(wish, by=manager, at=NOON)
    drawing.draw_due(NOON)
    made = lives.open_it(made, by=manager, at=NOON)
    sweeping.turn(NOON)
    return made


def test_the_pages_of_a_rollout(page_at, rollout, manager):
    pages = {"rollout": "", "rollout-sites": "sites/", "rollout-edit": "edit/",
             "rollout-stop": "stop/"}  # fmt: skip
    for name, path in pages.items():
        look_everywhere(page_at, f"/rollouts/{rollout.pk}/{path}", name, user=manager)
    look_everywhere(page_at, "/rollouts/", "rollout-list", user=manager)
    stopping.stop(rollout, reason="Clocks go wrong after 20 minutes.", by=manager, at=NOON)
    for name, path in {"rollout-stopped": "", "rollout-letters": "letters/"}.items():
        look_everywhere(page_at, f"/rollouts/{rollout.pk}/{path}", name, user=manager)


def test_a_rollout_with_a_report_made_and_one_to_be_made(page_at, rollout, manager, monkeypatch):
    monkeypatch.setattr(pdf, "render", lambda html, **more: b"%PDF-1.7 made elsewhere")
    reports.ask(rollout, language="tr", size="a4", by=manager, at=NOON)
    rollout_making.make_due()
    reports.ask(rollout, language="fr", size="letter", by=manager, at=NOON)

    look_everywhere(
        page_at, f"/rollouts/{rollout.pk}/", "rollout-reports", user=manager, words=("LETTER",)
    )


def test_what_the_customer_is_to_do(page_at, rollout):
    place = Enrolment.across.filter(state="ALERTED").select_related("customer").first()
    with tenancy.transaction(place.customer_id):
        owner = customers.current()
    approver = factories.a_member(owner, "APPROVER", "Jana Vesela")
    site = f"/c/{owner.slug}/sites/{place.site_id}/"
    look_everywhere(page_at, site, "site-offered", user=approver)
    look_everywhere(page_at, f"/c/{owner.slug}/", "start-offered", user=approver)
