"""A customer's administrator resets the second step of a member, and of nobody else's people."""

from datetime import timedelta

import pyotp
import pytest

from portal import tenancy
from portal.errors import NotNow
from portal.models import AuditEvent, Membership, Message, PlatformEvent, Session
from portal.services import member_steps, people, second_step
from portal.services.staff import NotOneself
from tests.factories import NOON, a_customer, a_member, staff


@pytest.fixture
def customer(db):
    return a_customer("Marmara", slug="marmara")


@pytest.fixture
def administrator(customer):
    return a_member(customer, name="Elif")


@pytest.fixture
def member(customer):
    return with_step(a_member(customer, "OPERATOR", "Deniz"))


def with_step(user):
    second_step.prepare(user)
    app = pyotp.TOTP(second_step.being_set_up(user).text)
    second_step.confirm(user, app.now(), address="192.0.2.7")
    return user


def reset(customer, user, by):
    with tenancy.transaction(customer):
        member_steps.reset(Membership.objects.get(user=user), by=by, at=NOON)


def address(customer, user):
    with tenancy.transaction(customer):
        found = Membership.objects.get(user=user).pk
    return f"/c/{customer.slug}/members/{found}/second-step/"


def test_it_is_gone_and_the_member_is_told(customer, administrator, member, settings):
    settings.SUPPORT_CONTACT = "+90 212 555 0100"
    Session.objects.create(
        session_key="k", session_data="", expire_date=NOON + timedelta(days=1), user=member
    )
    reset(customer, member, administrator)

    assert not second_step.is_on(member)
    assert not Session.objects.filter(user=member).exists()
    with tenancy.transaction(customer):
        message = Message.objects.get()
        assert (message.kind, message.recipient) == ("second_step_reset", member)
        assert "Elif" in message.body_text
        assert "+90 212 555 0100" in message.body_text
        event = AuditEvent.objects.get(name="member.second_step_reset")
        assert event.actor_id == administrator.pk
    assert PlatformEvent.objects.get(name="second_step.reset").actor_id == administrator.pk


def test_who_is_a_member_elsewhere_is_reset_by_support_alone(
    customer, administrator, member, settings
):
    settings.SUPPORT_CONTACT = "+90 212 555 0100"
    other = a_customer("Meridian")
    with tenancy.transaction(other):
        people.add_member(member, role="VIEWER", by=staff(), at=NOON)
    with pytest.raises(member_steps.SupportResets) as refused:
        reset(customer, member, administrator)

    assert "+90 212 555 0100" in str(refused.value.remedy)
    assert "Meridian" not in f"{refused.value} {refused.value.remedy}"
    assert second_step.is_on(member)
    reset(customer, member, staff(name="Ines"))
    assert not second_step.is_on(member)


def test_staff_are_never_reset_here(customer, member):
    member.staff_role = "AGENT"
    member.save()
    with pytest.raises(member_steps.SupportResets):
        reset(customer, member, staff("ADMINISTRATOR"))

    assert second_step.is_on(member)


def test_not_ones_own_nor_what_is_not_there(customer, administrator):
    with pytest.raises(NotOneself):
        reset(customer, with_step(administrator), administrator)
    with pytest.raises(NotNow):
        reset(customer, a_member(customer, "VIEWER"), administrator)


def test_who_sees_some_sites_alone_resets_nobody_of_all(customer, member):
    confined = a_member(customer, name="Murat", site_ids=[])
    with pytest.raises(people.OnlyOwnSites):
        reset(customer, member, confined)


def test_the_page_lets_administrators_do_it_and_nobody_else(
    client, customer, administrator, member
):
    theirs = address(customer, member)
    for user, status in ((member, 403), (a_member(a_customer("Meridian")), 404)):
        client.force_login(user)
        assert client.post(theirs).status_code == status
    stranger = client.post(theirs.replace("marmara", "meridian"))
    assert stranger.status_code == 404
    assert second_step.is_on(member)

    client.force_login(administrator)
    page = client.get("/c/marmara/members/").content.decode()
    assert page.count("/second-step/") == 1 + page.count("/profile/second-step/")
    assert client.post(theirs, follow=True).status_code == 200

    assert not second_step.is_on(member)
    assert theirs not in client.get("/c/marmara/members/").content.decode()
