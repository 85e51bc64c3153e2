"""A mail server for tests: keeps what it gets, refuses whom it is told to, can be stopped, can do
something when a mail is there and not answered yet."""

import email
import socket
from collections.abc import Callable
from email import policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class Sink:
    """`mails` are what arrived; an address in `refusals` is answered with its line instead."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}
        self.extensions: list[str] = []  # offered besides
        self.connections = 0
        self.when_there: Callable[[int, Any], None] | None = None  # number of mails, server
        self.port = 0
        self._server: Controller | None = None

    async def handle_EHLO(
        self, server: Any, session: Any, envelope: Any, name: str, answers: list[str]
    ) -> list[str]:
        session.host_name = name
        self.connections += 1
        return [*answers[:-1], *(f"250-{each}" for each in self.extensions), answers[-1]]

    async def handle_RCPT(
        self, server: Any, session: Any, envelope: Any, address: str, options: list[str]
    ) -> str:
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.mails.append(email.message_from_bytes(envelope.content, policy=policy.default))
        if self.when_there:
            self.when_there(len(self.mails), server)
        return "250 Message accepted for delivery"

    def start(self) -> None:
        """Listen: on a free port the first time, on the same one after a stop."""
        self._server = Controller(self, hostname="127.0.0.1", port=self.port or _free_port())
        self._server.start()
        self.port = self._server.port

    def stop(self) -> None:
        if self._server:
            self._server.stop()
            self._server = None

    @property
    def told(self) -> list[str]:
        return sorted(str(mail["To"]) for mail in self.mails)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
