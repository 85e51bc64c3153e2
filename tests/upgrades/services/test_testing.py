"""G-PREP-11: what a production site takes is confirmed on its test site, or somebody answers."""

from datetime import timedelta

import pytest

from appliances.models import Site
from appliances.services import waivers
from portal import clock, tenancy
from portal.errors import Refused
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.test_story import approved
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import testing


@pytest.fixture
def lab(world):
    """A test site of the world's site."""
    with tenancy.transaction(world.customer):
        made = Site.objects.create(
            customer=world.customer, name="Lab", public_name="lab.meridian.sim", shape="SINGLE",
            zone="UTC", simulated=True,
        )  # fmt: skip
        return testing.mark(made, test_of=world.site, by=world.agent)


def test_without_a_confirmed_release_nothing_is_submitted(world, lab):
    with pytest.raises(Refused) as refusal:
        approved(world)

    assert refusal.value.code == "not-tested"


def test_a_release_confirmed_on_the_test_site_answers_the_step(world, answering):
    """The world's site is the test site here; another one is to follow it."""
    with tenancy.transaction(world.customer):
        production = Site.objects.create(
            customer=world.customer, name="Production", public_name="p.meridian.sim",
            shape="SINGLE", zone="UTC", simulated=True,
        )  # fmt: skip
        testing.mark(world.site, test_of=production, by=world.agent)
    job = approved(world, target="12.2.0")
    follows = UpgradeJob(customer=world.customer, site=production, target=job.target)
    with tenancy.transaction(world.customer):
        assert testing.problem(production, job.target) == testing.UNTESTED
        assert testing.evidence(follows, NOON) is None

    operator.run_to_the_end(world, job, answering, at=NOON)

    with tenancy.transaction(world.customer):
        job.refresh_from_db()
        assert testing.problem(production, job.target) == ""
        shown = testing.evidence(follows, NOON)
        assert (shown["test_site"], shown["test_job"]) == (world.site.name, job.label)
        JobStep.objects.filter(job=job, action="verify").update(state="SKIPPED")
        assert testing.evidence(follows, NOON) is None  # a proof that nobody gave is none


def test_a_waiver_lets_it_go_and_answers_the_step(world, lab):
    with clock.at(NOON), tenancy.transaction(world.customer):
        waivers.give(world.site, "TESTED", reason="The lab is away.", by=world.approver, at=NOON,
                     expires_at=NOON + timedelta(days=5))  # fmt: skip

    job = approved(world)

    with tenancy.transaction(world.customer):
        shown = testing.evidence(UpgradeJob.objects.get(pk=job.pk), NOON)
        assert shown["waived_reason"] == "The lab is away."


def test_a_site_without_a_test_site_asks_a_person(world):
    job = approved(world)

    with tenancy.transaction(world.customer):
        assert testing.evidence(UpgradeJob.objects.get(pk=job.pk), NOON) is None


def test_a_site_is_no_test_site_of_itself_nor_of_a_test_site(world, lab):
    with tenancy.transaction(world.customer):
        for site, other in ((world.site, world.site), (world.site, lab)):
            with pytest.raises(Refused):
                testing.mark(site, test_of=other, by=world.agent)
