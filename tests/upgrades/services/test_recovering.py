"""After a restore, or a failover to a database that lost its last moments, nothing is sent before
the appliance was asked: an intent that was committed may be gone, its effect is not."""

import json

import pytest
from django.core.management import call_command
from django.db import connections

from appliances import actions as do
from appliances.services import remote
from portal import clock, tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades import driving
from tests.upgrades.services.test_story import approved
from upgrades.models import Attempt, JobStep
from upgrades.services import recovering

ACTION = do.REGENERATE_INSTALLERS.name


@pytest.fixture
def lost(world, answering, monkeypatch):
    """The portal has told the appliance; then its database is as before it wrote the intent."""
    job = approved(world, target="12.2.0")
    make, baselines = remote.make_installers, []

    def noted(appliance):
        with tenancy.transaction(world.customer):
            (step,) = JobStep.objects.filter(job=job, action=ACTION, state="CLAIMED")
        baselines.append(step.observed["baseline"])
        return make(appliance)

    monkeypatch.setattr(remote, "make_installers", noted)
    at = driving.drive(
        world, job, answering, at=NOON, until=lambda: driving.installers_made(answering) == 1
    )
    step = driving.step_of(world, job, ACTION)
    with connections["owner"].cursor() as cursor:
        cursor.execute("DELETE FROM upgrades_attempt WHERE step_id = %s", [step.pk])
        cursor.execute(
            "UPDATE upgrades_jobstep SET state = 'READY', next_at = %s, claims = 0, observed = %s"
            " WHERE id = %s",
            [at, json.dumps({"baseline": baselines[0]}), step.pk],
        )
        assert cursor.rowcount == 1
    return job, step, at


def test_what_was_sent_and_forgotten_is_asked_about_and_not_sent_again(
    world, answering, lost, capsys
):
    job, step, at = lost
    with clock.at(at):
        call_command("ask_running_steps_again")

    done = lambda: driving.step_of(world, job, ACTION).state == "DONE"  # noqa: E731
    driving.drive(world, job, answering, at=at, until=done)

    assert driving.installers_made(answering) == 1
    with tenancy.transaction(world.customer):
        facts = AuditEvent.objects.filter(name="step.lost", subject_id=step.pk).values_list("data")
        assert any(data.get("restored") for (data,) in facts)
        assert not Attempt.objects.filter(step_id=step.pk).exists()


def test_without_that_question_it_would_be_sent_twice(world, answering, lost):
    job, _step, at = lost

    driving.drive(
        world, job, answering, at=at, until=lambda: driving.installers_made(answering) == 2
    )


def test_a_worker_that_still_runs_on_the_lost_line_records_nothing(world, lost):
    """Its number is not the step's any more."""
    _job, step, at = lost
    with tenancy.transaction(world.customer):
        JobStep.objects.filter(pk=step.pk).update(state="WATCHING")
        before = JobStep.objects.get(pk=step.pk).token
    recovering.ask_again(at)
    with tenancy.transaction(world.customer):
        now = JobStep.objects.get(pk=step.pk)
    assert (now.state, now.token) == ("WATCHING", before + 1)
    assert (now.next_at, now.lease_until) == (at, None)
