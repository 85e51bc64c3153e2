"""A mail server that is slow with every answer: nobody sends what another worker may be sending,
and no mail is repeated for ever. Times are a thirtieth of what they are."""

import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections

from portal import tenancy
from portal.mailing import wire
from portal.models import Delivery, Message, OwnLetter
from portal.services import delivery, messages, own_letters, own_letters_leaving
from tests.factories import NOON, a_customer, a_person
from tests.portal.services.test_delivery import let_pass, states, write
from tests.slowsink import SlowSink
from tests.upgrades import processes

SCALE = 30
LEASE = 60 / SCALE
BUSY = 5  # seconds that a machine full of other tests may take for itself


@pytest.fixture
def slow(settings):
    sink = SlowSink()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    settings.EMAIL_TIMEOUT = 20 / SCALE
    yield sink
    sink.end()


@pytest.fixture
def scaled(monkeypatch):
    """And the lease as short as the rest, from when it is taken."""
    taken = delivery._lease

    def lease(at):
        found = taken(at)
        with connections["owner"].cursor() as cursor:
            cursor.execute(
                "UPDATE portal_message SET lease_until = clock_timestamp() + make_interval(secs =>"
                " %s) WHERE id = ANY(%s)",
                [LEASE, [message for _owner, message in found]],
            )
        return found

    monkeypatch.setattr(delivery, "_lease", lease)
    monkeypatch.setattr(delivery, "LAST_BEGIN", delivery.LAST_BEGIN / SCALE)
    monkeypatch.setattr(delivery, "LAST_WORD", delivery.LAST_WORD / SCALE)


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def keep_sending(seconds):
    """As a worker does: whenever the bell rings."""
    ends = time.monotonic() + seconds
    try:
        while time.monotonic() < ends:
            messages.send_due(NOON)
            time.sleep(0.05)
    finally:
        for connection in connections.all():
            connection.close()


def two_workers(seconds):
    with ThreadPoolExecutor(2) as crowd:
        list(crowd.map(keep_sending, [seconds, seconds]))


def test_all_is_over_before_the_lease_of_the_door_is(db):
    with connections["owner"].cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'door_lease_messages'")
        (lease,) = re.findall(r"interval '(\d+) s'", cursor.fetchone()[0])

    assert delivery.LAST_BEGIN < delivery.LAST_WORD <= float(lease) - 10
    assert delivery.PAUSES[0].total_seconds() >= delivery.LAST_WORD + 10  # a letter's lease


def test_two_workers_give_no_mail_twice_to_a_server_slow_with_each_answer(
    customer, slow, scaled, monkeypatch
):
    """Each answer comes within the time for one; six of them take longer than the lease."""
    slow.pause = 0.9 * 20 / SCALE
    write(customer, "a@example.com")

    two_workers(3 * LEASE)

    assert slow.copies == []
    assert states(customer) == {"a@example.com": "FAILED"}
    slow.pause = 0
    monkeypatch.undo()
    let_pass(hours=1)
    assert messages.send_due(NOON) == 1
    assert slow.copies == [1]


def test_without_that_bound_it_would_be_given_twice(customer, slow, scaled, monkeypatch):
    monkeypatch.setattr(delivery, "LAST_BEGIN", 1e6)
    monkeypatch.setattr(delivery, "LAST_WORD", 1e6)
    slow.pause = 0.9 * 20 / SCALE
    write(customer, "a@example.com")

    two_workers(3 * LEASE)

    assert slow.copies == [2]


def test_the_answer_to_a_whole_mail_may_take_longer_than_the_others(customer, slow, scaled):
    slow.last_pause = 1.5 * 20 / SCALE
    write(customer, "a@example.com")

    assert messages.send_due(NOON) == 1

    assert slow.copies == [1]
    assert states(customer) == {"a@example.com": "SENT"}


def test_an_answer_without_end_is_not_waited_for_and_the_mail_not_repeated_for_ever(
    customer, slow, scaled
):
    """Each line of it comes in time, the last never. It has the mail, each time."""
    slow.drops = 0.3
    write(customer, "a@example.com")
    for number in range(1, delivery.MOST_UNANSWERED + 3):
        began = time.monotonic()
        assert messages.send_due(NOON) == 0
        assert time.monotonic() - began < LEASE + BUSY
        assert slow.copies == [min(number, delivery.MOST_UNANSWERED)]
        let_pass(hours=1)

    assert states(customer) == {"a@example.com": "DEAD"}
    assert [row.address for row in messages.late(NOON)] == ["a@example.com"]  # somebody is told
    with tenancy.transaction(customer):
        details = set(Delivery.objects.values_list("detail", flat=True))
    assert details == {f"{delivery.NO_ANSWER}: no answer after the text"}
    assert wire.Unanswered.__name__ == delivery.NO_ANSWER


