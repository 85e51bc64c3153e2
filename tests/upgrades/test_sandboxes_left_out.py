"""What staff see over all customers is of real ones: sandboxes are left out, and marked where they
are looked at. A job of each waits for a person, is booked, and has letters that never left."""

from datetime import timedelta

import pytest
from django.db import connections

from appliances.models import Package, Site
from portal import own_clock, tenancy
from portal.models import Customer, Membership, Message
from portal.services import messages, watchdog
from tests import factories
from tests.conftest import NOON
from tests.house.routes import routes
from tests.upgrades.services.test_capacity import ONE_HOP, a_job, a_site, a_team, a_window, held
from tests.upgrades.views.conftest import browser
from upgrades.models import Booking, Escalation, Rollout, Seat, UpgradeJob
from upgrades.queries import ALL
from upgrades.services import escalating, next_free, unwritten
from upgrades.services.rollouts import pool
from upgrades.start_queries import needs

REAL, PLAYED = "Kestrel Works", "Qxz Trial"


@pytest.fixture
def administrator(db):
    return factories.staff("ADMINISTRATOR", "Ada Lind")


@pytest.fixture
def both(administrator, noon):
    """A real customer and a sandbox with the same things, told apart by their names."""
    a_team(administrator, seats=1)
    return [
        a_busy_one(REAL, administrator),
        a_busy_one(PLAYED, administrator, id=own_clock.new_id(), sandbox_shapes=["SINGLE"]),
    ]


def a_busy_one(name, person, **values):
    customer = factories.a_customer(name, **values)
    factories.a_contract(customer)
    factories.a_member(customer, "APPROVER", f"{name} Approver")
    with tenancy.transaction(customer):
        site = a_site(name=f"{name} desk")
        a_window(site)
        job = a_job(site, person, ONE_HOP)
        held(job, person, ONE_HOP)
        job.submit(by=person, at=NOON)
        job.save()
        messages.write(
            "upgrade_done", to="noc@example.com", about=customer, key="k", at=NOON,
            context={"site": f"{name} desk", "to_version": "14.1", "link": "http://testserver/"},
        )  # fmt: skip
    return customer


def pages_of_staff():
    """Every page over all customers whose address needs no id."""
    return sorted(
        route.path for route in routes()
        if "<" not in route.path and not route.is_api and not route.path.startswith("c/")
    )  # fmt: skip


def test_no_page_over_all_customers_shows_a_sandbox(both, administrator):
    window = browser(administrator)
    answers = {}
    for path in pages_of_staff():
        page = window.get(f"/{path}")
        if page.status_code == 200 and path != "platform/audit/":  # who opened one is told there
            content = b"".join(page) if page.streaming else page.content
            answers[path] = content.decode(errors="replace")

    assert [path for path, text in answers.items() if PLAYED in text] == []
    shown = [path for path, text in answers.items() if REAL in text]
    assert len(shown) > 8, shown


def test_search_finds_it_only_if_asked_and_says_what_it_is(both, administrator):
    window = browser(administrator)
    plain = window.get("/search/", {"q": PLAYED}).content.decode()
    asked = window.get("/search/", {"q": PLAYED, "sandboxes": "1"}).content.decode()
    after = window.get("/search/", {"q": PLAYED}).content.decode()

    assert f"{PLAYED} desk" not in plain + after
    assert f"{PLAYED} desk" in asked
    assert "sandbox" in asked.partition(f"<b>{PLAYED} desk</b>")[2].partition("</li>")[0]
    assert "checked" in asked


def test_its_every_page_is_marked_and_a_real_ones_is_not(both, administrator):
    window = browser(administrator)
    for customer in both:
        for path in ("", "sites/", "jobs/", "calendar/", "members/", "audit/"):
            page = window.get(f"/c/{customer.slug}/{path}")
            assert page.status_code == 200, path
            assert (b"nothing here is of a real site" in page.content) == customer.is_sandbox, path


def test_a_person_of_both_is_told_which_is_which(both):
    person = factories.a_person("Nur Aydin")
    for customer in both:
        with tenancy.transaction(customer):
            Membership.objects.create(customer=customer, user=person, role="VIEWER")
    for path in ("/", "/search/"):
        page = browser(person).get(path).content.decode()
        after = {name: page.partition(f"<b>{name}</b>")[2] for name in (REAL, PLAYED)}
        marks = {name: text.partition("</li>")[0] for name, text in after.items()}
        assert "sandbox" in marks[PLAYED]
        assert "sandbox" not in marks[REAL]


def test_figures_queues_and_windows_are_of_real_ones(both):
    real, _played = both
    assert {job.customer_id for job in needs(ALL).jobs} == {real.pk}
    found = next_free.of_every_site(240, at=NOON)
    for customer in both:
        with tenancy.transaction(customer):
            assert (Site.objects.get().pk in found) == (customer == real)
    late = watchdog.late(NOON + timedelta(days=2), unwritten.of(NOON))
    assert [each.name for each in late] == [REAL]
    rollout = Rollout(
        name="x", release=Package.objects.get(kind="PRODUCT"), audience="", starts_on=NOON.date(),
        ends_on=NOON.date() + timedelta(days=90),
    )  # fmt: skip
    assert {site.customer_id for site in pool.named(rollout)} == {real.pk}


def test_support_is_told_nothing_of_it_and_no_shift_is(both, administrator):
    for customer in both:
        with tenancy.transaction(customer):
            assert (administrator in messages.support_people()) == (not customer.is_sandbox)
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE upgrades_upgradejob SET state = 'RUNNING'")
        cursor.execute(
            "UPDATE upgrades_jobstep SET state = 'ASKING', deadline_at = '2026-11-23 13:00+00'"
            " WHERE seq = 1"
        )
    for days in (0, 1, 2):
        escalating.look_after(NOON + timedelta(days=days))
    for customer in both:
        with tenancy.transaction(customer):
            assert Escalation.objects.exists() == (not customer.is_sandbox)


def test_it_takes_no_seat_of_support(both):
    real, played = both
    taken = Seat.objects.filter(taken=True).values_list("job_id", flat=True).distinct()
    with tenancy.transaction(real):
        assert [*taken] == [UpgradeJob.objects.get().pk]
    with tenancy.transaction(played):
        assert Booking.objects.count() == 1


def test_staffs_wall_leaves_it_out_of_every_table_and_only_while_not_asked(both):
    played = both[1].pk
    assert not Customer.across.filter(pk=played).exists()
    assert not Message.across.filter(customer_id=played).exists()
    with tenancy.with_sandboxes():
        assert Customer.across.filter(pk=played).exists()
        assert Message.across.filter(customer_id=played).exists()
    assert not Message.across.filter(customer_id=played).exists()
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_policies WHERE policyname = 'no_twin'"
            " AND qual NOT LIKE '%door_left_out%' AND tablename <> 'portal_customer'"
        )
        assert cursor.fetchall() == []


def test_asked_for_ends_also_when_what_was_asked_fails(both):
    with pytest.raises(ValueError, match="broken"), tenancy.with_sandboxes():
        raise ValueError("broken")
    assert not Customer.across.filter(pk=both[1].pk).exists()
