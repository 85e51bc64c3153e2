"""A cluster in a browser: its halves on the plan's page, its nodes side by side while it runs."""

from datetime import timedelta
from typing import Any

import pytest

from appliances.models import Appliance, Package
from appliances.services import freezes
from portal import clock, tenancy
from tests.browser.looking import look
from tests.upgrades.clusters import PUBLIC, boxes
from tests.upgrades.conftest import World, a_world, catalogue  # noqa: F401 (a fixture)
from tests.upgrades.views import states
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import jobs, runs

pytestmark = pytest.mark.browser


@pytest.fixture
def world(catalogue: dict[str, Package]) -> World:  # noqa: F811
    given = boxes({"Europe": 4, "Asia": 2}, failover=True)
    return a_world(
        catalogue, *given, minutes=1200, shape="CLUSTER_WITH_FAILOVER", name="Northline worldwide",
        public_name=PUBLIC,
    )  # fmt: skip


def target(world: World) -> Package:
    return world.packages["12.2.0"]


def test_the_halves_are_chosen_on_the_plans_page(page_at: Any, world: World) -> None:
    with tenancy.transaction(world.customer):
        asia = Appliance.objects.filter(site=world.site, region="Asia")
        chosen = "&".join(f"offline={box.pk}" for box in asia)
    page = f"/c/meridian/sites/{world.site.pk}/plan/"
    at = f"{page}?target={target(world).pk}&procedure=atlas-failover"

    look(page_at(at, user=world.operator), "plan-halves")
    look(page_at(f"{at}&halves=1&{chosen}", user=world.operator), "plan-halves-word")


def test_a_running_cluster_shows_its_lanes_counts_and_flags(page_at: Any, world: World) -> None:
    at = clock.now()
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, target(world), procedure="atlas-failover", method="automatic",
            by=world.agent, at=at,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=at)
        jobs.approve(UpgradeJob.objects.get(pk=job.pk), by=world.approver, at=at)
        job = states.again(job)
        runs.start(job, by=world.agent, at=at)
        states.prove(job, until="drain", at=at)
        drains = JobStep.objects.filter(job=job, action="drain", role="each-offline-node")
        for number, step in enumerate(drains.in_order()):
            step.refresh_from_db()
            if step.state == "PLANNED":
                step.ready(at=at)
            step.claim()
            step.watch(next_at=at + timedelta(minutes=1))
            step.began_at, step.observed = at, {"connected": number, "most": 4}
            step.save()
            Appliance.objects.filter(pk=step.appliance_id).update(accepting=False)
        freezes.begin(Appliance.objects.get(site=world.site, letter="A"), job=job, at=at)

    look(page_at(f"/c/meridian/jobs/{job.pk}/", user=world.approver), "job-cluster")
    look(page_at(f"/c/meridian/sites/{world.site.pk}/", user=world.approver), "site-cluster")
