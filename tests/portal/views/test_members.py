import threading
import time
import uuid

import pytest
from django.db import connection, connections

from portal import tenancy
from portal.models import AuditEvent, Membership, Message, User
from portal.services import people
from tests.factories import NOON, a_customer, a_member, staff

Role = Membership.Role


@pytest.fixture
def customer(db):
    return a_customer("Marmara", language="tr", zone="Europe/Istanbul")


@pytest.fixture
def admin(customer, client):
    admin = a_member(customer, Role.ADMINISTRATOR, "Elif")
    client.force_login(admin)
    return admin


def test_an_invited_person_is_a_member_and_gets_a_mail_in_the_customers_language(
    client, customer, admin
):
    answer = client.post(
        "/c/marmara/members/invite/",
        {"email": "New@Example.com", "name": "Deniz", "role": "APPROVER", "gets_mail": "on"},
    )

    assert answer.status_code == 302
    deniz = User.objects.get(email="new@example.com")
    assert not deniz.has_usable_password()
    with tenancy.transaction(customer):
        assert Membership.objects.get(user=deniz).role == "APPROVER"
        message = Message.objects.get()
        assert (message.kind, message.language, message.address) == (
            "invitation",
            "tr",
            deniz.email,
        )
        assert AuditEvent.objects.get(name="member.added").actor_name == "Elif"


def test_strangers_get_404_and_members_without_the_right_403(client, customer):
    client.force_login(a_member(a_customer("Other")))
    assert client.get("/c/marmara/members/").status_code == 404
    client.force_login(a_member(customer, Role.VIEWER))
    assert client.get("/c/marmara/members/").status_code == 200
    assert client.post("/c/marmara/members/invite/", {}).status_code == 403


def test_an_incomplete_invitation_is_answered_422_and_makes_nobody(client, customer, admin):
    before = User.objects.count()

    assert client.post("/c/marmara/members/invite/", {"name": "x"}).status_code == 422
    assert User.objects.count() == before


def test_the_last_administrator_cannot_leave(client, customer, admin):
    with tenancy.transaction(customer):
        own = Membership.objects.get(user=admin)

    answer = client.post(f"/c/marmara/members/{own.pk}/remove/")

    assert answer.status_code == 409
    with tenancy.transaction(customer):
        assert Membership.objects.filter(pk=own.pk).exists()


def test_a_role_is_changed_and_a_member_removed(client, customer, admin):
    other = a_member(customer, Role.VIEWER)
    with tenancy.transaction(customer):
        member = Membership.objects.get(user=other)

    client.post(f"/c/marmara/members/{member.pk}/change/", {"role": "OPERATOR"})
    with tenancy.transaction(customer):
        changed = Membership.objects.get(user=other)
        assert (changed.role, changed.gets_mail) == ("OPERATOR", False)
    client.post(f"/c/marmara/members/{member.pk}/remove/")
    with tenancy.transaction(customer):
        assert not Membership.objects.filter(user=other).exists()


def test_a_member_of_another_customer_is_not_found(client, customer, admin):
    foreign = a_customer("Other")
    person = a_member(foreign)
    with tenancy.transaction(foreign):
        member = Membership.objects.get(user=person)

    assert client.post(f"/c/marmara/members/{member.pk}/remove/").status_code == 404


def test_staff_may_see_and_invite(client, customer):
    client.force_login(staff())

    assert b"Invite somebody" in client.get("/c/marmara/members/").content


def wait_for_a_waiter():
    """Until somebody waits for a lock, in a transaction of ours."""
    for _ in range(300):
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
            if cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    raise AssertionError("nobody waits")


def test_a_role_given_at_the_same_time_takes_no_limit_away(customer, admin, client):
    """Two administrators at once: one limits a member to a site, the other changes the role, by a
    page that still shows every site."""
    member, answers = a_member(customer, Role.VIEWER, "Selin"), []
    with tenancy.transaction(customer):
        row = Membership.objects.get(user=member)
    site_id = uuid.uuid4()

    def give_role():
        path = f"/c/marmara/members/{row.pk}/change/"
        answers.append(client.post(path, {"role": Role.OPERATOR}).status_code)
        connections.close_all()

    other = threading.Thread(target=give_role)
    with tenancy.transaction(customer):
        locked = Membership.objects.select_for_update().get(pk=row.pk)
        people.limit_to_sites(locked, [site_id], by=admin, at=NOON)
        other.start()
        wait_for_a_waiter()
    other.join(60)

    assert answers == [302]
    with tenancy.transaction(customer):
        now = Membership.objects.get(pk=row.pk)
    assert (now.role, now.site_ids) == (Role.OPERATOR, [site_id])
