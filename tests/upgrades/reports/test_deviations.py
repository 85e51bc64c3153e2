from datetime import timedelta

import pytest

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.reports.conftest import again, carry_out, printed, step_now, words
from upgrades.services import runs, skipping, steps

LATER = NOON + timedelta(days=3)


def step_of(job, action):
    return step_now(job.steps.filter(action=action).in_order().first().pk)


def test_a_job_that_went_by_its_plan_says_so(world, done):
    assert "Nothing: no step was skipped" in words(printed(world, done, "record", at=LATER))


def begun(job, action, at):
    step = step_of(job, action)
    if step.state == "PLANNED":
        step.ready(at=at)
    step.claim()
    step.began_at = at
    return step


@pytest.fixture
def abandoned(world, running):
    """Held, then skipped by two people, halted and given up with the limit still lowered."""
    at = carry_out(world, running, at=NOON, until="export_certificates")
    with tenancy.transaction(world.customer):
        step = begun(running, "export_certificates", at)
        step.ask(look_at=None)
        step.save()
        steps.report(step, by=world.operator, reason="The key is in a safe", at=at)
        for person in (world.operator, world.approver):
            step = step_of(running, "export_certificates")
            skipping.skip(step, by=person, reason="A copy lies in the safe", at=at)
        for action in ("announce", "lower_jump_limit"):
            step = begun(running, action, at)
            step.verify()
            step.prove(at=at)
            step.save()
        runs.halt(again(running), by=world.approver, reason="Fire alarm", at=at)
        runs.abandon(again(running), by=world.approver, reason="No time left", at=at)
    return running


def test_what_went_otherwise_stands_with_its_reason_and_its_names(world, abandoned):
    told = words(printed(world, abandoned, "record", at=LATER))

    certificates = "3. Export the certificates and the private key"
    assert f"Step held {certificates} The key is in a safe Jan Novak" in told
    assert (
        f"Step skipped {certificates} A copy lies in the safe"
        " Jana Vesela, asked for by Jan Novak" in told
    )
    assert "Upgrade halted Fire alarm Jana Vesela" in told
    assert "Reason: A copy lies in the safe" in told


def test_what_an_abandoned_job_left_stands_on_the_first_page(world, abandoned):
    told = words(printed(world, abandoned, "record", at=LATER))

    assert "Abandoned: No time left Left other than it was found" in told
    assert "The number of Jump Client upgrades at once is still lowered" in told


def test_a_step_that_took_longer_than_its_worst_case_is_named(world, done):
    with tenancy.transaction(world.customer):
        step = step_of(done, "test_elsewhere")
        step.began_at -= timedelta(minutes=40)
        step.save()

    told = words(printed(world, done, "record", at=LATER))

    assert (
        "Took longer than the worst case 2. Test the release in a controlled environment"
        " 45 min instead of 10 min Jan Novak" in told
    )
