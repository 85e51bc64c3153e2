"""Staff is managed by the portal's administrators alone, and each change is told."""

import re
import threading

import pytest
from django.db import connections
from django.test import Client

from portal.models import PlatformEvent, User
from portal.services import staff
from tests import factories
from tests.factories import NOON

pytestmark = pytest.mark.usefixtures("db", "noon")
NEW = {"email": "noor@example.com", "name": "Noor Haddad", "role": "AGENT"}
ACTS = ["role", "disable", "enable", "link"]


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def administrator():
    return factories.staff("ADMINISTRATOR", "Ada Admin")


@pytest.fixture
def agent():
    return factories.staff("AGENT", "Ines Duarte")


def test_somebody_is_added_signs_in_by_the_link_and_is_told_of(administrator):
    answer = browser(administrator).post("/platform/staff/make/", NEW)

    assert answer.status_code == 200
    link = re.search(r'id="link">[^<]*?(/link/[^<]+)<', answer.content.decode())[1]
    word = "a long and quiet password"
    newcomer = Client()
    newcomer.post(link, {"name": "Noor Haddad", "password": word, "again": word})
    assert newcomer.get("/audit/").status_code == 200
    assert newcomer.get("/platform/staff/").status_code == 403
    page = browser(administrator).get("/platform/audit/").content.decode()
    assert "Made a member of staff" in page
    assert "Ada Admin" in page


def test_roles_change_and_whoever_is_disabled_is_out_at_once(administrator, agent):
    theirs, client = browser(agent), browser(administrator)
    assert theirs.get("/audit/").status_code == 200

    client.post(f"/platform/staff/{agent.pk}/role/", {"role": "ROLLOUT_MANAGER"})
    agent.refresh_from_db()
    assert agent.staff_role == "ROLLOUT_MANAGER"
    client.post(f"/platform/staff/{agent.pk}/disable/")

    assert theirs.get("/audit/").status_code == 302
    client.post(f"/platform/staff/{agent.pk}/enable/")
    assert browser(agent).get("/audit/").status_code == 200
    found = PlatformEvent.objects.order_by("number").values_list("name", flat=True)
    assert [name for name in found if name.startswith(("staff", "person"))] == [
        "staff.role_changed", "person.disabled", "person.enabled",
    ]  # fmt: skip


def test_the_last_administrator_stays_and_nobody_disables_themselves(administrator, agent):
    client = browser(administrator)

    assert client.post(f"/platform/staff/{administrator.pk}/disable/").status_code == 409
    path = f"/platform/staff/{administrator.pk}/role/"
    assert client.post(path, {"role": "AGENT"}).status_code == 409
    assert client.post(path, {"role": "KING"}).status_code == 422

    administrator.refresh_from_db()
    assert (administrator.staff_role, administrator.is_active) == ("ADMINISTRATOR", True)


def test_two_administrators_who_disable_each_other_leave_one(administrator):
    other = factories.staff("ADMINISTRATOR", "Bea Boss")
    together, said = threading.Barrier(2, timeout=60), []

    def disable(user, by):
        try:
            together.wait()
            staff.disable(user, by=by, at=NOON)
            said.append("disabled")
        except staff.LastStaffAdministrator as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    pairs = [(administrator, other), (other, administrator)]
    threads = [threading.Thread(target=disable, args=pair) for pair in pairs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(said) == ["disabled", "last-staff-administrator"]


@pytest.mark.parametrize("address", ["already staff", "a customer's person"])
def test_an_address_that_is_taken_is_said_beside_its_field(administrator, agent, address):
    member = factories.a_member(factories.a_customer())
    email = agent.email if address == "already staff" else member.email

    answer = browser(administrator).post("/platform/staff/make/", {**NEW, "email": email})

    assert answer.status_code == 409
    assert answer.context["form"].errors["email"]
    member.refresh_from_db()
    assert member.staff_role == ""


def test_a_new_link_is_shown_once_and_told_of(administrator, agent):
    answer = browser(administrator).post(f"/platform/staff/{agent.pk}/link/")

    assert "/link/" in answer.content.decode()
    assert PlatformEvent.objects.filter(name="staff.link_made").exists()


@pytest.mark.parametrize("role", ["AGENT", "ROLLOUT_MANAGER"])
def test_other_staff_manage_nobody_but_read_the_trail(role):
    one = factories.staff(role)
    client = browser(one)

    assert client.get("/platform/staff/").status_code == 403
    assert client.post("/platform/staff/make/", NEW).status_code == 403
    for act in ACTS:
        assert client.post(f"/platform/staff/{one.pk}/{act}/", {"role": "AGENT"}).status_code == 403
    assert client.get("/platform/audit/").status_code == 200
    assert client.post("/platform/audit/verify/").status_code == 302
    assert 'href="/platform/staff/"' not in client.get("/audit/").content.decode()


@pytest.mark.parametrize("role", ["VIEWER", "OPERATOR", "APPROVER", "ADMINISTRATOR"])
def test_customers_people_find_nothing_here(role, agent):
    client = browser(factories.a_member(factories.a_customer(), role))

    for path in ("/platform/staff/", "/platform/audit/"):
        assert client.get(path).status_code == 404
    assert client.post("/platform/staff/make/", NEW).status_code == 404
    assert client.post("/platform/audit/verify/").status_code == 404
    for act in ACTS:
        assert client.post(f"/platform/staff/{agent.pk}/{act}/").status_code == 404
    assert not User.objects.filter(email=NEW["email"]).exists()


def test_a_customers_person_is_no_staff_to_be_changed(administrator):
    member = factories.a_member(factories.a_customer())

    for act in ACTS:
        answer = browser(administrator).post(
            f"/platform/staff/{member.pk}/{act}/", {"role": "AGENT"}
        )
        assert answer.status_code == 404
