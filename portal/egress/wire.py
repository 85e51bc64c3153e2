"""One HTTP exchange over a connected socket, with a wall-clock deadline at every read."""

import http.client
import io
import socket
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from typing import Any, cast

from portal.egress.refusals import TooMuch, Unreachable

PIECE = 65_536
IDLE_SECONDS = 30.0
# What one read of a piece may take from the network: bounds headers, 1xx answers and chunk
# lengths that are negative or cut very small.
ALLOWANCE = 16 * PIECE

BROKEN = (OSError, http.client.HTTPException, MessageError, ValueError, OverflowError)


class Deadline:
    """An instant of real time by which everything must be over."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    def left(self, *, at_most: float = IDLE_SECONDS) -> float:
        """Seconds left, more than 0. Raises TimeoutError when there are none."""
        left = self._at - time.monotonic()
        if left <= 0:
            raise TimeoutError("deadline passed")
        return min(left, at_most)


class _Reader(io.RawIOBase):
    """A socket's bytes; each read ends by the deadline, and by the allowance."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        super().__init__()
        self._sock, self._deadline = sock, deadline
        self.allowance = ALLOWANCE

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._sock.settimeout(self._deadline.left())
        count = self._sock.recv_into(buffer)
        self.allowance -= count
        if self.allowance < 0:
            raise TooMuch("framing overhead", sent=True)
        return count


class _Socket:
    """What http.client needs of a socket: it may send, and read through the reader."""

    def __init__(self, sock: socket.socket, deadline: Deadline) -> None:
        self._sock, self._deadline = sock, deadline
        self.reader = _Reader(sock, deadline)

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            self._sock.settimeout(self._deadline.left())
            view = view[self._sock.send(view) :]

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self.reader)

    def close(self) -> None:
        """http.client closes early; the owner of the socket closes it at the end."""


@dataclass(frozen=True)
class Response:
    """A whole answer. Header names are lower case; the content type is a claim, not a fact."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    certificate_ends_at: datetime | None = None

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()


class Answer:
    """An answer whose body is still on the wire."""

    def __init__(
        self,
        response: http.client.HTTPResponse,
        reader: _Reader,
        *,
        limit: int,
        certificate_ends_at: datetime | None,
    ) -> None:
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.certificate_ends_at = certificate_ends_at
        self._response, self._reader, self._limit = response, reader, limit
        self._taken = 0
        self._kept = b""
        if response.length is not None and response.length > limit:
            raise TooMuch(f"announces {response.length} bytes, limit {limit}", sent=True)

    def head(self, size: int) -> bytes:
        """Up to `size` first bytes, which `chunks` will yield again."""
        while len(self._kept) < size and (piece := self._next()):
            self._kept += piece
        return self._kept[:size]

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces. Raises TooMuch past the limit, Unreachable if cut off or late."""
        if self._kept:
            kept, self._kept = self._kept, b""
            yield kept
        while piece := self._next():
            yield piece

    def read(self) -> Response:
        body = b"".join(self.chunks())
        return Response(self.status, self.headers, body, self.certificate_ends_at)

    def _next(self) -> bytes:
        self._reader.allowance = ALLOWANCE
        try:
            piece = self._response.read(PIECE)
        except BROKEN as error:
            raise Unreachable(f"while reading: {error!r}", sent=True) from error
        self._taken += len(piece)
        if self._taken > self._limit:
            raise TooMuch(f"more than {self._limit} bytes", sent=True)
        # http.client says nothing when the line ends before the announced length.
        if not piece and self._response.length:
            raise Unreachable(f"{self._response.length} bytes are missing", sent=True)
        return piece


@dataclass(frozen=True)
class Request:
    """What is asked. The path is checked by names.checked_path before."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes | None = None


def exchange(
    sock: socket.socket,
    host: str,
    request: Request,
    *,
    deadline: Deadline,
    limit: int,
    certificate_ends_at: datetime | None,
) -> Answer:
    """Send the request and read the answer's head. Raises Unreachable, TooMuch.

    Nothing of the environment is looked at (proxies), nothing is kept (cookies, connections), and
    a redirect is an answer like any other.
    """
    wire = _Socket(sock, deadline)
    connection = http.client.HTTPConnection(host)
    connection.auto_open = 0
    connection.sock = cast(Any, wire)
    try:
        connection.putrequest(
            request.method, request.path, skip_host=True, skip_accept_encoding=True
        )
        fixed = {"Host": host, "Connection": "close", "Accept-Encoding": "identity"}
        if request.body is not None or request.method == "POST":
            fixed["Content-Length"] = str(len(request.body or b""))
        for name, value in {**request.headers, **fixed}.items():
            if not (value.isascii() and value.isprintable()):
                raise ValueError(f"the value of {name} is not printable")
            connection.putheader(name, value)
    except (http.client.HTTPException, ValueError) as error:
        raise Unreachable(f"request cannot be written: {error!r}") from error
    try:
        connection.endheaders(request.body)
        response = connection.getresponse()
    except BROKEN as error:
        raise Unreachable(f"no answer: {error!r}", sent=True) from error
    return Answer(response, wire.reader, limit=limit, certificate_ends_at=certificate_ends_at)
