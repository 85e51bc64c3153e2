"""A batch of mails in which something goes wrong: the others leave, and nothing is lost."""

import signal
from collections import Counter

import pytest

from portal import tenancy
from portal.models import Delivery
from portal.services import messages
from tests.factories import NOON, a_customer
from tests.portal.services.test_delivery import let_pass, states, write
from tests.upgrades import processes

SEND = """
import django, sys
from datetime import datetime
django.setup()
from portal.services import messages
messages.send_due(datetime.fromisoformat(sys.argv[1]))
"""


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def five(customer):
    write(customer, *[f"p{number}@example.com" for number in range(5)])


def times_told(sink):
    """How often each mail arrived, by what makes it recognisable."""
    return sorted(Counter(mail["Message-ID"] for mail in sink.mails).values())


@pytest.mark.parametrize("extensions", [[], ["PIPELINING"]])
def test_who_is_refused_stops_nobody_and_costs_no_connection(customer, sink, extensions):
    sink.extensions = extensions
    sink.refusals = {"p1@example.com": "550 No such user", "p3@example.com": "451 Later"}
    five(customer)

    assert messages.send_due(NOON) == 3

    assert sink.connections == 1
    assert sink.told == ["p0@example.com", "p2@example.com", "p4@example.com"]
    assert Counter(states(customer).values()) == {"SENT": 3, "DEAD": 1, "FAILED": 1}


@pytest.mark.parametrize("address", ["no address", "a@example.com\r\nBcc: b@x.example"])
def test_what_no_mail_can_be_made_of_is_given_up_and_stops_nobody(customer, sink, address):
    write(customer, address, "a@example.com", "b@example.com")

    assert messages.send_due(NOON) == 2

    assert sink.told == ["a@example.com", "b@example.com"]
    assert states(customer)[address] == "DEAD"
    with tenancy.transaction(customer):
        assert Delivery.objects.get(good=False).detail == "This is no address of a mail."


def test_a_connection_that_breaks_costs_the_mail_under_way_a_try(customer, sink):
    """The server had it and could not say so: it comes again, and can be recognised."""
    sink.when_there = lambda number, server: number == 3 and server.transport.abort()
    five(customer)

    assert messages.send_due(NOON) == 4
    assert sink.connections == 2
    assert Counter(states(customer).values()) == {"SENT": 4, "FAILED": 1}
    let_pass(hours=1)
    assert messages.send_due(NOON) == 1

    assert times_told(sink) == [1, 1, 1, 1, 2]


def test_a_worker_killed_amid_a_batch_repeats_the_one_mail_it_could_not_record(customer, sink):
    five(customer)
    url = f"smtp://127.0.0.1:{sink.port}"
    worker = processes.python("-c", SEND, NOON.isoformat(), EMAIL_URL=url)
    sink.when_there = lambda number, _server: number == 3 and worker.kill()
    assert worker.wait(60) == -signal.SIGKILL
    assert Counter(states(customer).values()) == {"SENT": 2, "QUEUED": 3}
    let_pass(hours=1)

    assert messages.send_due(NOON) == 3

    assert times_told(sink) == [1, 1, 1, 1, 2]
    assert set(states(customer).values()) == {"SENT"}
