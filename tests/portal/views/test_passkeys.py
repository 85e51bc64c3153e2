"""Passkeys through the pages: added with a fresh proof, and signed in with."""

import pyotp
import pytest
from django.test import Client

from portal.models import Passkey
from portal.services import second_step
from tests.factories import PASSWORD, a_customer, a_member, a_person
from tests.portal.authenticator import ORIGIN, Authenticator

PAGE, SIGN_IN = "/profile/passkeys/", "/sign-in/passkey/"


@pytest.fixture(autouse=True)
def public(settings):
    settings.PUBLIC_URL = ORIGIN


@pytest.fixture
def member(db):
    return a_member(a_customer("Marmara", slug="marmara"))


def signed_in(user):
    client = Client()
    client.post("/sign-in/", {"email": user.email, "password": PASSWORD})
    return client


def is_in(client):
    return client.get("/profile/").status_code == 200


def asked(client, password=PASSWORD):
    return client.post(f"{PAGE}options/", {"name": "Telephone", "password": password})


def add(client):
    device = Authenticator()
    answer = device.create(asked(client).content)
    return device, client.post(f"{PAGE}register/", {"name": "Telephone", "credential": answer})


def show(client, device, *, second_step=False, **more):
    """Sign in with a passkey, as the browser does."""
    told = {"second_step": "1"} if second_step else {}
    answer = device.get(client.post(f"{SIGN_IN}options/", told).content)
    return client.post(SIGN_IN, {"credential": answer, **more})


@pytest.fixture
def device(member):
    return add(signed_in(member))[0]


def test_it_is_added_with_the_password_and_shows_recovery_codes_once(member):
    client = signed_in(member)
    refused = asked(client, "another long password")
    assert (refused.status_code, refused.json()) == (422, {"problem": "The password is not right."})
    assert asked(client, "").status_code == 422

    _device, answer = add(client)

    assert len(answer.context["codes"]) == 10
    page = client.get(PAGE).content.decode()
    assert "Telephone" in page
    assert answer.context["codes"][0] not in page


def test_it_is_both_steps_and_leads_on(member, device):
    client = Client()
    assert show(client, device, next="/c/marmara/audit/").url == "/c/marmara/audit/"

    assert is_in(client)
    assert client.session["second_step"] is True


def test_the_password_alone_no_longer_signs_in_and_a_passkey_is_a_second_step(member, device):
    client = signed_in(member)
    assert not is_in(client)
    other = add(signed_in(a_person(email="other@example.com")))[0]
    assert "passkey" in client.get("/sign-in/code/").content.decode()

    assert show(client, other, second_step=True).status_code == 422
    assert not is_in(client)
    show(client, device, second_step=True)
    assert is_in(client)


def test_a_password_typed_before_stands_in_nobodys_way(member, device):
    other = a_person(email="other@example.com")
    theirs = add(signed_in(other))[0]
    client = signed_in(member)

    show(client, theirs)

    assert client.get("/profile/").context["user"] == other


def test_an_answer_counts_in_the_browser_that_was_asked_alone(member, device):
    mine, theirs = Client(), Client()
    answer = device.get(mine.post(f"{SIGN_IN}options/").content)
    theirs.post(f"{SIGN_IN}options/")

    assert theirs.post(SIGN_IN, {"credential": answer}).status_code == 422
    assert Client().post(SIGN_IN, {"credential": answer}).status_code == 422
    assert mine.post(SIGN_IN, {"credential": answer}).status_code == 302
    assert mine.post(SIGN_IN, {"credential": answer}).status_code == 422


def test_a_code_is_no_proof_and_the_app_may_go_where_a_passkey_stays(member):
    client = signed_in(member)
    client.post("/profile/second-step/prepare/", {"password": PASSWORD})
    app = pyotp.TOTP(client.get("/profile/second-step/").context["key"].text)
    answer = client.post("/profile/second-step/confirm/", {"code": app.now()})
    codes = answer.context["codes"]
    assert asked(client, codes[0]).status_code == 422

    assert add(client)[1].status_code == 302

    off = client.post(
        "/profile/second-step/off/", {"code": codes[1], "password": PASSWORD}, follow=True
    )
    assert "after your password a passkey is asked for" in off.content.decode()
    assert second_step.codes_left(member) == 9


def test_a_session_that_has_shown_the_password_alone_adds_and_removes_none(member):
    here, other = signed_in(member), signed_in(member)
    add(here)
    refused = asked(other)
    assert (refused.status_code, "no second step" in refused.json()["problem"]) == (422, True)
    words = {"passkey": str(Passkey.objects.get().pk), "password": PASSWORD}
    assert other.post(f"{PAGE}remove/", words).status_code == 422

    assert asked(here).status_code == 200
    assert Passkey.objects.exists()


def test_one_removes_ones_own_with_a_proof(member, device):
    client, mine = Client(), Passkey.objects.get()
    show(client, device)
    add(signed_in(a_person(email="other@example.com")))
    theirs = Passkey.objects.exclude(pk=mine.pk).get()
    for pk, password in ((mine.pk, "wrong"), (mine.pk, ""), (theirs.pk, PASSWORD)):
        answer = client.post(f"{PAGE}remove/", {"passkey": str(pk), "password": password})
        assert answer.status_code == 422

    answer = client.post(f"{PAGE}remove/", {"passkey": str(mine.pk), "password": PASSWORD})

    assert answer.status_code == 302
    assert list(Passkey.objects.all()) == [theirs]


def test_without_a_script_the_page_says_what_to_do(member):
    words = "A passkey needs JavaScript"
    assert words in Client().post(SIGN_IN, {}).content.decode()
    assert words in signed_in(member).post(f"{PAGE}register/", {"name": "x"}).content.decode()


def test_nothing_is_offered_where_browsers_would_refuse(member, settings):
    settings.PUBLIC_URL = "http://127.0.0.1:8000"

    assert "passkey" not in Client().get("/sign-in/").content.decode()
    assert Client().post(f"{SIGN_IN}options/").status_code == 404
    assert "options/" not in signed_in(member).get(PAGE).content.decode()
    assert asked(signed_in(member)).status_code == 404


def test_asking_for_challenges_ends_soon(db):
    client = Client()
    answers = [client.post(f"{SIGN_IN}options/").status_code for _number in range(61)]

    assert answers == [200] * 60 + [429]
