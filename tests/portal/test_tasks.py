import json

import pytest
from redis import Redis

from portal import tasks, tenancy
from portal.background import enqueue
from portal.models import Customer, Heartbeat, Message
from portal.services import heartbeats, messages
from tests.factories import NOON, a_customer
from tests.mailsink import Sink


@pytest.fixture
def bells(settings):
    """The queue in which the doorbells lie."""
    with Redis.from_url(settings.REDIS_URL) as broker:
        broker.delete("mail")
        yield lambda: [json.loads(bell) for bell in broker.lrange("mail", 0, -1)]
        broker.delete("mail")


@pytest.fixture
def customer(db):
    return a_customer("Marmara")


def write(customer):
    with tenancy.transaction(customer):
        return messages.write(
            "upgrade_done",
            to="secret.name@example.com",
            about=Customer.objects.get(),
            key="1",
            context={"site": "a", "to_version": "14.1"},
            at=NOON,
        )


def test_a_message_rings_once_it_is_committed_and_says_nothing_of_it(customer, bells):
    with tenancy.transaction(customer):
        messages.write(
            "upgrade_done",
            to="secret.name@example.com",
            about=Customer.objects.get(),
            key="1",
            context={"site": "a", "to_version": "14.1"},
            at=NOON,
        )
        assert bells() == []

    rung = bells()
    assert [bell["headers"]["task"] for bell in rung] == ["portal.send_due_mail"]
    assert "secret.name" not in json.dumps(rung)


def test_a_broker_that_is_away_loses_no_message(customer, monkeypatch):
    task = enqueue.__globals__["current_app"].tasks["portal.send_due_mail"]
    monkeypatch.setattr(
        task, "apply_async", lambda **_: (_ for _ in ()).throw(ConnectionRefusedError())
    )

    assert write(customer)

    with tenancy.transaction(customer):
        assert Message.objects.get().state == "QUEUED"


def test_the_task_sends_and_shows_that_the_worker_lives(customer, settings, noon):
    sink = Sink()
    sink.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", sink.port
    write(customer)

    tasks.send_due_mail(rung_by="beat")
    sink.stop()

    assert sink.told == ["secret.name@example.com"]
    assert set(heartbeats.parts()) == {"worker", "beat"}


def test_a_ring_of_ours_is_no_sign_of_beat(db):
    tasks.send_due_mail()

    assert [row.part for row in Heartbeat.objects.all()] == ["worker"]


def test_cleaning_up_may_be_done_at_any_time(db):
    tasks.clean_up()
    tasks.clean_up()


def test_a_sign_of_life_replaces_the_one_before(db):
    heartbeats.beat("steps", "one")
    heartbeats.beat("steps", "two")

    assert heartbeats.parts()["steps"].detail == "two"
    assert heartbeats.parts()["steps"].seconds < 5
