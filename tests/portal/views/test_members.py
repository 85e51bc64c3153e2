import pytest

from portal import tenancy
from portal.models import AuditEvent, Membership, Message, User
from tests.factories import a_customer, a_member, staff

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
