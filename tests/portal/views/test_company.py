"""Signing in with a company's account, through the pages, at a provider over TLS."""

from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest
from django.test import Client

from portal import tenancy
from portal.models import AuditEvent, CompanyTicket, Session
from portal.services.company import providers
from tests.portal import openid as there
from tests.portal.conftest import DOMAIN
from tests.portal.openid import EC, ISSUER, RSA, STRANGE

NOT_TRUSTED = "gave an answer that cannot be trusted"
OPENS_NOTHING = "account opens nothing here"


def refused(company, answer, words):
    """Nobody is signed in, nothing was tied, and the page says why."""
    assert words in answer.content.decode()
    assert not company.signed_in()
    assert not Session.objects.exclude(user=None).exists()
    return answer.status_code


def test_the_whole_way_ends_where_one_wanted_to_go(company):
    answer = company.arrive(after="/c/marmara/members/?page=2")

    assert (answer.status_code, answer["Location"]) == (302, "/c/marmara/members/?page=2")
    assert company.client.get("/c/marmara/").status_code == 200
    assert company.ties() == [(company.member.email, f"sub of {company.member.email}")]
    with tenancy.transaction(company.customer):
        told = AuditEvent.objects.get(name="company_tie.made")
    assert (told.actor_id, told.data["person"]) == (company.member.pk, str(company.member.pk))


def test_what_is_asked_there(company):
    parts = urlsplit(company.way())
    asked = dict(parse_qsl(parts.query))

    assert f"{parts.scheme}://{parts.netloc}" == ISSUER
    assert asked.pop("state") != asked.pop("nonce")
    assert len(asked.pop("code_challenge")) == 43
    assert asked == {
        "response_type": "code", "client_id": there.CLIENT, "scope": "openid email",
        "redirect_uri": "http://testserver/sign-in/company/marmara/back/",
        "code_challenge_method": "S256", "login_hint": company.member.email,
    }  # fmt: skip


def test_the_page_leads_on_without_scripts_and_by_a_link(company):
    answer = company.start()
    url = answer.context["url"].replace("&", "&amp;")

    assert f'<meta http-equiv="refresh" content="0; url={url}">' in answer.content.decode()
    assert f'href="{url}"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


def test_the_answer_is_the_same_for_everybody_of_a_domain(company):
    stranger = company.start(f"nobody.at.all@{DOMAIN}")
    known = company.start(company.member.email.upper())

    assert stranger.status_code == known.status_code == 200
    assert urlsplit(stranger.context["url"]).path == urlsplit(known.context["url"]).path


def test_a_domain_without_provider_says_so_and_asks_nobody(company):
    company.there.asked.clear()

    answer = company.start("ines@elsewhere.example")

    assert refused(company, answer, "No company’s sign-in is known here") == 422
    assert company.there.asked == []


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example", "\\\\evil"])
def test_it_never_leads_elsewhere(company, elsewhere):
    assert company.arrive(after=elsewhere)["Location"] == "/"


