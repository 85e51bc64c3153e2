"""The main story at the services: several releases behind, planned, approved, run, proven."""

from appliances.models import Backup
from portal import clock, tenancy
from portal.models import AuditEvent
from tests.conftest import NOON
from tests.upgrades import operator
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import jobs


def approved(world, target="14.1.1", word=False, **choices):
    choices = {"procedure": "single", "method": "automatic"} | choices
    with clock.at(NOON):
        with tenancy.transaction(world.customer):
            job = jobs.draft(world.site, world.packages[target], by=world.agent, at=NOON, **choices)
            jobs.submit(job, by=world.agent, at=NOON)
        with tenancy.transaction(world.customer):
            job = UpgradeJob.objects.get(pk=job.pk)
            jobs.approve(job, by=world.approver, at=NOON, digest=job.plan["digest"], word=word)
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


def test_by_files_the_key_is_asked_of_support_and_then_made_on_the_page(world, answering):
    """G-MANUAL-1: before base 3.3.2 support gives the key, from then on the page makes it."""
    job = approved(world, method="manual")

    operator.run_to_the_end(world, job, answering, at=NOON)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        keys = found.steps.filter(action__endswith="key").in_order()
        assert list(keys.values_list("action", flat=True)) == ["ask_for_key", "make_key"]
    effects = [effect["name"] for effect in answering.truth("a.meridian.sim")["effects"]]
    assert "update_software" in " ".join(effects) or "install_product" in effects


def test_without_waits_everything_is_installed_in_one_night(world, answering):
    """G-PREP-8: clients off first, every package in order, clients on again; no dwell between."""
    job = approved(world, procedure="single-without-waits")

    operator.run_to_the_end(world, job, answering, at=NOON)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        actions = list(found.steps.in_order().values_list("action", flat=True))
        assert "dwell" not in actions
        assert actions.index("remove_clients") < actions.index("install_base")
        assert actions.index("reinstall_clients") > actions.index("install_product")
        assert found.bookings.count() == 1
    assert answering.truth("a.meridian.sim")["product"] == "14.1.1"


def test_base_software_alone_asks_nothing_of_the_clients(world, answering):
    """G-PREP-7, G-CLIENT-1: no dwell, no client steps; the product stays as it is."""
    job = approved(world, target="4.0.1")

    operator.run_to_the_end(world, job, answering, at=NOON)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        actions = set(found.steps.values_list("action", flat=True))
        assert not actions & {"dwell", "check_clients", "install_product", "regenerate_installers"}
    truth = answering.truth("a.meridian.sim")
    assert (truth["base"], truth["product"]) == ("4.0.1", "12.1")


def test_an_appliance_without_api_is_upgraded_on_peoples_word(world, answering):
    """No driver: what the portal would read, a person is asked for."""
    with tenancy.transaction(world.customer):
        appliance = world.site.appliances.get()
        appliance.dialect = "NO_API"
        appliance.save()
    job = approved(world, target="12.2.0")

    operator.run_to_the_end(world, job, answering, at=NOON)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=job.pk)
        assert found.state == "DONE", states(world, job)
        assert found.site.appliances.get().product_version == "12.2.0"
        kept = {(one.kept_where, one.size, one.step_id) for one in Backup.objects.all()}
        steps = found.steps.filter(action="back_up").values_list("pk", flat=True)
        assert kept == {("as on the page", 5 * 1024, step) for step in steps}
