"""M1, M2: the outbox against smtplib with ready bytes, on one connection and on one each."""

import secrets
import smtplib
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache

from django.conf import settings

from portal import tenancy
from portal.embedded.processes import free_port
from portal.models import Customer, Message
from portal.services import customers, delivery, messages
from tests.bench.figures import Figure, against, in_turn

MAILS = 300
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
FACTS = {"site": "support.example.com", "to_version": "14.1", "link": "https://portal.example/"}


def measure() -> list[Figure]:
    port = free_port()
    sink = subprocess.Popen(
        [sys.executable, "-m", "aiosmtpd", "-n", "-l", f"127.0.0.1:{port}",
         "-c", "aiosmtpd.handlers.Sink"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _answers(port)
        return _measured(port)
    finally:
        sink.terminate()
        sink.wait(30)


def _measured(port: int) -> list[Figure]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    _written(1)
    with tenancy.transaction(_owner()):
        ready = delivery._mail(Message.objects.get()).data
        Message.objects.all().delete()
    outbox, one = in_turn(_outbox, lambda: _rate(lambda: _on_one(port, ready)))
    again, each = in_turn(_outbox, lambda: _rate(lambda: _on_each(port, ready)))
    return [
        against("M1 outbox / smtplib on one connection", outbox, "mails/s", one, least=0.8),
        against("M2 outbox / smtplib, a connection each", again, "mails/s", each, least=2),
    ]


def _outbox() -> float:
    """Mails a second: leased, sent over one connection a batch, every try and state written."""
    _written(MAILS)
    began, sent = time.perf_counter(), 0
    while part := messages.send_due(NOON):
        sent += part
    assert sent == MAILS, sent
    return sent / (time.perf_counter() - began)


def _written(number: int) -> None:
    """As services write them, in the outbox of one customer."""
    owner = _owner()
    with tenancy.transaction(owner):
        for each in range(number):
            messages.write(
                "upgrade_done", to=f"reader{each}@example.com", about=owner, context=FACTS, at=NOON,
                key=secrets.token_hex(8),
            )  # fmt: skip


@lru_cache(maxsize=1)
def _owner() -> Customer:
    return customers.open_customer("Outbox", slug=f"outbox-{secrets.token_hex(4)}", at=NOON)


def _rate(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return MAILS / (time.perf_counter() - began)


def _on_one(port: int, ready: bytes) -> None:
    with smtplib.SMTP("127.0.0.1", port) as server:
        for _number in range(MAILS):
            server.sendmail("a@example.com", ["b@example.com"], ready)


def _on_each(port: int, ready: bytes) -> None:
    for _number in range(MAILS):
        with smtplib.SMTP("127.0.0.1", port) as server:
            server.sendmail("a@example.com", ["b@example.com"], ready)


def _answers(port: int) -> None:
    ends = time.monotonic() + 30
    while time.monotonic() < ends:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the mail server for the figures does not answer")
