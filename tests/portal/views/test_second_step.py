"""Signing in with a code beside the password; staff do nothing before they have one."""

import re
from datetime import UTC, datetime, timedelta

import pyotp
import pytest
from django.test import Client

from portal.models import PlatformEvent
from portal.services import links, people, second_step
from tests.factories import PASSWORD, a_customer, a_member, a_person, staff

PAGE, CODE = "/profile/second-step/", "/sign-in/code/"


def sign_in(user, **more):
    client = Client()
    answer = client.post("/sign-in/", {"email": user.email, "password": PASSWORD, **more})
    return client, answer


def set_up(client):
    """Through the pages; returns the app and the recovery codes."""
    assert client.post(f"{PAGE}prepare/", {"password": PASSWORD}).status_code == 302
    drawn = re.search(r"<svg [^>]*>", client.get(PAGE).content.decode().partition('class="qr"')[2])
    assert drawn is not None
    assert "viewBox" in drawn[0]  # the sheet makes it smaller; without, corners are cut off
    assert "width=" not in drawn[0]
    page = client.get(PAGE)
    app = pyotp.TOTP(page.context["key"].text)
    answer = client.post(f"{PAGE}confirm/", {"code": app.now()})
    assert answer.status_code == 200
    return app, answer.context["codes"]


def is_in(client):
    return client.get("/profile/").status_code == 200


@pytest.fixture
def member(db):
    return a_member(a_customer("Marmara", slug="marmara"))


@pytest.fixture
def codes(member):
    return set_up(sign_in(member)[0])[1]


def test_after_the_password_the_code_is_asked_for_and_leads_on(member, codes):
    client, answer = sign_in(member, next="/c/marmara/audit/")
    assert answer.url == f"{CODE}?next=%2Fc%2Fmarmara%2Faudit%2F"
    assert not is_in(client)

    wrong = client.post(answer.url, {"code": "000000"})
    assert (wrong.status_code, is_in(client)) == (422, False)
    right = client.post(answer.url, {"code": codes[0], "next": "/c/marmara/audit/"})

    assert right.url == "/c/marmara/audit/"
    assert is_in(client)


def test_the_password_alone_is_forgotten_after_a_few_minutes_and_with_a_new_one(member, codes):
    client, answer = sign_in(member)
    session = client.session
    half = session["half_signed_in"]
    half["until"] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
    session["half_signed_in"] = half
    session.save()
    assert client.post(answer.url, {"code": codes[0]}).url == "/sign-in/"

    client, answer = sign_in(member)
    member.set_password("another long password")
    member.save()
    assert client.post(answer.url, {"code": codes[0]}).url == "/sign-in/"
    assert not is_in(client)


def test_nobody_asks_for_a_code_without_a_password(member, codes):
    assert Client().post(CODE, {"code": codes[0]}).url == "/sign-in/"


def test_somebody_disabled_meanwhile_stays_out(member, codes):
    client, answer = sign_in(member)
    people.disable(member, at=datetime.now(UTC))

    assert client.post(answer.url, {"code": codes[0]}).url == "/sign-in/"


def test_a_link_for_a_new_password_does_not_lead_past_the_code(member, codes):
    address = links.issue(links.PASSWORD, user=member)
    client = Client()
    answer = client.post(
        address.removeprefix("http://testserver"),
        {"name": member.name, "password": PASSWORD, "again": PASSWORD},
    )

    assert answer.url.startswith(CODE)
    assert not is_in(client)


def test_the_recovery_codes_are_shown_once(member, codes):
    client, answer = sign_in(member)
    client.post(answer.url, {"code": codes[0]})
    page = client.get(PAGE).content.decode()

    assert "9 recovery codes are left." in page
    assert not [code for code in codes if code in page]


def test_one_makes_new_codes_and_turns_it_off_with_a_code(member, codes):
    client, answer = sign_in(member)
    client.post(answer.url, {"code": codes[0]})
    assert client.post(f"{PAGE}codes/", {"code": "", "password": PASSWORD}).status_code == 422
    fresh = client.post(f"{PAGE}codes/", {"code": codes[1], "password": PASSWORD}).context["codes"]
    assert client.post(f"{PAGE}off/", {"code": codes[2], "password": PASSWORD}).status_code == 422

    assert client.post(f"{PAGE}off/", {"code": fresh[0], "password": PASSWORD}).status_code == 302

    assert sign_in(member)[1].url == "/"


