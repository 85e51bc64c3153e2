"""The one door out: what may be called, checked and then held to (SSRF guard)."""

import logging
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from portal.egress.addresses import judge
from portal.egress.certificates import canonical_pin, secure
from portal.egress.names import canonical_name, checked_path, split_address
from portal.egress.refusals import NotAllowed, OutgoingError, Unreachable
from portal.egress.resolving import dial, resolve
from portal.egress.wire import Answer, Deadline, Request, Response, exchange

CONNECT_SECONDS = 10.0
TOTAL_SECONDS = 30.0
BODY_LIMIT = 1_000_000
ADDRESSES_TRIED = 4
SIMULATED_SUFFIX = ".sim"

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Target:
    """Whom to call. `pin` is the SHA-256 print of the certificate of an appliance whose authority
    is private; `private_allowed` says that staff have approved its network."""

    host: str
    port: int = 443
    simulated: bool = False
    private_allowed: bool = False
    pin: str = ""


@dataclass(frozen=True)
class Guard:
    """What this installation may call. Build it once from the settings: `portal.egress.guard()`.

    `allow_private` is the installation's consent and comes on top of the target's. `authorities`
    is a PEM file instead of the system's. `resolve` and `dial` exist for tests of rebinding.
    """

    simulator: tuple[str, int] | None = None
    allow_private: bool = False
    ports: frozenset[int] = frozenset({443})
    authorities: str = ""
    resolve: Callable[[str, int, float], list[str]] = resolve
    dial: Callable[[str, int, float], socket.socket] = dial

    def door(self, target: Target) -> "Door":
        """A way to one target. Raises NotAllowed if already its name, port or pin is refused."""
        return Door(self, target)

    def demand(self, url: str) -> None:
        """Refuse what is not written like an https address that may be called. Looks nothing up.
        Raises NotAllowed."""
        host, port, _path = split_address(url)
        self.door(Target(host, port))

    def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = BODY_LIMIT,
        seconds: float = TOTAL_SECONDS,
    ) -> Response:
        """One call to an https address with a public name. Raises OutgoingError."""
        host, port, path = split_address(url)
        door = self.door(Target(host, port))
        return door.request(method, path, headers=headers, body=body, limit=limit, seconds=seconds)

    def tell(self, url: str, *, headers: Mapping[str, str], body: bytes, seconds: float) -> int:
        """POST to an https address with a public name; the status of the answer, whose body is
        not read: it may be of any length. Raises OutgoingError."""
        host, port, path = split_address(url)
        door = self.door(Target(host, port))
        with door.open(
            "POST", path, headers=headers, body=body, limit=sys.maxsize, seconds=seconds
        ) as answer:
            return answer.status


