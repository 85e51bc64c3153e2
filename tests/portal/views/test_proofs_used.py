"""What was shown at the company's provider counts once, for its purpose, in its session."""

from datetime import timedelta

import pyotp
import pytest
from django.test import Client

from portal.models import ShownProof, StaffTie
from portal.services import people, proofs, second_step
from portal.services.erasing import asking
from tests import factories
from tests.conftest import NOON
from tests.portal.openid import CLIENT, ISSUER, SECRET
from tests.portal.proving import (
    DATA,
    SECOND,
    passwordless,
    prepare,
    shown,
    way,
    without_password,
)  # fmt: skip

__all__ = ["passwordless"]


def test_it_counts_once(passwordless):
    shown(passwordless)
    assert prepare(passwordless).status_code == 302
    first = second_step.being_set_up(passwordless.member)

    assert prepare(passwordless).status_code == 422
    assert second_step.being_set_up(passwordless.member) == first


def test_it_counts_for_five_minutes(passwordless):
    shown(passwordless)
    row = ShownProof.objects.get()
    left = row.expires_at - proofs.datetime.now(proofs.UTC)
    assert timedelta(minutes=4, seconds=50) < left <= timedelta(minutes=5)
    ShownProof.objects.all().delete()
    row.expires_at = proofs.datetime.now(proofs.UTC) - timedelta(seconds=1)
    row.save(force_insert=True)

    assert prepare(passwordless).status_code == 422
    assert second_step.being_set_up(passwordless.member) is None
    assert proofs.forget_old() == 1


@pytest.mark.parametrize("purpose", ["passkeys", "erasure-marmara", "erasure-borealis"])
def test_what_was_shown_for_something_else_does_not_count(passwordless, purpose):
    shown(passwordless, purpose)

    assert prepare(passwordless).status_code == 422
    assert second_step.being_set_up(passwordless.member) is None
    assert ShownProof.objects.get().purpose == purpose


def test_it_counts_in_its_own_session_alone(passwordless):
    other = Client()
    passwordless.arrive(client=other)
    shown(passwordless, client=other)

    assert prepare(passwordless).status_code == 422
    assert second_step.being_set_up(passwordless.member) is None
    assert other.post(f"{SECOND}prepare/").status_code == 302


def test_a_refused_act_gives_it_back(passwordless):
    """A wrong code is no act: the proof counts until something was done with it."""
    shown(passwordless)
    prepare(passwordless)
    key = passwordless.client.get(SECOND).context["key"].text
    codes = passwordless.client.post(
        f"{SECOND}confirm/", {"code": pyotp.TOTP(key).now()}
    ).context["codes"]  # fmt: skip
    shown(passwordless)

    wrong = passwordless.client.post(f"{SECOND}codes/", {"code": "000000"})
    assert (wrong.status_code, ShownProof.objects.count()) == (422, 1)
    right = passwordless.client.post(f"{SECOND}codes/", {"code": codes[0]})
    assert len(right.context["codes"]) == 10
    assert not ShownProof.objects.exists()
    assert passwordless.client.post(f"{SECOND}off/", {"code": codes[1]}).status_code == 422
    assert second_step.has_app(passwordless.member)


def test_somebody_with_an_app_shows_a_code_where_the_session_has_shown_none(passwordless):
    """Their provider speaks of one factor: a code comes first, then the company's account."""
    key = second_step.prepare(passwordless.member)
    codes = second_step.confirm(passwordless.member, pyotp.TOTP(key.text).now(), address="")
    shown(passwordless)
    refused = passwordless.client.post(f"{SECOND}codes/", {"code": codes[0]})
    assert (refused.status_code, "no second step" in refused.content.decode()) == (422, True)
    assert second_step.codes_left(passwordless.member) == 10

    page = "/profile/prove/second-step/code/"
    assert passwordless.client.post(page, {"code": "000000"}).status_code == 422
    assert passwordless.client.post(page, {"code": codes[1]}).url == SECOND
    assert passwordless.client.post(f"{SECOND}codes/", {"code": codes[2]}).status_code == 200