class TestStaff:
    @pytest.fixture(autouse=True)
    def demanded(self, db, settings):
        settings.SECOND_STEP_FOR_STAFF = True

    def test_no_other_page_opens_before_it_is_set_up(self):
        a_customer("Marmara", slug="marmara")
        client, _answer = sign_in(staff("ADMINISTRATOR"))
        for path in ("/", "/c/marmara/", "/platform/staff/", "/keys/"):
            assert client.get(path).url == PAGE
        assert client.get("/", headers={"hx-request": "true"}).headers["HX-Redirect"] == PAGE
        assert "Set up your second step first." in client.get(PAGE).content.decode()

        set_up(client)

        assert client.get("/platform/staff/").status_code == 200

    def test_who_set_it_up_in_another_browser_signs_in_anew(self):
        agent = staff("AGENT")
        here, other = sign_in(agent)[0], sign_in(agent)[0]
        _app, codes = set_up(here)

        assert other.get(PAGE).url == "/sign-in/"
        assert other.get("/").url.startswith("/sign-in/")
        assert here.get("/now/").status_code == 200
        again, answer = sign_in(agent)
        again.post(answer.url, {"code": codes[0]})
        assert again.get("/now/").status_code == 200

    def test_it_cannot_be_turned_off(self):
        client, _answer = sign_in(staff("AGENT"))
        _app, codes = set_up(client)

        assert (
            client.post(f"{PAGE}off/", {"code": codes[0], "password": PASSWORD}).status_code == 422
        )
        assert "off/" not in client.get(PAGE).content.decode()

    def test_members_are_not_made_to(self):
        client, _answer = sign_in(a_member(a_customer("Marmara", slug="marmara")))

        assert is_in(client)

    def test_an_administrator_resets_it_for_somebody_of_staff_only(self):
        agent, chief = staff("AGENT"), staff("ADMINISTRATOR", "Ada Lind")
        theirs, _answer = sign_in(agent)
        set_up(theirs)
        mine, _answer = sign_in(chief)
        set_up(mine)

        other = a_person(email="member@example.com")
        assert mine.post(f"/platform/staff/{other.pk}/second-step/").status_code == 404
        assert theirs.post(f"/platform/staff/{chief.pk}/second-step/").status_code == 403
        assert mine.post(f"/platform/staff/{agent.pk}/second-step/").status_code == 302

        assert not second_step.is_on(agent)
        assert theirs.get("/").url.startswith("/sign-in/")
        assert PlatformEvent.objects.filter(name="second_step.reset", actor_id=chief.pk).exists()


class TestProof:
    """Whoever found an open session has no password: nothing is set up or renewed."""

    def test_without_the_password_no_key_is_made(self, member):
        client, _answer = sign_in(member)
        for given in ({}, {"password": "not the password"}):
            assert client.post(f"{PAGE}prepare/", given).status_code == 422
            assert second_step.being_set_up(member) is None

    def test_a_key_is_shown_and_confirmed_only_where_the_password_was_given(self, member):
        mine, found = sign_in(member)[0], sign_in(member)[0]
        mine.post(f"{PAGE}prepare/", {"password": PASSWORD})
        app = pyotp.TOTP(mine.get(PAGE).context["key"].text)

        assert found.get(PAGE).context["key"] is None
        assert found.post(f"{PAGE}confirm/", {"code": app.now()}).status_code == 409
        assert not second_step.is_on(member)
        assert mine.post(f"{PAGE}confirm/", {"code": app.now()}).status_code == 200

    def test_it_is_given_anew_after_a_quarter_of_an_hour(self, member):
        client, _answer = sign_in(member)
        client.post(f"{PAGE}prepare/", {"password": PASSWORD})
        session = client.session
        session["proved_until"] = (datetime.now(UTC) - timedelta(seconds=1)).isoformat()
        session.save()

        assert client.get(PAGE).context["key"] is None

    @pytest.mark.parametrize("act", ["codes", "off"])
    def test_a_code_alone_renews_nothing_and_turns_nothing_off(self, member, codes, act):
        client, answer = sign_in(member)
        client.post(answer.url, {"code": codes[0]})
        for given in ({}, {"password": "not the password"}):
            answer = client.post(f"{PAGE}{act}/", {"code": codes[1], **given})
            assert answer.status_code == 422
        assert second_step.codes_left(member) == 9
        assert second_step.has_app(member)