def test_a_server_that_was_away_before_uses_up_none_of_those_times(customer, slow, scaled):
    write(customer, "a@example.com")
    slow.pause = 25 / SCALE
    for _ in range(4):  # it says nothing in time
        assert messages.send_due(NOON) == 0
        let_pass(hours=1)
    slow.pause, slow.drops = 0, 0.3
    assert messages.send_due(NOON) == 0
    let_pass(hours=1)
    assert states(customer) == {"a@example.com": "FAILED"}
    slow.drops = 0

    assert messages.send_due(NOON) == 1
    assert slow.copies == [2]


SLEEPER = """
import django, sys
from datetime import datetime
django.setup()
from portal.services import delivery
delivery.LAST_WORD = 2.0
delivery.send_due(datetime.fromisoformat(sys.argv[1]))
"""


def test_a_worker_that_slept_before_the_text_gives_it_to_nobody(customer, slow):
    """Frozen between envelope and text for longer than its time, as a host that swaps does."""
    write(customer, "a@example.com")
    url = f"smtp://127.0.0.1:{slow.port}"
    worker = processes.python("-c", SLEEPER, NOON.isoformat(), EMAIL_URL=url)
    slow.before_text = lambda: worker.send_signal(signal.SIGSTOP)
    assert processes.wait_for(lambda: stopped(worker.pid), seconds=60)
    time.sleep(2.5)
    slow.before_text = None

    worker.send_signal(signal.SIGCONT)

    assert worker.wait(60) == 0
    assert slow.copies == []
    assert states(customer) == {"a@example.com": "FAILED"}


def stopped(pid):
    with open(f"/proc/{pid}/stat") as told:
        return told.read().rpartition(")")[2].split()[0] == "T"


def test_letters_of_peoples_own_sign_in_are_over_in_time_too(db, slow, scaled, monkeypatch):
    person = a_person("Elif Şahin", email="elif@example.com")
    for number in range(3):
        own_letters.write(own_letters.PASSKEY_ADDED, person, name=str(number))
    own_letters_leaving._mail(OwnLetter.objects.select_related("user").first())  # read its words
    slow.pause = 0.9 * 20 / SCALE
    began = time.monotonic()

    assert own_letters_leaving.send_due() == 0

    assert time.monotonic() - began < LEASE + BUSY
    assert slow.copies == []
    slow.pause = 0
    monkeypatch.undo()
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE portal_ownletter SET again_at = again_at - interval '1 hour'")
    assert own_letters_leaving.send_due() == 3
    assert slow.copies == [1, 1, 1]
    assert not OwnLetter.objects.filter(over_at=None).exists()


def broken(*_values):
    raise KeyError("something of ours")


@pytest.mark.parametrize("where", ["made", "judged"])
def test_a_message_that_our_own_fault_holds_keeps_no_other_from_leaving(
    customer, sink, monkeypatch, where
):
    """It is the oldest, so it comes first each time; its pause grows, and the watchdog names it."""
    write(customer, "bad@example.com", "a@example.com", "b@example.com")
    if where == "judged":
        with tenancy.transaction(customer):
            bad = Message.objects.get(address="bad@example.com")
            Message.objects.filter(pk=bad.pk).update(asks_id=customer.pk)
        monkeypatch.setitem(delivery.still_true._JUDGES, "upgrade_done", (broken, "asks_id"))
    else:
        made = delivery._mail
        monkeypatch.setattr(
            delivery, "_mail", lambda one: broken() if "bad" in one.address else made(one)
        )

    assert messages.send_due(NOON) == 2
    assert sink.told == ["a@example.com", "b@example.com"]
    assert states(customer)["bad@example.com"] == "FAILED"
    assert messages.send_due(NOON) == 0
    with tenancy.transaction(customer):
        assert Delivery.objects.get(good=False).detail.startswith("KeyError")
    monkeypatch.undo()
