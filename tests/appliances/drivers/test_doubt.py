"""What is known after an answer that is none: when to come back, and whether it may have worked."""

import io
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from appliances.drivers.errors import (
    ApiError,
    DriverError,
    Forbidden,
    ProtocolError,
    RateLimited,
    Unauthorised,
    Unreachable,
)
from tests.appliances.drivers.scripted import HEALTHY_XML, staged
from tests.portal.egress_listeners import page

HTML = b"<!DOCTYPE html><html><body><form action='/login'>Sign in</form></body></html>"


@pytest.fixture(scope="module")
def stage():
    with staged() as made:
        yield made


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7),
        ("0", 0),
        ("-5", 0),
        ("999999", 3600),
        ("Mon, 99 Foo 2026", None),
        ("soon", None),
    ],
)
def test_a_limit_tells_when_to_come_back(stage, value, seconds):
    stage.script.will_say(page(b"", "429 Too Many Requests", f"Retry-After: {value}"))

    with pytest.raises(RateLimited) as caught:
        stage.driver("xml").health()

    assert caught.value.retry_after == seconds


def test_a_limit_may_name_the_hour(stage):
    later = format_datetime(datetime.now(UTC) + timedelta(seconds=100))
    stage.script.will_say(page(b"", "429 Too Many Requests", f"Retry-After: {later}"))

    with pytest.raises(RateLimited) as caught:
        stage.driver("xml").health()

    assert caught.value.retry_after == pytest.approx(100, abs=5)


@pytest.mark.parametrize(
    "said", [HTML, b"", b"<set_failover_role/>", page(HTML, "503 Away"), HEALTHY_XML[:99]]
)
def test_an_unclear_answer_to_a_change_may_have_had_its_effect(stage, said):
    stage.script.will_say(HEALTHY_XML, said)

    with pytest.raises(DriverError) as caught:
        stage.driver("xml").set_failover_role("backup")

    assert caught.value.effect_possible is True


@pytest.mark.parametrize("said", [HTML, b"", page(HTML, "503 Away"), HEALTHY_XML[:99]])
def test_an_unclear_answer_before_the_change_had_none(stage, said):
    stage.script.will_say(said)

    with pytest.raises(DriverError) as caught:
        stage.driver("xml").set_failover_role("backup")

    assert caught.value.effect_possible is False


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        (b"", ProtocolError),
        (HTML, ProtocolError),
        (b"\xef\xbb\xbf" + HTML, ProtocolError),
        (HEALTHY_XML, ProtocolError),
        (b"<error>broken</error>", ApiError),
        (b"plain words", ProtocolError),
        ("Sauvegarde refusée é".encode() * 300, ProtocolError),
        (b'{"error": "server_error", "message": "broken"}', ApiError),
        (b"<html>Invalid credentials</html>", Unauthorised),
        (b"<h1>Document Not Found</h1>", Forbidden),
        (page(b"\x00\x01binary", "404 Not Found"), Forbidden),
        (page(b"\x00\x01binary", "500 Oops"), ApiError),
        (page(b"\x00\x01binary", "202 Later"), ApiError),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\x00\x01half", Unreachable),
    ],
)
def test_what_is_no_backup_is_not_kept(stage, said, kind):
    stage.script.will_say(HEALTHY_XML, said)

    with pytest.raises(DriverError) as caught:
        stage.driver("xml").take_backup(io.BytesIO(), limit=10**6)

    assert type(caught.value) is kind


def test_pages_without_a_last_one_end_somewhere(stage):
    row = b'{"id": 1, "connection_type": "active"}'
    stage.script.will_say(b"[" + b",".join([row] * 100) + b"]")

    with pytest.raises(ProtocolError, match="pages"):
        list(stage.driver("json").jump_clients())