LIES = {
    "wrong nonce": {"nonce": "another"},
    "no nonce": {"nonce": None},
    "another client": {"aud": "another"},
    "several clients": {"aud": [there.CLIENT, "another"]},
    "made for another": {"aud": [there.CLIENT, "another"], "azp": "another"},
    "another party": {"azp": "another"},
    "another issuer": {"iss": "https://evil.example"},
    "no issuer": {"iss": None},
    "expired": {"exp": 1_000_000_000},
    "never expires": {"exp": None},
    "expires by a word": {"exp": "tomorrow"},
    "of the future": {"iat": 4_000_000_000},
    "not yet": {"nbf": 4_000_000_000},
    "nobody": {"sub": None},
    "empty subject": {"sub": ""},
    "long subject": {"sub": "x" * 256},
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_token_that_says_the_wrong_thing_signs_nobody_in(company, lie):
    company.there.claims = lie

    assert refused(company, company.arrive(), NOT_TRUSTED) == 422
    assert company.ties() == []


@pytest.mark.parametrize("sign", [there.unsigned, there.by_public_key, there.with_own_key])
def test_a_token_that_the_providers_key_did_not_sign_signs_nobody_in(company, sign):
    company.there.sign = sign

    assert refused(company, company.arrive(), NOT_TRUSTED) == 422


def test_a_key_of_the_right_name_that_is_not_published_signs_nobody_in(company):
    company.there.key = STRANGE

    assert refused(company, company.arrive(), NOT_TRUSTED) == 422


@pytest.mark.parametrize(("key", "algorithm"), [(RSA, "RS256"), (EC, "ES256")])
def test_two_algorithms_sign(company, key, algorithm):
    company.there.key, company.there.algorithm = key, algorithm

    assert company.arrive().status_code == 302


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_no_other_algorithm_signs(company, algorithm):
    company.there.algorithm = algorithm

    assert refused(company, company.arrive(), NOT_TRUSTED) == 422


def test_an_answer_is_good_once(company):
    company.there.knows(company.member.email)
    url = company.there.authorize(company.way()).removeprefix("http://testserver")

    assert company.client.get(url).status_code == 302
    company.client.post("/sign-out/")
    assert refused(company, company.client.get(url), "was answered before") == 422


def test_an_answer_is_good_in_the_browser_that_asked_alone(company):
    company.there.knows(company.member.email)
    url = company.way()
    thief = Client()
    company.way(client=thief)

    assert b"began in another browser" in company.back(url, thief).content
    assert not company.signed_in(thief)
    assert company.back(url).status_code == 302  # and the rightful one is not disturbed


def test_an_answer_whose_time_is_over_or_whose_state_is_another_is_stale(company):
    company.there.knows(company.member.email)
    path = company.there.authorize(company.way()).removeprefix("http://testserver")
    other = path.replace("state=", "state=x")

    assert refused(company, company.client.get(other), "was answered before") == 422
    CompanyTicket.objects.all().delete()
    assert refused(company, company.client.get(path), "was answered before") == 422
    assert company.client.get("/sign-in/company/marmara/back/").status_code == 422


def test_an_answer_comes_to_its_own_address_alone(company):
    company.there.knows(company.member.email)
    path = company.there.authorize(company.way()).removeprefix("http://testserver")

    for other in ("/sign-in/company/back/", "/sign-in/company/other/back/"):
        moved = path.replace("/sign-in/company/marmara/back/", other)
        assert refused(company, company.client.get(moved), "was answered before") == 422
        company.way()


@pytest.mark.parametrize("iss", ["", f"&iss={ISSUER}x"])
def test_an_answer_names_its_issuer_where_it_always_does(company, iss):
    company.there.knows(company.member.email)
    path = company.there.authorize(company.way()).removeprefix("http://testserver")

    answer = company.client.get(path.partition("&iss=")[0] + iss)

    assert refused(company, answer, NOT_TRUSTED) == 422


def test_a_refusal_of_the_provider_is_said_in_our_words(company):
    state = parse_qs(urlsplit(company.way()).query)["state"][0]

    answer = company.client.get(
        "/sign-in/company/marmara/back/",
        {"state": state, "iss": ISSUER, "error": "access_denied", "error_description": "<b>Boo"},
    )

    assert refused(company, answer, "did not let you in") == 422
    assert b"<b>Boo" not in answer.content


def test_tries_are_counted(company, monkeypatch):
    for _number in range(10):
        company.start()

    assert company.start().status_code == 429


def test_nobody_signs_in_by_a_provider_that_was_disabled_meanwhile(company):
    company.there.knows(company.member.email)
    url = company.way()
    company.do(providers.disable)

    assert refused(company, company.back(url), "was answered before") == 422
    assert company.start().status_code == 422


def test_the_button_is_there_where_somebody_may_use_it(company):
    assert b"/sign-in/company/" in Client().get("/sign-in/").content
    company.do(providers.disable)
    assert b"/sign-in/company/" not in Client().get("/sign-in/").content


def test_the_button_needs_the_address_alone(company):
    answer = company.client.post("/sign-in/company/", {"email": "", "password": "typed by habit"})

    assert answer.status_code == 200
    assert b"This field is required" in answer.content
    assert b"typed by habit" not in answer.content