def test_several_factors_there_are_the_second_step_here(passwordless):
    key = second_step.prepare(passwordless.member)
    codes = second_step.confirm(passwordless.member, pyotp.TOTP(key.text).now(), address="")

    shown(passwordless, amr=["pwd", "mfa"])

    assert passwordless.client.post(f"{SECOND}codes/", {"code": codes[0]}).status_code == 200


def test_an_erasure_is_asked_for_once_for_the_customer_it_was_shown_for(company):
    without_password(company).arrive(company.administrator.email)
    given = {"reason": "over", "name": "Marmara"}
    assert "Show first that it is you" in company.client.get(DATA).content.decode()
    shown(company, "erasure-borealis")
    refused = company.client.post(f"{DATA}ask/", given)
    assert "You have not shown that it is you" in refused.content.decode()
    assert company.do(lambda **who: asking.current()) is None

    assert shown(company, "erasure-marmara").url == DATA
    wrong = company.client.post(f"{DATA}ask/", {**given, "name": "Another"})
    assert "That is not the customer’s name" in wrong.content.decode()
    assert company.client.post(f"{DATA}ask/", given).status_code == 302
    assert company.do(lambda **who: asking.current()).state == "ASKED"
    assert not ShownProof.objects.filter(purpose="erasure-marmara").exists()


def test_staff_who_came_by_the_vendors_provider_set_up_an_app(company, settings):
    """They have no password, and do nothing before they have a second step."""
    settings.STAFF_OIDC_ISSUER, settings.STAFF_OIDC_CLIENT_ID = ISSUER, CLIENT
    settings.STAFF_OIDC_CLIENT_SECRET, settings.STAFF_OIDC_DOMAINS = SECRET, ["vendor.example"]
    settings.SECOND_STEP_FOR_STAFF = True
    ana = factories.staff("ADMINISTRATOR", name="Ana", email="ana@vendor.example")
    ana.set_unusable_password()
    ana.save()
    company.arrive(ana.email)
    assert company.client.get("/platform/staff/").url == SECOND

    assert shown(company).url == SECOND
    prepare(company)
    key = company.client.get(SECOND).context["key"].text
    company.client.post(f"{SECOND}confirm/", {"code": pyotp.TOTP(key).now()})

    assert company.client.get("/platform/staff/").status_code == 200
    assert StaffTie.objects.get().user == ana


def test_who_signed_in_by_password_is_sent_to_no_provider(company):
    client = Client()
    client.force_login(company.member)

    assert client.post("/profile/prove/second-step/company/").status_code == 404
    assert "Type it on the page" in client.get("/profile/prove/second-step/").content.decode()


@pytest.mark.parametrize("purpose", ["anything", "erasure-", "passkeys-"])
def test_there_are_no_other_purposes(passwordless, purpose):
    for more in ("", "company/", "passkey/", "passkey/options/", "code/"):
        path = f"/profile/prove/{purpose}/{more}"
        ask = passwordless.client.post if more else passwordless.client.get
        assert ask(path).status_code == 404


def test_nobody_who_is_not_signed_in_shows_anything(db):
    for more in ("company/", "passkey/", "passkey/options/", "code/"):
        answer = Client().post(f"/profile/prove/passkeys/{more}")
        assert answer.url.startswith("/sign-in/")


def test_asking_the_provider_ends_soon(passwordless):
    tries = [
        passwordless.client.post("/profile/prove/passkeys/company/").status_code
        for _number in range(10)
    ]
    assert tries == [200] * 9 + [429]  # one was the sign-in's


def test_viewers_and_people_of_some_sites_prove_like_others(company):
    without_password(company)
    for role, sites in (("VIEWER", None), ("OPERATOR", [])):
        person = factories.a_member(
            company.customer, role, name=role, email=f"{role.lower()}@marmara.example",
            site_ids=sites,
        )  # fmt: skip
        person.set_unusable_password()
        person.save()
        client = Client()
        company.arrive(person.email, client)
        assert shown(company, client=client).url == SECOND
        assert client.post(f"{SECOND}prepare/").status_code == 302


def test_a_disabled_person_proves_nothing(passwordless):
    url = passwordless.there.authorize(way(passwordless)).removeprefix("http://testserver")
    people.disable(passwordless.member, at=NOON)

    passwordless.client.get(url)

    assert not ShownProof.objects.exists()
