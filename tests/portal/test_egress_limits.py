"""Answers that never end, end too early, or are none: each call is over in time and in size."""

import socket
import time

import pytest

from portal.egress import Guard, Target, TooMuch, Unreachable
from tests.portal.egress_listeners import Listener, listening, page


def door_to(listener: Listener):
    guard = Guard(simulator=("127.0.0.1", listener.port))
    return guard.door(Target("appliance.sim", simulated=True))


def endless(piece: bytes, pause: float = 0.0):
    def serve(client: socket.socket) -> None:
        while True:
            client.sendall(piece)
            time.sleep(pause)

    return serve


def starting(head: bytes, piece: bytes, pause: float = 0.0):
    def serve(client: socket.socket) -> None:
        client.sendall(head)
        endless(piece, pause)(client)

    return serve


OPEN_ENDED = b"HTTP/1.1 200 OK\r\n\r\n"
CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize(
    "serve",
    [
        starting(OPEN_ENDED, b"x" * 65536),
        starting(CHUNKED, b"10000\r\n" + b"x" * 65536 + b"\r\n"),
        starting(CHUNKED, b"1\r\nx\r\n" * 1000),
        starting(CHUNKED + b"-1\r\n", b"x" * 65536),
        page(b"x" * 1_000_001),
        b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\nx",
        starting(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536),
        endless(b"HTTP/1.1 100 Continue\r\n\r\n" * 1000),
        starting(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n" * 1000),
        starting(CHUNKED + b"0\r\n", b"Trailer: y\r\n" * 1000),
    ],
)
def test_an_answer_without_end_is_cut_off(serve):
    with listening(serve) as listener, pytest.raises((TooMuch, Unreachable)):
        door_to(listener).request("GET", "/", seconds=10)


@pytest.mark.parametrize(
    "serve",
    [
        lambda client: time.sleep(1.5),
        endless(b"H", 0.05),
        starting(OPEN_ENDED, b"x", 0.05),
        starting(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n", b"x", 0.05),
        starting(CHUNKED, b"1\r\nx\r\n", 0.05),
        starting(b"HTTP/1.1 200 OK\r\nX: ", b"x", 0.05),
    ],
)
def test_the_deadline_holds_against_one_byte_at_a_time(serve):
    with listening(serve) as listener:
        began = time.monotonic()
        with pytest.raises(Unreachable) as caught:
            door_to(listener).request("GET", "/", seconds=0.4)
        took = time.monotonic() - began

    assert caught.value.sent is True
    assert 0.3 < took < 1.2


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"-ERR unknown command\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n-" + b"f" * 40 + b"\r\nabc",
        b"HTTP/9.9 200 OK\r\n\r\n",
    ],
)
def test_a_broken_answer_is_unreachable(raw):
    with listening(raw) as listener, pytest.raises(Unreachable) as caught:
        door_to(listener).request("GET", "/")

    assert caught.value.sent is True


def test_nothing_listening_is_unreachable_and_nothing_was_sent():
    with listening(b"") as listener:
        pass

    with pytest.raises(Unreachable) as caught:
        door_to(listener).request("GET", "/")

    assert caught.value.sent is False


def test_a_stream_has_the_callers_limit_and_comes_in_pieces():
    body = bytes(range(256)) * 8000
    with listening(page(body)) as listener:
        door = door_to(listener)
        with door.open("GET", "/", limit=len(body)) as answer:
            head = answer.head(300)
            pieces = list(answer.chunks())
        with pytest.raises(TooMuch), door.open("GET", "/", limit=len(body) - 1):
            pass

    assert head == body[:300]
    assert len(pieces) > 10
    assert b"".join(pieces) == body
