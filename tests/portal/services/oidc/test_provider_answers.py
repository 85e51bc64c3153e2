"""What a provider may answer, and what of it is refused: slow, huge, elsewhere, no provider."""

import json
import time

import pytest
from joserfc import jwt

from portal import egress
from portal.egress import Guard
from portal.services.oidc import discovery, wire
from portal.services.oidc.wire import ProviderSilent
from tests.portal.openid import EC, ISSUER, RSA, STRANGE

CONFIG = "/.well-known/openid-configuration"
HTML = {"Content-Type": "text/html"}


def why(act, *words):
    with pytest.raises(ProviderSilent) as refused:
        act(*words)
    return str(refused.value)


def test_a_provider_that_answers_as_it_should(openid):
    found = discovery.read(ISSUER)

    assert (found.issuer, found.token_endpoint) == (ISSUER, f"{ISSUER}/token")
    assert [(key.name, key.algorithm) for key in discovery.keys(found)] == [
        ("r1", "RS256"), ("e1", "ES256"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ((200, HTML, b"<h1>Welcome</h1>"), "is not JSON"),
        ((200, {}, b"[]"), "is not JSON"),
        ((200, {}, b"[" * 100_000), "is not JSON"),
        ((200, {}, b'"' + b"x" * 300_001 + b'"'), "too large"),
        ((302, {"Location": "https://elsewhere.example/"}, b""), "redirect"),
        ((404, HTML, b"no"), "status 404"),
        ((500, {}, b"{}"), "status 500"),
    ],
    ids=["html", "list", "deep", "huge", "redirect", "missing", "broken"],
)  # fmt: skip
def test_an_answer_that_is_no_configuration(openid, answer, words):
    openid.answers[CONFIG] = answer

    assert words in why(discovery.read, ISSUER)
    assert openid.asked == [CONFIG]  # nothing else is asked, and nobody else


def test_a_slow_provider_is_not_waited_for(openid, monkeypatch):
    monkeypatch.setattr(wire, "SECONDS", 0.3)
    monkeypatch.setattr(openid, "configuration", lambda: time.sleep(2) or {})
    began = time.monotonic()

    assert "cannot be reached" in why(discovery.read, ISSUER)
    assert time.monotonic() - began < 1.5


@pytest.mark.parametrize(
    "inside", ["10.0.0.7", "127.0.0.1", "169.254.169.254", "192.168.1.1", "::1", "fd00::1"]
)
def test_an_address_inside_is_never_called(monkeypatch, inside):
    def dial(*asked):
        raise AssertionError("called")

    guard = Guard(resolve=lambda *asked: [inside], dial=dial, allow_private=True)
    monkeypatch.setattr(egress, "guard", lambda: guard)

    assert "not allowed" in why(discovery.read, ISSUER)


@pytest.mark.parametrize(
    "issuer",
    ["http://login.example.com", "https://127.0.0.1", "https://login.example.com:8443",
     "https://user@login.example.com", "https://localhost", "https://login.example.com/?a=b",
     "https://login.example.com/#x", "login.example.com", "", "https://" + "x." * 150 + "com"],
)  # fmt: skip
def test_an_issuer_is_a_plain_https_address(openid, issuer):
    assert "not a plain https address" in why(discovery.read, issuer)
    assert openid.asked == []


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ({"issuer": f"{ISSUER}/"}, "calls itself"),
        ({"issuer": None}, "calls itself"),
        ({"response_types_supported": ["id_token", "token"]}, "no code flow"),
        ({"response_types_supported": None}, "no code flow"),
        ({"id_token_signing_alg_values_supported": ["HS256", "none"]}, "neither RS256 nor ES256"),
        ({"code_challenge_methods_supported": ["plain"]}, "no PKCE"),
        ({"token_endpoint": "https://10.0.0.7/token"}, "“token_endpoint” is no address"),
        ({"token_endpoint": None}, "“token_endpoint” is no address"),
        ({"jwks_uri": "http://login.example.com/keys"}, "“jwks_uri” is no address"),
        ({"authorization_endpoint": "javascript:alert(1)"}, "“authorization_endpoint” is no"),
        ({"userinfo_endpoint": 7}, "“userinfo_endpoint” is no address"),
        ({"token_endpoint_auth_methods_supported": ["private_key_jwt"]}, "client’s secret"),
    ],
)  # fmt: skip
def test_a_configuration_that_cannot_be_used(openid, config, words):
    openid.config = config

    assert words in why(discovery.read, ISSUER)


def test_a_provider_may_take_the_secret_in_the_body_and_say_nothing_of_pkce(company):
    company.there.config = {
        "token_endpoint_auth_methods_supported": ["client_secret_post"],
        "code_challenge_methods_supported": None,
    }

    assert company.arrive().status_code == 302


def published(*rows):
    return 200, {}, json.dumps({"keys": list(rows)}).encode()


WEAK = {
    "kty": "RSA", "e": "AQAB", "kid": "w",
    "n": "sXchDaQebHnPiGvyDOAT4saGEUetSyo9MKLOoWFsueri23bOdgWp4Dy1WlUzewbgBHod5pcM9H95GQRV3JDXbo"
         "IRROSBigeC5yjU1hGzHHyXss8UDprecbAYxknTcQkhslANGRUZmdTOQ5qTRsLAt6BTYuyvVRdhS8exSZEy_c4g",
}  # fmt: skip


@pytest.mark.parametrize(
    "keys",
    [
        (200, {}, b"{}"),
        (200, {}, b'{"keys": "all"}'),
        published({"kty": "oct", "k": "c2VjcmV0", "kid": "r1", "alg": "HS256"}),
        published({**RSA.as_dict(private=False), "use": "enc"}),
        published({**RSA.as_dict(private=False), "alg": "RS512"}),
        published({**EC.as_dict(private=False), "x": "!"}),
        published({"kty": "RSA"}, 7, None, {"kty": "EC", "crv": "P-256"}),
        published(WEAK),
    ],
    ids=["none", "word", "secret", "for secrets", "another", "broken", "odd", "weak"],
)
def test_keys_that_do_not_sign_here(openid, keys):
    openid.answers["/keys"] = keys

    assert "publishes no key" in why(discovery.keys, discovery.read(ISSUER))


@pytest.mark.parametrize("path", ["/token", "/keys"])
@pytest.mark.parametrize(
    "answer",
    [(200, HTML, b"<h1>"), (302, {"Location": "https://elsewhere.example/"}, b""), (503, {}, b"")],
    ids=["html", "redirect", "busy"],
)
def test_on_the_way_back_too_nobody_is_signed_in_by_such_an_answer(company, path, answer):
    company.there.answers[path] = answer

    shown = company.arrive()

    assert shown.status_code == 422
    assert "cannot be used now" in shown.content.decode()
    assert not company.signed_in()
    assert company.ties() == []


def test_a_token_that_does_not_name_its_key_is_checked_with_the_only_one(company):
    company.there.sign = lambda claims: jwt.encode({"alg": "RS256"}, claims, RSA)
    assert company.arrive().status_code == 302

    company.client.post("/sign-out/")
    company.there.keys = [RSA, STRANGE]
    assert company.arrive().status_code == 422
