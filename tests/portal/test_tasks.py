import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from redis import Redis
from redis.exceptions import ResponseError

from appliances import tasks as appliances_tasks
from appliances.services import reminders
from portal import tasks, tenancy
from portal.background import enqueue
from portal.models import Customer, Heartbeat, Message
from portal.services import cleaning, heartbeats, messages
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


@pytest.mark.parametrize(
    "said",
    ["OOM command not allowed when used memory > 'maxmemory'.", "READONLY You can't write against"],
)
def test_a_broker_that_answers_and_takes_nothing_fails_no_request(customer, monkeypatch, said):
    """Full, or made a replica by a failover: what was written stays written, the sweep finds it."""
    refused = []

    def lpush(*_all):
        refused.append(said)
        raise ResponseError(said)

    monkeypatch.setattr(Redis, "lpush", lpush)

    assert write(customer)

    assert refused == [said]
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
    cleaning.clean_up()
    cleaning.clean_up()


def older(hours):
    with connections["owner"].cursor() as cursor:
        cursor.execute("UPDATE portal_heartbeat SET at = at - make_interval(hours => %s)", [hours])


@pytest.mark.parametrize(
    ("task", "module", "act"),
    [
        (tasks.clean_up, cleaning, "clean_up"),
        (appliances_tasks.ask_for_base_versions, reminders, "ask_for_base_versions"),
    ],
)
def test_what_is_daily_is_done_once_a_day_whenever_beat_was_begun(
    db, monkeypatch, settings, task, module, act
):
    """Beat counts from its own start: a day's schedule would never come where it is begun anew
    every day. So it rings every hour, and any number of them may."""
    done = []
    monkeypatch.setattr(module, act, lambda **_at: done.append(1))
    rung = [one for one in settings.CELERY_BEAT_SCHEDULE.values() if one["task"] == task.name]
    assert [one["schedule"] for one in rung] == [3600.0]

    for hours in range(49):
        task()
        task()
        older(1)
        assert len(done) == 1 + hours // 24, hours


def test_every_rhythm_of_beat_is_short_enough_for_a_beat_begun_anew_each_day(settings):
    assert max(one["schedule"] for one in settings.CELERY_BEAT_SCHEDULE.values()) <= 3600


def test_of_several_at_once_one_does_what_is_daily(db):
    def ask(_):
        try:
            return heartbeats.is_due("cleaning")
        finally:
            connections["default"].close()

    with ThreadPoolExecutor(4) as crowd:
        assert sum(crowd.map(ask, range(8))) == 1


def test_a_sign_of_life_replaces_the_one_before(db):
    heartbeats.beat("steps", "one")
    heartbeats.beat("steps", "two")

    assert heartbeats.parts()["steps"].detail == "two"
    assert heartbeats.parts()["steps"].seconds < 5
