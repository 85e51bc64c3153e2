"""A worker freezes between its intent and its call, its session is lost, another one does the work;
then it wakes. The database would refuse its record: the appliance would not refuse its call."""

import signal
from datetime import timedelta

import psycopg
import pytest
from django.db import connections

from appliances import actions as do
from portal import tenancy
from tests.conftest import NOON, admin_url
from tests.portal.services.test_slow_servers import stopped
from tests.upgrades import driving, processes
from tests.upgrades.services.test_story import approved
from upgrades.models import Attempt
from upgrades.services.ticks import claims

ACTION = do.REGENERATE_INSTALLERS.name


@pytest.fixture
def about_to_send(world, answering, monkeypatch):
    """The step with the effect is next; so far nobody was sure enough to send."""
    job = approved(world, target="12.2.0")

    def ready():
        step = driving.step_of(world, job, ACTION)
        return step.state == "READY" and "baseline" in step.observed

    with monkeypatch.context() as unsure:
        unsure.setattr(claims, "still_ours", lambda _claim: False)
        at = driving.drive(world, job, answering, at=NOON, until=ready)
    assert driving.installers_made(answering) == 0
    return job, at + timedelta(minutes=1)


def freeze(at, how):
    worker = processes.python("-m", "tests.upgrades.frozen", at.isoformat(), how)
    assert processes.wait_for(lambda: worker.poll() is not None or stopped(worker.pid), seconds=60)
    assert worker.poll() is None, "it found nothing to send"
    return worker


def lose_session_of(step):
    """As a restart of PostgreSQL does, or a network that forgot the connection."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "SELECT l.pid FROM pg_locks l WHERE l.locktype = 'advisory' AND l.granted"
            " AND ((l.classid::bigint << 32) | l.objid::bigint) = hashtextextended(%s, 0)",
            [str(step.appliance_id)],
        )
        (held,) = cursor.fetchall()
    with psycopg.connect(admin_url(), autocommit=True) as server:
        server.execute("SELECT pg_terminate_backend(%s)", [held[0]])


@pytest.mark.slow
@pytest.mark.parametrize(("how", "times"), [("asks", 1), ("asks-not", 2)])
def test_a_worker_that_wakes_late_sends_nothing(world, answering, about_to_send, how, times):
    """Without the question right before the call the effect is there twice: the test can fail."""
    job, at = about_to_send
    worker = freeze(at, how)
    step = driving.step_of(world, job, ACTION)
    assert step.state == "CLAIMED"
    lose_session_of(step)
    done = lambda: driving.step_of(world, job, ACTION).state == "DONE"  # noqa: E731
    driving.drive(world, job, answering, at=at, until=done)
    once = driving.installers_made(answering)
    assert once > 0

    worker.send_signal(signal.SIGCONT)
    worker.wait(60)

    assert driving.installers_made(answering) == times * once
    with tenancy.transaction(world.customer):
        assert not Attempt.objects.filter(closed_at=None).exists()


@pytest.mark.slow
def test_while_it_is_only_frozen_nobody_else_sends_either(world, answering, about_to_send):
    """Its session lives, and so does its lock on the appliance: the step waits for it."""
    job, at = about_to_send
    worker = freeze(at, "asks")
    for minutes in range(1, 12):
        driving.turn(answering, at + timedelta(minutes=minutes))
    assert driving.installers_made(answering) == 0

    worker.send_signal(signal.SIGCONT)
    worker.wait(60)

    done = lambda: driving.step_of(world, job, ACTION).state == "DONE"  # noqa: E731
    driving.drive(world, job, answering, at=at + timedelta(minutes=12), until=done)
    assert driving.installers_made(answering) == 1
