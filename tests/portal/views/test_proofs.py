"""Answers of the company's provider that show that it is still the person, and that do not."""

import time
from urllib.parse import parse_qsl, urlsplit

import pyotp
import pytest
from django.test import Client

from portal.models import CompanyTicket, ShownProof
from portal.services import second_step
from portal.services.company import providers
from tests.portal.proving import (
    SECOND,
    passwordless,
    prepare,
    proves_nothing,
    shown,
    way,
)  # fmt: skip

__all__ = ["passwordless"]


def test_the_pages_say_the_way_that_one_has(passwordless):
    said = passwordless.client.get(SECOND).content.decode()
    assert "You have no password here. Sign in anew with your company’s account" in said
    assert 'name="password"' not in said
    said = passwordless.client.get("/profile/prove/second-step/").content.decode()
    assert "Sign in anew with your company’s account" in said
    assert "Show a passkey" not in said


def test_what_is_asked_there(passwordless):
    asked = dict(parse_qsl(urlsplit(way(passwordless)).query))

    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert asked["login_hint"] == passwordless.member.email
    ticket = CompanyTicket.objects.get()
    assert (ticket.purpose, ticket.person_id) == ("second-step", passwordless.member.pk)
    assert asked["state"] == ticket.state
    assert asked["nonce"] == ticket.nonce != ticket.state


def test_an_app_is_set_up_by_signing_in_anew(passwordless):
    answer = shown(passwordless)
    assert answer.url == SECOND
    assert "It counts once, until" in passwordless.client.get(SECOND).content.decode()

    assert prepare(passwordless).url == SECOND
    key = passwordless.client.get(SECOND).context["key"].text
    done = passwordless.client.post(f"{SECOND}confirm/", {"code": pyotp.TOTP(key).now()})

    assert len(done.context["codes"]) == 10
    assert second_step.has_app(passwordless.member)


def test_an_answer_is_good_once(passwordless):
    url = passwordless.there.authorize(way(passwordless)).removeprefix("http://testserver")
    assert passwordless.client.get(url).url == SECOND
    prepare(passwordless)
    second_step.SecondStep.objects.all().delete()

    again = passwordless.client.get(url)

    assert again.status_code in (302, 422)
    assert prepare(passwordless).status_code == 422
    assert second_step.being_set_up(passwordless.member) is None


def test_an_answer_of_another_session_is_void(passwordless):
    mine = passwordless.there.authorize(way(passwordless)).removeprefix("http://testserver")
    thief = Client()
    passwordless.arrive(client=thief)
    way(passwordless, client=thief)

    assert thief.get(mine).status_code == 422
    assert not ShownProof.objects.exists()
    assert passwordless.client.get(mine).url == SECOND  # and the rightful one is not disturbed


def test_another_account_of_the_provider_is_not_the_person(passwordless):
    passwordless.there.knows(passwordless.member.email, "another subject")

    proves_nothing(passwordless, shown(passwordless), "with another account than here")


def test_another_person_of_the_company_is_not_the_person(passwordless):
    passwordless.arrive(passwordless.administrator.email, Client())
    passwordless.there.knows(passwordless.administrator.email)

    proves_nothing(passwordless, shown(passwordless), "with another account than here")


def test_the_same_account_under_another_address_is_the_person(passwordless):
    passwordless.there.knows("new@other.example", f"sub of {passwordless.member.email}")

    assert shown(passwordless).url == SECOND


STALE = {
    "left out": None, "long ago": lambda now: now - 90, "a word": lambda now: str(now),
    "true": lambda now: True, "tomorrow": lambda now: now + 86_400, "never": lambda now: 0,
    "nowhere": lambda now: float("-inf"),
}  # fmt: skip


@pytest.mark.parametrize("when", STALE.values(), ids=STALE)
def test_who_did_not_sign_in_just_now_proves_nothing(passwordless, when):
    said = when and when(int(time.time()))

    answer = shown(passwordless, auth_time=said)

    proves_nothing(passwordless, answer, "gave an answer that cannot be trusted")


def test_a_wrong_nonce_proves_nothing(passwordless):
    answer = shown(passwordless, nonce="another")

    proves_nothing(passwordless, answer, "gave an answer that cannot be trusted")


def test_a_sign_in_proves_nothing_and_a_proof_signs_nobody_in(passwordless):
    """The purpose is the ticket's: a session that says another gets nothing for it."""
    url = passwordless.way()
    session = passwordless.client.session
    session["company_proof"] = "second-step"
    session.save()
    proves_nothing(passwordless, passwordless.back(url), "was answered before")

    fresh = Client()
    url = way(passwordless)
    session = fresh.session
    session["company"] = passwordless.client.session["company"]
    session.save()
    answer = passwordless.back(url, fresh)
    assert (answer.status_code, passwordless.signed_in(fresh)) == (422, False)


def test_the_purpose_of_an_answer_cannot_be_swapped(passwordless):
    url = way(passwordless, "passkeys")
    session = passwordless.client.session
    session["company_proof"] = "second-step"
    session.save()

    proves_nothing(passwordless, passwordless.back(url), "was answered before")


def test_whoever_is_signed_out_meanwhile_proves_nothing(passwordless):
    url = passwordless.there.authorize(way(passwordless)).removeprefix("http://testserver")
    passwordless.client.post("/sign-out/")

    assert passwordless.client.get(url).status_code == 422
    assert not ShownProof.objects.exists()
    assert not passwordless.signed_in()


def test_a_provider_that_was_disabled_meanwhile_proves_nothing(passwordless):
    url = way(passwordless)
    passwordless.do(providers.disable)

    answer = passwordless.back(url)

    assert (answer.status_code, passwordless.signed_in()) == (422, False)
    assert not ShownProof.objects.exists()
