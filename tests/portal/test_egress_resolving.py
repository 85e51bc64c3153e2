import socket
import time

import pytest

from portal.egress import Guard, NotAllowed, Target, Unreachable
from portal.egress.resolving import resolve


@pytest.fixture
def answers(monkeypatch):
    """Stands in for the C library: name to addresses, an exception, or a wait."""
    known: dict[str, object] = {}

    def getaddrinfo(name: str, port: int, **options: object) -> list[tuple]:
        answer = known.get(name, socket.gaierror(-2, "Name or service not known"))
        if isinstance(answer, float):
            time.sleep(answer)
            return []
        if isinstance(answer, Exception):
            raise answer
        return [(0, 0, 0, "", (address, port)) for address in answer]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return known


def test_the_name_is_asked_with_a_trailing_dot_and_every_record_counts(answers):
    answers["support.example.com."] = ["8.8.8.8", "2606:4700::1", "8.8.8.8"]

    assert resolve("support.example.com", 443, 5) == ["8.8.8.8", "2606:4700::1"]


@pytest.mark.parametrize(
    "failure",
    [
        socket.gaierror(-3, "Temporary failure in name resolution"),
        UnicodeError("label too long"),
        OSError(24, "Too many open files"),
        [],
    ],
)
def test_a_failed_look_up_is_unreachable(answers, failure):
    answers["support.example.com."] = failure

    with pytest.raises(Unreachable) as caught:
        resolve("support.example.com", 443, 5)
    assert caught.value.sent is False


def test_a_slow_name_service_is_left_behind(answers):
    answers["support.example.com."] = 0.5
    began = time.monotonic()

    with pytest.raises(Unreachable):
        resolve("support.example.com", 443, 0.05)

    assert time.monotonic() - began < 0.4
    time.sleep(0.5)  # its thread ends by itself


def test_the_real_resolver_of_this_machine_leads_nowhere_forbidden():
    guard = Guard(dial=lambda *asked: pytest.fail("connected"))

    with pytest.raises((NotAllowed, Unreachable)):
        guard.door(Target("nothing.invalid")).request("GET", "/")


def test_a_check_tells_the_addresses_and_connects_to_nothing(answers):
    answers["support.example.com."] = ["8.8.8.8"]
    guard = Guard(dial=lambda *asked: pytest.fail("connected"))

    assert guard.door(Target("support.example.com")).check() == ["8.8.8.8"]
