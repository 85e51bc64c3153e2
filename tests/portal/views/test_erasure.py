"""Who may ask for a customer's erasure, confirm it and see its receipt; the password asked anew."""

import pytest
from django.test import Client

from portal import tenancy
from portal.models import Membership, Passkey, SignInTry
from portal.services.erasing import asking, carrying_out
from tests import factories, filled
from tests.portal.services.erasing.conftest import DUE, park
from tests.portal.services.erasing.test_asking import meanwhile
from upgrades.models import UpgradeJob

__all__ = ["park"]
PASSWORD = factories.PASSWORD


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def place(park):
    Passkey.objects.all().delete()  # its owner would show it at each sign-in
    return f"/c/{park.leaving.slug}/data/erasure/"


def current(park):
    with tenancy.transaction(park.leaving):
        return asking.current()


def given(park, **changed):
    return {"reason": "over", "name": park.leaving.name, "password": PASSWORD, **changed}


def test_asked_by_the_customer_and_confirmed_by_support(park, place):
    boss, support = signed_in(park.boss), signed_in(park.staff)
    assert "Ask for the erasure" in boss.get(place).content.decode()

    assert boss.post(f"{place}ask/", given(park)).status_code == 302
    shown = boss.get(place).content.decode()
    assert "Take it back" in shown
    assert "Confirm the erasure" not in shown
    assert "Asked for" in boss.get(f"/c/{park.leaving.slug}/data/").content.decode()
    assert "Confirm the erasure" in support.get(place).content.decode()
    assert support.post(f"{place}confirm/", given(park)).status_code == 302
    assert current(park).state == "CONFIRMED"
    assert park.leaving.name in support.get("/platform/erasures/").content.decode()

    assert boss.post(f"{place}take-back/").status_code == 302
    assert current(park) is None


@pytest.mark.parametrize(
    ("changed", "said", "status"),
    [
        ({"password": "wrong"}, "The password is not right", 200),
        ({"name": "Bosporus"}, "not the customer’s name", 200),
        ({"reason": ""}, "This field is required", 422),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_written(park, place, changed, said, status):
    answer = signed_in(park.boss).post(f"{place}ask/", given(park, **changed))

    assert answer.status_code == status
    assert said in answer.content.decode()
    assert current(park) is None


def test_whoever_has_a_passkey_shows_it_first(park):
    asked = signed_in(park.boss).post(f"/c/{park.leaving.slug}/data/erasure/ask/", given(park))

    assert "has shown no second step" in asked.content.decode()
    assert current(park) is None


def test_wrong_passwords_are_counted(park, place):
    boss = signed_in(park.boss)
    for _ in range(10):
        boss.post(f"{place}ask/", given(park, password="wrong"))
    assert SignInTry.objects.filter(failures__gte=10).exists()

    answer = boss.post(f"{place}ask/", given(park))

    assert "Too many" in answer.content.decode()
    assert current(park) is None


def test_who_may(park, place):
    viewer = factories.a_member(park.leaving, Membership.Role.VIEWER)
    confined = factories.a_member(park.leaving, site_ids=[park.leaving.pk])
    stranger = factories.a_member(park.staying)
    agent = factories.staff()
    park.ask()
    before = filled.everything()

    for person, status in ((viewer, 403), (confined, 403), (agent, 403), (stranger, 404)):
        browser = signed_in(person)
        assert browser.get(place).status_code == status
        assert browser.post(f"{place}ask/", given(park)).status_code == status
        assert browser.post(f"{place}confirm/", given(park)).status_code in (403, 404)
    for person in (viewer, agent, stranger):
        assert signed_in(person).post(f"{place}take-back/").status_code in (403, 404)
    assert signed_in(confined).post(f"{place}take-back/").status_code == 409
    assert signed_in(park.boss).post(f"{place}confirm/", given(park)).status_code == 403
    assert current(park).state == "ASKED"
    after = filled.everything()
    but = {"portal_session", "portal_auditevent", "portal_chainhead", "portal_user"}
    assert {name for name in before if before[name] != after[name]} <= but


def test_what_stands_in_the_way_is_shown_in_place_of_the_form(park, place):
    with tenancy.transaction(park.leaving):
        job = UpgradeJob.objects.get()
    meanwhile(park.leaving, "upgrades_upgradejob", "state = 'SCHEDULED'")

    shown = signed_in(park.boss).get(place).content.decode()

    assert f"UJ-{job.number} is planned" in shown
    assert "Ask for the erasure" not in shown


def test_receipt_and_trail_are_for_administrators_of_staff(park, place):
    asked = park.asked_and_confirmed()
    receipt = f"/platform/erasures/{asked.pk}/"
    support = signed_in(park.second)
    assert "CONFIRMED" not in support.get(receipt).content.decode()
    assert support.get(f"{receipt}trail/").status_code == 404
    park.carry_out()
    assert "Being erased" in support.get("/platform/erasures/").content.decode()
    assert support.get(receipt).status_code == 200
    carrying_out.carry_out(park.leaving.pk, DUE + carrying_out.LAST_MAIL)

    shown = support.get(receipt).content.decode()
    assert "Newest hash before" in shown
    assert "upgrades.JobStep" in shown
    trail = support.get(f"{receipt}trail/").content.decode()
    assert "Everything erased, names in the trail replaced" in trail
    assert "#1<" not in support.get(f"{receipt}trail/?before=1").content.decode()
    for person, status in ((factories.staff(), 403), (park.member_of_both, 404)):
        for address in ("/platform/erasures/", receipt, f"{receipt}trail/"):
            assert signed_in(person).get(address).status_code == status


def test_nobody_finds_the_pages_of_an_erased_customer(park, place):
    park.asked_and_confirmed()
    member, support = signed_in(park.member_of_both), signed_in(park.staff)
    assert support.get(f"/c/{park.leaving.slug}/").status_code == 200
    park.carry_out()

    for address in (place, f"/c/{park.leaving.slug}/", f"/c/{park.leaving.slug}/data/"):
        assert support.get(address).status_code == 404
        assert member.get(address).status_code == 404
    assert support.post(f"/c/{park.leaving.slug}/data/export/").status_code == 404
    park.erased()
    assert support.get(f"/c/erased-{park.leaving.pk.hex}/").status_code == 404
