"""A customer with an endpoint, and servers on this machine that stand for the world outside."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connections

from portal import audit, tenancy
from portal.egress import Guard
from portal.models import Customer, Webhook, WebhookDelivery, WebhookTry
from portal.services.webhooks import endpoints, sending
from tests import factories
from tests.clients.receiver import Inbox, server
from tests.conftest import NOON
from tests.portal.egress_listeners import OUTSIDE, Authority, Relabelled, listening

HOST = "hooks.example.com"
ADDRESS = f"https://{HOST}/changeover?token=abc"


@dataclass
class Hooked:
    """A customer with its administrator and one endpoint."""

    customer: Customer
    administrator: Any
    hook: Webhook
    secret: str

    def happens(self, name: str = "job.started", subject: Any = None) -> None:
        """A fact of the customer, as the services write one."""
        with tenancy.transaction(self.customer):
            audit.record(name, subject or self.customer, data={"reason": "the secret words"})

    def deliveries(self) -> list[tuple[str, int]]:
        with tenancy.transaction(self.customer):
            found = WebhookDelivery.objects.order_by("event__number")
            return [(str(row.state), row.tries) for row in found]

    def tries(self) -> list[tuple[str, int | None]]:
        with tenancy.transaction(self.customer):
            return [(row.outcome, row.status) for row in WebhookTry.objects.order_by("at")]

    def again(self) -> Webhook:
        with tenancy.transaction(self.customer):
            return Webhook.objects.get(pk=self.hook.pk)


@pytest.fixture
def hooked(db: None) -> Hooked:
    customer = factories.a_customer("Marmara")
    administrator = factories.a_member(customer, name="Elif Kaya")
    with tenancy.transaction(customer):
        hook, secret = endpoints.make(name="Our desk", address=ADDRESS, by=administrator, at=NOON)
    return Hooked(customer, administrator, hook, secret)


@pytest.fixture(scope="session")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("hooks"))


@pytest.fixture
def answering(authority: Authority) -> Callable[[Any], Any]:
    """Send what is due to a listener that serves like this; what it was sent, and how many."""

    def send(serve: Any) -> tuple[list[bytes], int]:
        context, _print = authority.server(HOST)
        with listening(serve, context) as listener:
            guard = Guard(
                resolve=lambda *asked: [OUTSIDE], dial=listener.dial,
                authorities=str(authority.file),
            )  # fmt: skip
            taken = sending.send_due(guard=guard)
        return listener.requests, taken

    return send


@pytest.fixture
def received(authority: Authority) -> Callable[..., Any]:
    """The reference receiver, over TLS: send what is due to it."""

    @contextmanager
    def run(inbox: Inbox) -> Iterator[Guard]:
        authority.server(HOST)
        certificate = str(authority.folder / f"{HOST}-30.pem")
        found = server(0, inbox, certificate)
        thread = threading.Thread(target=found.serve_forever, daemon=True)
        thread.start()

        port = found.server_address[1]

        def dial(address: str, _port: int, seconds: float) -> Any:
            raw = socket.create_connection(("127.0.0.1", port), timeout=seconds)
            return Relabelled.of(raw, address, _port)

        yield Guard(resolve=lambda *asked: [OUTSIDE], dial=dial, authorities=str(authority.file))
        found.shutdown()
        found.server_close()
        thread.join(timeout=10)

    return run


def let_pass(hours: float) -> None:
    """Pauses, rests and leases are real time: the rows are made older."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE portal_webhookdelivery SET next_at = next_at - make_interval(secs => %(s)s),"
            " queued_at = queued_at - make_interval(secs => %(s)s), lease_until = NULL",
            {"s": hours * 3600},
        )
        cursor.execute(
            "UPDATE portal_webhook SET rests_until = rests_until - make_interval(secs => %(s)s),"
            " last_good_at = last_good_at - make_interval(secs => %(s)s),"
            " old_until = old_until - make_interval(secs => %(s)s)",
            {"s": hours * 3600},
        )
