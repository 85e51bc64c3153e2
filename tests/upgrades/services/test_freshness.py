"""G-RULE-4 at the moment of the change: what has grown old is asked for again first."""

from datetime import timedelta

from appliances.models import Backup, CertificateCopy
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.test_faults import run_until, step_of, turn
from tests.upgrades.services.test_story import approved
from upgrades.models import JobStep
from upgrades.services import freshness


def aged(world):
    """What was kept of the appliance lies two days back, and so do the steps that kept it."""
    with tenancy.transaction(world.customer):
        old = NOON - timedelta(days=2)
        Backup.objects.update(taken_at=old)
        CertificateCopy.objects.update(noted_at=old)
        kept = JobStep.objects.filter(action__in=["back_up", "export_certificates"])
        kept.filter(state="DONE").update(ended_at=old)


def at_the_change(world, simulator):
    job = approved(world)
    _step, at = run_until(world, job, simulator, "check_updates")
    with clock.at(at):
        for step in operator.asking(world, job):
            operator.act(world, step, simulator)
    return job, at + timedelta(seconds=2)


def added(world, job):
    with tenancy.transaction(world.customer):
        found = JobStep.objects.filter(job=job, guide="G-RULE-4").in_order()
        return {step.action: step.state for step in found}


def test_what_is_fresh_is_not_asked_for_again(world, answering):
    job, at = at_the_change(world, answering)

    turn(at)

    assert step_of(world, job, "install_base").state == "ASKING"
    assert added(world, job) == {}


def test_what_has_grown_old_is_asked_for_again_once_and_the_change_waits(world, answering):
    job, at = at_the_change(world, answering)
    aged(world)

    turn(at)
    turn(at + timedelta(seconds=65))

    step = step_of(world, job, "install_base")
    assert (step.state, step.reason) == ("READY", freshness.AGAIN)
    assert added(world, job) == {"back_up": "DONE", "export_certificates": "ASKING"}
    assert answering.truth("a.meridian.sim")["base"] == "3.2.4"


def test_once_it_is_fresh_the_change_goes_on_and_the_job_ends(world, answering):
    job, at = at_the_change(world, answering)
    aged(world)
    turn(at)

    operator.run_to_the_end(world, job, answering, at=at + timedelta(seconds=5))

    with tenancy.transaction(world.customer):
        job.refresh_from_db()
        assert job.state == "DONE"
    assert added(world, job) == {"back_up": "DONE", "export_certificates": "DONE"}


def test_between_the_packages_of_one_appliance_nothing_else_stands(world, answering):
    """G-RULE-2: once its first change is proven, only the page's own backup may come between."""
    job, at = at_the_change(world, answering)
    turn(at)
    with tenancy.transaction(world.customer):
        base = step_of(world, job, "install_base")
        JobStep.objects.filter(pk=base.pk).update(state="DONE", ended_at=at)
    aged(world)
    product = step_of(world, job, "install_product")

    with tenancy.transaction(world.customer):
        assert freshness.old_before(product, world.appliance, at) == []
