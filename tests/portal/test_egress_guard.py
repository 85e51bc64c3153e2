"""The guard against real listeners: what it sends, rebinding, redirects."""

import socket

import pytest

from portal.egress import Guard, NotAllowed, Target, Unreachable
from tests.portal.egress_listeners import Listener, listening, page

HOST = "appliance.sim"
SIMULATED = Target(HOST, simulated=True)


def door_to(listener: Listener):
    return Guard(simulator=("127.0.0.1", listener.port)).door(SIMULATED)


def test_a_simulated_appliance_is_called_by_its_name_over_plain_http():
    with listening(page(b"Ok", "200 OK", "Content-Type: text/plain; charset=x")) as listener:
        response = door_to(listener).request("GET", "/check_health?a=b")

    assert (response.status, response.body, response.content_type) == (200, b"Ok", "text/plain")
    head = listener.requests[0].decode().split("\r\n")
    assert head[0] == "GET /check_health?a=b HTTP/1.1"
    assert sorted(line for line in head[1:] if line) == [
        "Accept-Encoding: identity",
        "Connection: close",
        "Host: appliance.sim",
    ]


def test_a_body_is_sent_with_its_length_and_the_callers_headers():
    with listening(page(b"")) as listener:
        door_to(listener).request("POST", "/", headers={"X-Mine": "1"}, body=b"abc")

    head, _, body = listener.requests[0].partition(b"\r\n\r\n")
    assert b"X-Mine: 1" in head
    assert b"Content-Length: 3" in head
    assert body == b"abc"


def test_a_caller_cannot_change_the_host():
    with listening(page(b"")) as listener:
        door_to(listener).request("GET", "/", headers={"Host": "other.sim"})

    assert b"Host: appliance.sim" in listener.requests[0]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
def test_a_header_cannot_carry_another(value):
    with listening(page(b"")) as listener, pytest.raises(Unreachable) as caught:
        door_to(listener).request("GET", "/", headers={"X-Mine": value})

    assert caught.value.sent is False
    assert b"X-Mine" not in b"".join(listener.requests)


@pytest.mark.parametrize(
    "target",
    [
        Target("appliance.example.com", simulated=True),
        Target("sim", simulated=True),
        Target("127.0.0.1", simulated=True),
        Target("127.0.0.1", simulated=True, private_allowed=True),
        Target("appliance.sim.", simulated=True),
        Target(HOST),
        Target(HOST, private_allowed=True),
    ],
)
def test_only_names_under_sim_reach_the_simulator_and_nothing_else_does(target):
    guard = Guard(simulator=("127.0.0.1", 1), allow_private=True)

    with pytest.raises(NotAllowed):
        guard.door(target)


def test_without_a_simulator_nothing_is_simulated():
    with pytest.raises(NotAllowed):
        Guard().door(SIMULATED)


@pytest.mark.parametrize("port", [80, 22, 8443, 6379, 5432, 0, -1, 65536])
def test_other_ports_are_refused(port):
    with pytest.raises(NotAllowed):
        Guard().door(Target("support.example.com", port))


def test_a_resolver_error_stops_the_call():
    def resolve(*asked: object) -> list[str]:
        raise Unreachable("SERVFAIL")

    guard = Guard(resolve=resolve, dial=lambda *asked: pytest.fail("connected"))

    with pytest.raises(Unreachable):
        guard.door(Target("support.example.com")).request("GET", "/")


def test_no_records_are_a_resolver_error():
    guard = Guard(resolve=lambda *asked: [], dial=lambda *asked: pytest.fail("connected"))

    with pytest.raises(Unreachable):
        guard.door(Target("support.example.com")).request("GET", "/")


def test_a_thousand_rebinding_tries_connect_to_nothing_forbidden():
    asked, dialled = [], []

    def resolve(host: str, port: int, seconds: float) -> list[str]:
        asked.append(host)
        return ["8.8.8.8"] if len(asked) % 2 else ["127.0.0.1"]

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    guard = Guard(resolve=resolve, dial=dial)
    for _ in range(1000):
        with pytest.raises((NotAllowed, Unreachable)):
            guard.door(Target("rebind.example.com")).request("GET", "/")

    assert set(dialled) == {"8.8.8.8"}
    assert len(dialled) == 500


def test_a_door_resolves_once_and_stays_with_the_address_that_answered():
    asked, dialled = [], []

    def resolve(host: str, port: int, seconds: float) -> list[str]:
        asked.append(host)
        return ["1.1.1.1", "8.8.8.8"] if len(asked) == 1 else ["9.9.9.9"]

    def dial(address: str, port: int, seconds: float) -> socket.socket:
        dialled.append(address)
        if address == "1.1.1.1":
            raise ConnectionRefusedError
        return listener.dial(address, port, seconds)

    with listening(page(b"")) as listener:
        door = Guard(resolve=resolve, dial=dial).door(Target("support.example.com"))
        for _ in range(3):
            with pytest.raises(Unreachable, match="unreachable"):  # no TLS there
                door.request("GET", "/")

    assert asked == ["support.example.com"]
    assert dialled == ["1.1.1.1", "8.8.8.8", "8.8.8.8", "8.8.8.8"]


def test_the_peer_is_compared_with_what_was_checked():
    def dial(address: str, port: int, seconds: float) -> socket.socket:
        return socket.create_connection(("127.0.0.1", listener.port))

    with listening(page(b"secret")) as listener:
        guard = Guard(resolve=lambda *asked: ["8.8.8.8"], dial=dial)
        with pytest.raises(NotAllowed):
            guard.door(Target("support.example.com")).request("GET", "/")

    assert listener.requests in ([], [b"\r\n\r\n"])


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 305, 307, 308])
@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:6379/", "https://169.254.169.254/latest/", "//evil.example/", "/again"],
)
def test_a_redirect_is_an_answer_and_is_not_followed(status, location):
    with listening(page(b"", f"{status} Moved", f"Location: {location}")) as listener:
        response = door_to(listener).request("GET", "/")

    assert response.status == status
    assert len(listener.requests) == 1


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")

    with listening(page(b"direct")) as listener:
        assert door_to(listener).request("GET", "/").body == b"direct"


def test_cookies_are_not_kept():
    with listening(page(b"", "200 OK", "Set-Cookie: ns_sl=1")) as listener:
        door = door_to(listener)
        door.request("GET", "/")
        door.request("GET", "/")

    assert b"ookie" not in listener.requests[1]
