import pytest

from portal.egress import Guard, NotAllowed, Target, Unreachable
from tests.portal.egress_listeners import OUTSIDE, Authority, Listener, listening, page

HOST = "support.example.com"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


def door_to(listener: Listener, *, authorities: str = "", pin: str = "", host: str = HOST):
    guard = Guard(resolve=lambda *asked: [OUTSIDE], dial=listener.dial, authorities=authorities)
    return guard.door(Target(host, pin=pin))


def test_a_certificate_of_a_known_authority_for_the_name_is_accepted(authority):
    context, _ = authority.server(HOST)
    asked_for = []
    context.sni_callback = lambda sock, name, context: asked_for.append(name)

    with listening(page(b"Ok"), context) as listener:
        response = door_to(listener, authorities=str(authority.file)).request("GET", "/")

    assert response.body == b"Ok"
    assert response.certificate_ends_at.tzinfo is not None
    assert asked_for == [HOST]
    assert b"Host: support.example.com\r\n" in listener.requests[0]


@pytest.mark.parametrize(("hosts", "days"), [(("other.example.com",), 30), ((HOST,), -1)])
def test_another_name_or_an_ended_certificate_is_not(authority, hosts, days):
    context, _ = authority.server(*hosts, days=days)

    with listening(page(b"Ok"), context) as listener, pytest.raises(Unreachable) as caught:
        door_to(listener, authorities=str(authority.file)).request("GET", "/")

    assert listener.requests == []
    assert caught.value.sent is False


def test_an_unknown_authority_is_not(authority):
    context, _ = authority.server(HOST)

    with listening(page(b"Ok"), context) as listener, pytest.raises(Unreachable):
        door_to(listener).request("GET", "/")

    assert listener.requests == []


def test_a_pin_stands_in_for_a_private_authority(authority):
    context, pin = authority.server("sra-01.internal.example")
    spelled = ":".join(pin[i : i + 2] for i in range(0, 64, 2)).upper()

    with listening(page(b"Ok"), context) as listener:
        assert door_to(listener, pin=spelled).request("GET", "/").body == b"Ok"


def test_another_certificate_than_the_pinned_one_gets_no_byte(authority):
    context, _ = authority.server(HOST)

    with listening(page(b"Ok"), context) as listener:
        door = door_to(listener, pin="ab" * 32, authorities=str(authority.file))
        with pytest.raises(Unreachable) as caught:
            door.request("POST", "/", headers={"Authorization": "Bearer x"})

    assert b"Bearer" not in b"".join(listener.requests)
    assert caught.value.sent is False


@pytest.mark.parametrize("pin", ["ab", "g" * 64, "ab" * 20, "ab" * 33])
def test_a_malformed_pin_is_refused_before_any_call(pin):
    with pytest.raises(NotAllowed):
        Guard().door(Target(HOST, pin=pin))


def test_an_answer_that_ends_without_goodbye_is_not_whole(authority):
    context, pin = authority.server(HOST)

    def serve(client):
        client.sendall(b"HTTP/1.1 200 OK\r\n\r\nhalf of it")
        client.shutdown(2)  # the connection, without TLS's closing message

    with listening(serve, context) as listener, pytest.raises(Unreachable):
        door_to(listener, pin=pin).request("GET", "/")


def test_plain_http_behind_the_name_is_unreachable():
    with listening(page(b"Ok")) as listener, pytest.raises(Unreachable):
        door_to(listener).request("GET", "/")

    assert all(b"GET" not in request for request in listener.requests)


def test_a_private_address_is_reached_only_when_both_agree(authority):
    context, _ = authority.server(HOST)

    with listening(page(b"Ok"), context) as listener:
        for allow, approved in [(False, False), (True, False), (False, True), (True, True)]:
            guard = Guard(
                resolve=lambda *asked: ["10.1.2.3"],
                dial=listener.dial,
                authorities=str(authority.file),
                allow_private=allow,
            )
            door = guard.door(Target(HOST, private_allowed=approved))
            if allow and approved:
                assert door.request("GET", "/").body == b"Ok"
            else:
                with pytest.raises(NotAllowed):
                    door.request("GET", "/")
