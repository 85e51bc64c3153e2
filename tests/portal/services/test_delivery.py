from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections

from portal import tenancy
from portal.models import Customer, Delivery, Message
from portal.services import delivery, links, messages
from tests.factories import NOON, a_customer, a_member, a_person

FACTS = {"site": "destek.example", "to_version": "14.1", "link": "http://testserver/"}


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def write(customer, *addresses, kind="upgrade_done", key="1"):
    with tenancy.transaction(customer):
        for address in addresses:
            messages.write(
                kind, to=address, about=Customer.objects.get(), key=key, context=FACTS, at=NOON
            )


def states(customer):
    with tenancy.transaction(customer):
        return {message.address: str(message.state) for message in Message.objects.all()}


def let_pass(hours):
    """Pauses and leases are real time: the rows are made older."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "UPDATE portal_message SET again_at = again_at - make_interval(hours => %s),"
            " lease_until = lease_until - make_interval(hours => %s)",
            [hours, hours],
        )


def test_what_is_due_is_sent_and_every_try_kept(customer, sink):
    write(customer, "a@example.com", "b@example.com")

    assert messages.send_due(NOON) == 2
    assert messages.send_due(NOON) == 0

    assert sink.told == ["a@example.com", "b@example.com"]
    with tenancy.transaction(customer):
        assert [(row.good, row.detail) for row in Delivery.objects.all()] == [(True, "")] * 2
        message = Message.objects.first()
        assert (message.state, message.sent_at, message.tries) == ("SENT", NOON, 1)


def test_a_mail_carries_its_id_both_forms_and_that_a_machine_wrote_it(customer, sink):
    write(customer, "a@example.com")
    messages.send_due(NOON)

    mail = sink.mails[0]
    with tenancy.transaction(customer):
        assert mail["Message-ID"] == Message.objects.get().message_id
    assert mail["Auto-Submitted"] == "auto-generated"
    assert [part.get_content_type() for part in mail.walk()] == [
        "multipart/alternative",
        "text/plain",
        "text/html",
    ]


def test_what_is_not_due_waits(customer, sink):
    with tenancy.transaction(customer):
        messages.write(
            "upgrade_done",
            to="a@example.com",
            about=customer,
            key="1",
            context=FACTS,
            at=NOON,
            send_at=NOON + timedelta(hours=1),
        )

    assert messages.send_due(NOON) == 0
    assert messages.send_due(NOON + timedelta(hours=1)) == 1


def test_an_hour_without_mail_server_loses_nothing(customer, sink):
    write(customer, "a@example.com", "b@example.com")
    sink.stop()
    for _ in range(delivery.MOST_TRIES + 3):
        assert messages.send_due(NOON) == 0
        let_pass(hours=1)
    assert set(states(customer).values()) == {"FAILED"}

    sink.start()

    assert messages.send_due(NOON) == 2
    assert sink.told == ["a@example.com", "b@example.com"]
    assert set(states(customer).values()) == {"SENT"}
    with tenancy.transaction(customer):
        assert Delivery.objects.filter(good=False).count() == 2 * (delivery.MOST_TRIES + 3)


def test_after_a_failure_there_is_a_pause_that_grows(customer, sink):
    write(customer, "a@example.com")
    sink.stop()
    minutes = []
    for _ in range(6):
        messages.send_due(NOON)
        assert messages.send_due(NOON) == 0
        with tenancy.transaction(customer):
            pause = Message.objects.get().again_at - datetime.now(UTC)
        minutes.append(round(pause.total_seconds() / 60))
        let_pass(hours=2)

    assert minutes == [1, 2, 5, 15, 60, 60]


def test_an_address_that_does_not_exist_is_given_up_at_once(customer, sink):
    sink.refusals["gone@example.com"] = "550 No such user"
    write(customer, "gone@example.com", "here@example.com")

    messages.send_due(NOON)

    assert states(customer) == {"gone@example.com": "DEAD", "here@example.com": "SENT"}
    with tenancy.transaction(customer):
        assert Delivery.objects.get(good=False).detail == "550 No such user"


def test_a_server_that_says_later_is_asked_later_but_not_for_ever(customer, sink):
    sink.refusals["a@example.com"] = "451 Try again later"
    write(customer, "a@example.com")
    for _ in range(delivery.MOST_TRIES - 1):
        messages.send_due(NOON)
        let_pass(hours=1)
    assert states(customer) == {"a@example.com": "FAILED"}

    messages.send_due(NOON)

    assert states(customer) == {"a@example.com": "DEAD"}


def test_many_senders_send_each_message_once(customer, sink):
    write(customer, *[f"p{number}@example.com" for number in range(60)])

    def send(_):
        try:
            return messages.send_due(NOON)
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as crowd:
        sent = sum(crowd.map(send, range(4)))
    while more := messages.send_due(NOON):
        sent += more

    assert sent == len(sink.mails) == len(set(sink.told)) == 60


def test_a_sender_that_died_leaves_its_messages_to_the_next(customer, sink):
    write(customer, "a@example.com")
    delivery._lease(NOON)
    assert messages.send_due(NOON) == 0

    let_pass(hours=1)

    assert messages.send_due(NOON) == 1


def test_an_invitations_link_is_made_when_it_is_sent_and_kept_nowhere(customer, sink):
    person = a_member(customer, "APPROVER", "Deniz")
    with tenancy.transaction(customer):
        messages.write("invitation", to=person, about=customer, key="1", context={}, at=NOON)
    messages.send_due(NOON)

    text = sink.mails[0].get_body(("plain",)).get_content()
    address = next(word for word in text.split() if "/link/" in word)
    token = address.rstrip("/").rpartition("/")[2]
    assert links.find(token).user == person
    with tenancy.transaction(customer):
        message = Message.objects.get()
        assert "/link/" not in message.body_text + message.body_html
    assert token in sink.mails[0].get_body(("html",)).get_content()


def test_a_mail_is_in_turkish_letters(customer, sink):
    person = a_person("Işıl Çağrı", email="isil@example.com", language="tr")
    with tenancy.transaction(customer):
        messages.write("upgrade_done", to=person, about=customer, key="1", context=FACTS, at=NOON)

    messages.send_due(NOON)

    assert "Işıl Çağrı" in sink.mails[0].get_body(("plain",)).get_content()
    assert sink.mails[0]["Content-Language"] == "tr"


def test_the_watchdog_names_what_should_have_left_and_what_was_given_up(customer, sink):
    sink.refusals["gone@example.com"] = "550 No such user"
    write(customer, "gone@example.com")
    messages.send_due(NOON)
    write(customer, "late@example.com")

    def named(at):
        return [message.address for message in messages.late(at)]

    assert named(NOON + timedelta(minutes=14)) == ["gone@example.com"]
    assert named(NOON + timedelta(minutes=16)) == ["gone@example.com", "late@example.com"]