class Door:
    """Calls to one target, all to the addresses found by the first look-up.

    Short-lived by design: keep it for one piece of work, so that what was asked first (who are
    you?) and what is told next go to the same machine whatever the name service says meanwhile.
    """

    def __init__(self, guard: Guard, target: Target) -> None:
        self._guard, self._target = guard, target
        self._private = guard.allow_private and target.private_allowed
        self._addresses: list[str] = []
        self.host = canonical_name(
            target.host, literal_allowed=self._private and not target.simulated
        )
        self._check_kind()

    def _check_kind(self) -> None:
        if self.host.endswith(SIMULATED_SUFFIX) != self._target.simulated:
            raise NotAllowed(f"{self.host}: simulated and {SIMULATED_SUFFIX} go together")
        if self._target.simulated:
            if self._guard.simulator is None:
                raise NotAllowed("no simulator is configured")
        elif self._target.port not in self._guard.ports:
            raise NotAllowed(f"port {self._target.port}")
        if self._target.pin:
            canonical_pin(self._target.pin)

    def request(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = BODY_LIMIT,
        seconds: float = TOTAL_SECONDS,
    ) -> Response:
        """One call and its whole answer, whatever its status. Raises OutgoingError."""
        with self.open(
            method, path, headers=headers, body=body, limit=limit, seconds=seconds
        ) as answer:
            return answer.read()

    @contextmanager
    def open(
        self,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limit: int = BODY_LIMIT,
        seconds: float = TOTAL_SECONDS,
    ) -> Iterator[Answer]:
        """One call whose answer is read in pieces inside the block. Raises OutgoingError."""
        request = Request(method, checked_path(path), headers or {}, body)
        deadline = Deadline(seconds)
        sock = None
        try:
            sock, ends_at = self._connect(deadline)
            yield exchange(
                sock,
                self._host_header(),
                request,
                deadline=deadline,
                limit=limit,
                certificate_ends_at=ends_at,
            )
        except OutgoingError as error:
            logger.info("outgoing call to %s: %s: %s", self.host, error.code, error.detail)
            raise
        finally:
            if sock is not None:
                sock.close()

    def check(self) -> list[str]:
        """The addresses that calls would go to. Raises OutgoingError; connects to nothing."""
        return self._checked_addresses(Deadline(CONNECT_SECONDS))

    def _host_header(self) -> str:
        name = f"[{self.host}]" if ":" in self.host else self.host
        plain = self._target.simulated or self._target.port == 443
        return name if plain else f"{name}:{self._target.port}"

    def _connect(self, deadline: Deadline) -> tuple[socket.socket, datetime | None]:
        connecting = Deadline(min(CONNECT_SECONDS, _left(deadline)))
        if self._target.simulated:
            return self._connect_simulator(connecting), None
        raw = self._connect_checked(connecting)
        try:
            raw.settimeout(_left(connecting))
            return secure(raw, self.host, pin=self._target.pin, authorities=self._guard.authorities)
        except OutgoingError:
            raw.close()
            raise

    def _connect_simulator(self, connecting: Deadline) -> socket.socket:
        assert self._guard.simulator is not None
        host, port = self._guard.simulator
        try:
            return self._guard.dial(host, port, _left(connecting))
        except OSError as error:
            raise Unreachable(f"simulator: {error!r}") from error

    def _checked_addresses(self, connecting: Deadline) -> list[str]:
        if not self._addresses:
            found = self._look_up(_left(connecting))
            for address in found:
                if reason := judge(address, private_allowed=self._private):
                    raise NotAllowed(f"{self.host} has {address}: {reason}")
            self._addresses = found[:ADDRESSES_TRIED]
        return self._addresses

    def _look_up(self, seconds: float) -> list[str]:
        literal = ":" in self.host or self.host.replace(".", "").isdigit()
        if literal:
            return [self.host]
        found = self._guard.resolve(self.host, self._target.port, seconds)
        if not found:
            raise Unreachable(f"{self.host} has no address")
        return found

    def _connect_checked(self, connecting: Deadline) -> socket.socket:
        addresses = self._checked_addresses(connecting)
        failures = []
        for tried, address in enumerate(addresses):
            share = _left(connecting) / (len(addresses) - tried)
            try:
                sock = self._guard.dial(address, self._target.port, share)
            except OSError as error:
                failures.append(f"{address}: {error!r}")
                continue
            self._check_peer(sock, address)
            self._addresses = [address]
            return sock
        raise Unreachable("; ".join(failures))

    def _check_peer(self, sock: socket.socket, address: str) -> None:
        """What was connected is what was checked, whatever lies between."""
        try:
            peer = str(sock.getpeername()[0])
        except OSError as error:
            sock.close()
            raise Unreachable(f"{address}: {error!r}") from error
        if judge(peer, private_allowed=self._private) or ip_address(peer) != ip_address(address):
            sock.close()
            raise NotAllowed(f"{self.host}: connected to {peer} instead of {address}")


def _left(deadline: Deadline) -> float:
    try:
        return deadline.left()
    except TimeoutError as error:
        raise Unreachable("too slow") from error
