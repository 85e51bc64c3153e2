"""A real worker takes no step of a rehearsal, and a rehearsal none of a real job."""

from django.db import connection, transaction

from portal import clock, rehearsing, tenancy
from portal.models import Customer
from portal.services import twins as hidden
from tests.conftest import NOON
from tests.upgrades.services.rehearsals import losses
from tests.upgrades.services.test_story import approved
from upgrades.models import JobStep
from upgrades.services import demo_clock, runs, waking
from upgrades.services.rehearsals import twins
from upgrades.services.ticks import claims, loop


def cast(world, scene):
    """A twin whose job has begun: its first step is due."""
    original = losses.read(world, losses.PAGES[0])
    customer = hidden.open_twin(original.customer, at=NOON, by=world.agent)
    known = rehearsing.Twin(customer.pk, scene.address)
    with clock.at(NOON), rehearsing.playing(known):
        twin = twins.cast(original, customer, scene, by=world.agent, at=NOON)
        waking.look_after_jobs(NOON)
    return twin, known


def states(customer):
    with tenancy.transaction(customer):
        return set(JobStep.objects.values_list("state", "token"))


def test_a_real_worker_sees_no_step_of_a_twin(world, scene):
    twin, _known = cast(world, scene)
    before = states(twin.customer)
    assert ("READY", 0) in before

    with clock.at(NOON):
        waking.wake(NOON)
        waking.look_after_jobs(NOON)
        assert loop.run(5) == 0
        assert not loop.tick()
        assert demo_clock.next_event(NOON) == (False, False, None)

    assert states(twin.customer) == before


def test_a_dead_worker_of_a_twin_is_no_work_for_a_real_one(world, scene):
    """Its step was claimed and its lock is free: a real worker would take that up first."""
    twin, known = cast(world, scene)
    with clock.at(NOON), rehearsing.playing(known):
        with transaction.atomic():
            assert claims.claim(NOON) is not None
        connection.close()

    with clock.at(NOON):
        assert not loop.tick()


def test_a_rehearsal_sees_no_step_of_a_real_job(world, scene):
    job = approved(world, target="12.2.0")
    with clock.at(NOON), tenancy.transaction(world.customer):
        fresh = type(job).objects.get(pk=job.pk)
        if fresh.state == "SCHEDULED":
            runs.start(fresh, by=world.agent, at=NOON)
    before = states(world.customer)
    customer = hidden.open_twin(Customer.across.get(), at=NOON, by=world.agent)

    with clock.at(NOON), rehearsing.playing(rehearsing.Twin(customer.pk, scene.address)):
        assert loop.run(5) == 0

    assert states(world.customer) == before
