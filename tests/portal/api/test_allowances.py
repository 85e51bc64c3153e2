"""A key's calls are counted; who calls too often is told when to go on."""

import re

import pytest

from portal.models import ApiKey
from tests.portal.api.caller import Caller


@pytest.fixture
def three(settings):
    settings.API_CALLS_A_MINUTE = 3


def test_answers_tell_what_is_left_until_nothing_is(three, caller):
    answers = [caller.get("customers") for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    left = [re.fullmatch(r'"key";r=(\d+);t=(\d+)', a.headers["RateLimit"]) for a in answers]
    assert [int(found[1]) for found in left] == [2, 1, 0, 0]
    assert all(0 < int(found[2]) <= 60 for found in left)
    assert {answer.headers["RateLimit-Policy"] for answer in answers} == {'"key";q=3;w=60'}
    assert answers[3].json()["code"] == "throttled"
    assert 0 < int(answers[3].headers["Retry-After"]) <= 60


def test_what_was_throttled_was_not_done(three, caller, customer):
    for _ in range(3):
        caller.get("customers")

    refused = caller.post("contacts", {"name": "Jana"})

    assert refused.status_code == 429
    assert ApiKey.objects.count() == 1
    assert Caller(caller.key.user, customer).rows("contacts") == []  # another key has its own


def test_while_the_broker_is_away_nobody_is_limited(three, caller, settings):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"

    answers = [caller.get("customers") for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert "RateLimit" not in answers[0].headers
