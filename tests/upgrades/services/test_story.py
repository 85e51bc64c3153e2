"""The main story at the services: several releases behind, planned, approved, run, proven."""

from portal import clock, tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades import operator
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import jobs


def approved(world, target="14.1.1", **choices):
    choices = {"procedure": "single", "method": "automatic"} | choices
    with clock.at(NOON):
        with tenancy.transaction(world.customer):
            job = jobs.draft(world.site, world.packages[target], by=world.agent, at=NOON, **choices)
            jobs.submit(job, by=world.agent, at=NOON)
        with tenancy.transaction(world.customer):
            job = UpgradeJob.objects.get(pk=job.pk)
            jobs.approve(job, by=world.approver, at=NOON, digest=job.plan["digest"])
    return job


def states(world, job):
    with tenancy.transaction(world.customer):
        steps = JobStep.objects.filter(job=job).in_order()
        return [
            (s.seq, s.action, s.state, s.reason, s.observed, str(s.next_at))
            for s in steps
            if s.state not in ("DONE", "PLANNED")
        ]


def test_a_site_two_releases_behind_arrives(world, answering):
    job = approved(world)

    operator.run_to_the_end(world, job, answering, at=NOON)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        assert {s.state for s in found.steps.all()} == {"DONE"}
        appliance = found.site.appliances.get()
        assert (appliance.base_version, appliance.product_version) == ("4.0.1", "14.1.1")
        names = set(AuditEvent.objects.filter(job_id=job.pk).values_list("name", flat=True))
        assert {"job.started", "step.done", "job.finished"} <= names
    truth = answering.truth("a.meridian.sim")
    assert (truth["base"], truth["product"]) == ("4.0.1", "14.1.1")
