"""Passwords known from breaches: a range query is asked by setting, and tells nothing away."""

import hashlib

import pytest
from django.core.exceptions import ValidationError

from portal import checks
from portal.egress import Guard
from portal.services import breaches, links
from tests.factories import a_person
from tests.portal.egress_listeners import OUTSIDE, Authority, listening, page

HOST, PASSWORD = "range.example.com", "correct horse battery staple"
DIGEST = hashlib.sha1(PASSWORD.encode()).hexdigest().upper()
OTHER = f"{'0' * 35}:7\r\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("range"))


@pytest.fixture(autouse=True)
def asked(settings):
    settings.BREACHED_PASSWORDS_URL = f"https://{HOST}/range/"


@pytest.fixture
def answering(authority):
    """Ask a small server that answers this; what it was sent, and whether the password passed."""

    def ask(answer, demand=breaches.demand_unknown, *words, **more):
        context, _print = authority.server(HOST)
        with listening(answer, context) as listener:
            guard = Guard(
                resolve=lambda *asked: [OUTSIDE], dial=listener.dial,
                authorities=str(authority.file),
            )  # fmt: skip
            try:
                demand(*(words or (PASSWORD,)), guard=guard, **more)
            except ValidationError as error:
                return listener.requests, error.code != "password_breached"
            return listener.requests, True

    return ask


def listed(count, digest=DIGEST):
    return page(f"{OTHER}{digest[5:]}:{count}\r\n".encode())


def test_five_digits_are_sent_and_nothing_else(answering):
    (request,), passed = answering(listed(3))

    assert not passed
    assert request.startswith(f"GET /range/{DIGEST[:5]} HTTP/1.1".encode())
    assert b"Add-Padding: true" in request
    for secret in (PASSWORD.encode(), DIGEST[5:].encode(), DIGEST[5:].lower().encode()):
        assert secret not in request


@pytest.mark.parametrize(
    "answer",
    [page(OTHER.encode()), listed(0), page(b""), page(b"\xff\x00 no list"),
     page(listed(3), "503 Busy"), page(b"", "302 Found", "Location: https://evil.example/"),
     b"no HTTP at all\r\n\r\n"],
    ids=["others", "padding", "empty", "rubbish", "busy", "elsewhere", "broken"],
)  # fmt: skip
def test_whatever_else_is_answered_lets_it_pass(answering, answer):
    requests, passed = answering(answer)

    assert (len(requests), passed) == (1, True)


def test_no_answer_is_logged_and_lets_it_pass(caplog):
    def nobody(*asked):
        raise OSError("no way")

    breaches.demand_unknown(PASSWORD, guard=Guard(resolve=lambda *asked: [OUTSIDE], dial=nobody))

    assert "breached passwords not asked" in caplog.text
    assert PASSWORD not in caplog.text


def test_an_address_inside_is_never_called(caplog):
    breaches.demand_unknown(PASSWORD, guard=Guard(resolve=lambda *asked: ["169.254.169.254"]))

    assert "breached passwords not asked" in caplog.text


def test_without_the_setting_nobody_is_asked(answering, settings):
    settings.BREACHED_PASSWORDS_URL = ""

    assert answering(listed(3)) == ([], True)


def test_a_new_password_is_asked_for_and_the_link_stays(db, answering):
    user = a_person()
    token = links.issue(links.PASSWORD, user=user).split("/link/")[1].rstrip("/")
    words = {"name": user.name, "email": "", "password": PASSWORD}

    assert answering(listed(3), links.use, token, **words)[1] is False
    user.refresh_from_db()
    assert not user.check_password(PASSWORD)
    assert answering(listed(0), links.use, token, **words)[1] is True
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


@pytest.mark.parametrize("url", ["http://range.example.com/", "https://127.0.0.1/", "range"])
def test_a_setting_that_cannot_be_called_is_found_at_the_start(settings, url):
    assert checks.settings_fit_together(None) == []
    settings.BREACHED_PASSWORDS_URL = url

    assert [found.id for found in checks.settings_fit_together(None)] == ["portal.E015"]
