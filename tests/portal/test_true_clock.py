"""A worker whose clock shows another time than PostgreSQL's does nothing that time decides."""

import datetime as real
from datetime import timedelta

import pytest

from portal import tasks, tenancy, true_clock
from portal.models import Heartbeat, Message
from portal.services import messages
from tests.factories import NOON, a_customer
from upgrades import tasks as upgrades_tasks
from upgrades.services.standing import Standing


@pytest.fixture
def machine(monkeypatch):
    """Sets this machine's clock: `machine(seconds)` off."""
    off = [timedelta()]

    class Moved(real.datetime):
        @classmethod
        def now(cls, tz=None):
            return real.datetime.now(tz) + off[0]

    monkeypatch.setattr(true_clock, "datetime", Moved)
    monkeypatch.setattr(true_clock, "_trusted", None)

    def set_off(seconds):
        off[0] = timedelta(seconds=seconds)

    return set_off


def test_a_clock_that_is_true_or_nearly_so_is_trusted(db, machine):
    for seconds in (0, 4, -4):
        machine(seconds)
        true_clock.demand()
        assert true_clock.astray() < true_clock.MOST


@pytest.mark.parametrize("seconds", [-600, -7, 7, 600, 3600])
def test_one_that_is_off_is_not_also_if_it_was_set_a_moment_ago(db, machine, seconds):
    true_clock.demand()
    machine(seconds)

    for _ in range(2):
        with pytest.raises(true_clock.Astray, match="s off"):
            true_clock.demand()
    machine(0)
    true_clock.demand()


def test_while_it_runs_truly_postgresql_is_asked_now_and_then(
    db, machine, django_assert_num_queries
):
    true_clock.demand()
    with django_assert_num_queries(0):
        for _ in range(100):
            true_clock.demand()


@pytest.mark.parametrize("seconds", [-600, 600])
def test_no_bell_is_answered_no_mail_leaves_early_and_no_heart_is_heard(db, sink, machine, seconds):
    customer = a_customer("Marmara")
    with tenancy.transaction(customer):
        messages.write(
            "upgrade_done", to="a@example.com", about=customer, key="1", at=NOON,
            send_at=real.datetime.now(real.UTC) + timedelta(minutes=9),
            context={"site": "a", "to_version": "14.1", "link": "http://testserver/"},
        )  # fmt: skip
    machine(seconds)

    for task in (tasks.send_due_mail, upgrades_tasks.ring, upgrades_tasks.sweep):
        with pytest.raises(true_clock.Astray):
            task()
    with pytest.raises(true_clock.Astray):
        Standing().turn()

    assert sink.mails == []
    assert not Heartbeat.objects.exists()
    with tenancy.transaction(customer):
        assert Message.objects.get().state == "QUEUED"
    machine(0)
    tasks.send_due_mail()
    assert sink.mails == []  # it was not due yet


def test_the_standing_process_waits_until_the_clock_is_set_right(db, machine):
    standing, machines = Standing(), iter([600, 600, 0])
    turned = []
    machine(next(machines))

    def wait(_seconds):
        if Heartbeat.objects.filter(part="steps").exists():
            standing.stop()
        else:
            turned.append(machine(next(machines)))
        return standing.stopping.is_set()

    standing.stopping.wait = wait
    standing.run()

    assert len(turned) == 2
    assert Heartbeat.objects.filter(part="steps").exists()
