"""A step that kills whoever touches it: a person has it after three, and the others go on."""

from datetime import timedelta

import pytest

from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.services.test_kills import kill_one
from upgrades.models import JobStep
from upgrades.services.ticks import claims, loading, loop
from upgrades.services.ticks.outcomes import Look

MINUTE = timedelta(minutes=1)


@pytest.mark.slow
@pytest.mark.parametrize("state", ["READY", "VERIFYING", "WATCHING", "ASKING"])
def test_after_three_dead_workers_it_is_held_in_whichever_state_it_kills(world, started, state):
    with tenancy.transaction(world.customer):
        bad, other = started.steps.in_order()[:2]
        rows = JobStep.objects.filter(pk=bad.pk)
        rows.update(state=state, next_at=NOON - MINUTE)  # it comes first
    killed = 0
    while kill_one("intended", NOON):
        killed += 1
        with tenancy.transaction(world.customer):
            assert rows.get().claims <= claims.MOST_CLAIMS
        if state == "READY":  # its worker's death is found by the next turn, which lives
            with clock.at(NOON):
                loop.tick(lambda work: pytest.fail("nothing is to be done then"))
        assert killed <= claims.MOST_CLAIMS

    assert killed == claims.MOST_CLAIMS
    with tenancy.transaction(world.customer):
        now = rows.get()
        assert (now.state, now.reason) == ("HELD", loading.POISON)
        JobStep.objects.filter(pk=other.pk).update(state="READY", next_at=NOON)
    with clock.at(NOON):
        assert loop.tick()
    with tenancy.transaction(world.customer):
        assert JobStep.objects.get(pk=other.pk).state != "READY"


@pytest.mark.slow
def test_deaths_that_were_no_fault_of_the_step_are_forgotten_once_a_worker_lives(world, started):
    """A machine that is switched off now and then, while a step is watched for an hour."""
    with tenancy.transaction(world.customer):
        bad = started.steps.in_order()[0]
        rows = JobStep.objects.filter(pk=bad.pk)
    for number in range(claims.MOST_CLAIMS + 1):
        with tenancy.transaction(world.customer):
            rows.update(state="WATCHING", next_at=NOON - MINUTE)
        assert kill_one("intended", NOON), number
        with clock.at(NOON):
            loop.tick(lambda work: Look(work.at))
        with tenancy.transaction(world.customer):
            now = rows.get()
            assert (now.claims, now.state) == (0, "WATCHING")
