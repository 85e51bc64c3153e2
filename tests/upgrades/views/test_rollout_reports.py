"""A rollout's report on paper: for all of staff, and for nobody else."""

import pytest
from django.test import Client

from portal import pdf, tenancy
from portal.models import Membership, Message
from portal.services import customers
from tests import factories
from tests.conftest import NOON
from tests.upgrades.services import rolled
from tests.upgrades.views.conftest import browser
from tests.upgrades.views.test_rollouts import LIST, manager, release, rollout, staff, text
from upgrades.models import Enrolment, RolloutReport
from upgrades.reports import rollout_making
from upgrades.services.rollouts import drafts, drawing, lives, stopping, sweeping

__all__ = ["manager", "release", "rollout", "staff"]


@pytest.fixture
def typeset(monkeypatch):
    monkeypatch.setattr(pdf, "render", lambda html, **more: b"%PDF-1.7 made elsewhere")


def test_a_report_is_asked_for_made_by_a_worker_and_read(staff, rollout, typeset):
    page = f"{LIST}{rollout.pk}/"
    answer = staff.post(f"{page}report/", {"language": "fr", "paper": "letter"})
    assert answer["Location"] == f"{page}#reports"
    waiting = text(staff.get(page))
    report = RolloutReport.objects.get()
    assert (report.language, report.paper, report.state) == ("fr", "letter", "WAITING")
    assert f'hx-get="{page}reports/"' in waiting
    assert "Waiting to be made" in waiting
    assert staff.get(f"{page}reports/{report.pk}.pdf").status_code == 409

    rollout_making.make_due()

    shown = text(staff.get(f"{page}reports/"))
    assert "hx-get" not in shown
    assert f'href="{page}reports/{report.pk}.pdf"' in shown
    answer = staff.get(f"{page}reports/{report.pk}.pdf")
    assert b"".join(answer.streaming_content) == b"%PDF-1.7 made elsewhere"
    assert (answer["Content-Type"], answer["Content-Language"]) == ("application/pdf", "fr")
    assert answer["Cache-Control"] == "no-store"


def test_a_report_belongs_to_its_rollout_and_to_staff_alone(staff, rollout, release, typeset):
    staff.post(f"{LIST}{rollout.pk}/report/")
    rollout_making.make_due()
    report = RolloutReport.objects.get()
    at = f"{LIST}{rollout.pk}/reports/{report.pk}.pdf"
    with tenancy.transaction(Enrolment.across.get(site__name="=Ready").customer_id):
        customer = customers.current()
    for role in Membership.Role:
        person = browser(factories.a_member(customer, role=role))
        assert person.get(at).status_code == 404
        assert person.get(f"{LIST}{rollout.pk}/reports/").status_code == 404
        assert person.post(f"{LIST}{rollout.pk}/report/").status_code == 404
    assert RolloutReport.objects.count() == 1
    other = rolled.a_rollout(rolled.a_release("13.1"), report.by, state="DRAFT")
    assert staff.get(f"{LIST}{other.pk}/reports/{report.pk}.pdf").status_code == 404
    assert Client().get(at).status_code == 302


def test_what_a_customer_sees_of_a_rollout_names_no_other_customer(manager, release):
    """Start, site, job, calendar, trail, mails: its own part, and nobody else's."""
    customer, strange = factories.a_customer("Quay Ltd"), factories.a_customer("Zyxbury Corp")
    person = browser(factories.a_member(customer, role="ADMINISTRATOR"))
    factories.a_member(strange, role="ADMINISTRATOR")
    rolled.a_ready_site(name="Harbour", customer=customer)
    rolled.a_ready_site(name="Qwertleigh", customer=strange)
    rolled.a_ready_site(name="Qwertbare", customer=strange, rule="")
    wish = drafts.Wish("Autumn", release, rolled.FIRST, rolled.LAST, [drafts.WaveWish("All")])
    made = drafts.draft(wish, by=manager, at=NOON)
    drawing.draw_due(NOON)
    lives.open_it(made, by=manager, at=NOON)
    sweeping.turn(NOON)
    stopping.stop(made, reason="A fault", by=manager, at=NOON)
    stopping.tell(made, by=manager, at=NOON)
    sweeping.turn(NOON)
    with tenancy.transaction(customer):
        [mine] = Enrolment.objects.all()
        mails = [f"{one.subject} {one.body_text} {one.body_html}" for one in Message.objects.all()]
    base = f"/c/{customer.slug}/"
    pages = [text(person.get(base + path)) for path in (
        "", f"sites/{mine.site_id}/", f"jobs/{mine.job_id}/", f"jobs/{mine.job_id}/log/",
        "calendar/", "jobs/", "audit/", "messages/",
    )]  # fmt: skip

    assert "stopped this rollout" in pages[0]
    assert "Harbour" in pages[1]
    assert mails
    for told in (*pages, *mails):
        assert "Zyxbury" not in told
        assert "Qwert" not in told
