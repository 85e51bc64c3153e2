"""A problem in a base update halts the job; two people with the ticket release it."""

import pytest
from django.db import IntegrityError

from appliances.models import BaseHold
from portal import clock, tenancy
from portal.errors import Refused
from portal.models import Message
from tests.upgrades.services.test_faults import job_now, run_until
from tests.upgrades.services.test_story import approved
from upgrades.models import Attempt, UpgradeJob
from upgrades.services import (
    holds,
    runs,
    steps,
)


def test_a_problem_in_a_base_update_halts_the_job_and_the_database_refuses_attempts(
    world, answering
):
    job = approved(world)
    step, at = run_until(world, job, answering, "install_base")

    with clock.at(at), tenancy.transaction(world.customer):
        steps.report(step, by=world.operator, reason="The screen stays black.", at=at)

    found = job_now(world, job)
    assert (found.state, found.base_problem) == ("HALTED", True)
    with pytest.raises(IntegrityError, match="base problem"), tenancy.transaction(world.customer):
        Attempt.objects.create(
            customer=world.customer, step=step, appliance=world.appliance, effect="callable",
            token=1, intent_at=at,
        )  # fmt: skip
    with pytest.raises(Refused) as refusal, tenancy.transaction(world.customer):
        runs.resume(job_now(world, job), by=world.agent, at=at)
    assert refusal.value.code == "base-hold"
    with tenancy.transaction(world.customer):
        bodies = Message.objects.filter(kind="upgrade_halted").values_list("body_text", flat=True)
        assert bodies
        assert all("Do not restart" in body for body in bodies)


def test_two_people_with_the_ticket_release_a_base_hold(world, answering):
    job = approved(world)
    step, at = run_until(world, job, answering, "install_base")
    with clock.at(at), tenancy.transaction(world.customer):
        steps.report(step, by=world.operator, reason="The screen stays black.", at=at)

    with tenancy.transaction(world.customer):
        hold = BaseHold.objects.get()
        with pytest.raises(Refused):
            holds.release(hold, by=world.agent, at=at)
        holds.ask_release(hold, ticket="T-4711", by=world.agent, at=at)
        with pytest.raises(Refused):
            holds.release(hold, by=world.agent, at=at)
        holds.release(hold, by=world.approver, at=at)
        runs.resume(UpgradeJob.objects.get(pk=job.pk), by=world.agent, at=at)

    assert job_now(world, job).state == "RUNNING"
