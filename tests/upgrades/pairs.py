"""A pair of Meridian's, two releases behind, and its run through both methods."""

from typing import Any

from appliances.models import Appliance
from appliances.simulator.process import Simulator
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.conftest import World, a_world, stand
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import jobs

A, B, NAME = "a.meridian.sim", "b.meridian.sim", "support.meridian.sim"
SHARED = "192.0.2.40"
KNOWN = {"product_version": "12.1", "base_version": "3.2.4"}
BOXES = (
    {"letter": "A", "name": "Alpha", "host": A, "failover_role": "PRIMARY", **KNOWN},
    {"letter": "B", "name": "Beta", "host": B, "failover_role": "BACKUP", **KNOWN},
)
SYNCED = NOON.timestamp() - 1320


def a_pair(catalogue: Any, **site: Any) -> World:
    return a_world(catalogue, *BOXES, minutes=900, **({"shape": "PAIR", "swing": "DNS"} | site))


def play(park: Simulator, world: World, **more: Any) -> Simulator:
    """Both of them in the simulator, related and in sync; B's clients are A's, as after a sync."""
    common = {
        "public_name": NAME, "product": "12.1", "base": "3.2.4", "installers": 2,
        "jump_clients": {"count": 6, "passive": 0.0, "off": 0.0, "seed": 1},
        "last_sync_at": SYNCED, "last_sync_status": "Data-Sync completed successfully.",
    } | more  # fmt: skip
    if world.site.swing == "SHARED_IP":
        common["shared_ip"] = SHARED
    return stand(
        park, world,
        {"hostname": A, "failover_role": "primary", "peer": B, **common},
        {"hostname": B, "failover_role": "backup", "peer": A, **common},
    )  # fmt: skip


def approved(world: World, procedure: str, target: str = "12.2.0", **more: Any) -> UpgradeJob:
    choices = {"procedure": procedure, "method": "automatic"} | more
    with clock.at(NOON):
        with tenancy.transaction(world.customer):
            job = jobs.draft(world.site, world.packages[target], by=world.agent, at=NOON, **choices)
            jobs.submit(job, by=world.agent, at=NOON)
        with tenancy.transaction(world.customer):
            job = UpgradeJob.objects.get(pk=job.pk)
            jobs.approve(job, by=world.approver, at=NOON, digest=job.plan["digest"])
    return job


def run(world: World, park: Simulator, procedure: str, **more: Any) -> UpgradeJob:
    """The whole job to its end; fails with what is open if it does not arrive."""
    job = approved(world, procedure, **more)
    operator.run_to_the_end(world, job, park, at=NOON)
    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.select_related("site").get(pk=job.pk)
        assert found.state == "DONE", left(world, job)
    return found


def left(world: World, job: UpgradeJob) -> list[tuple[Any, ...]]:
    with tenancy.transaction(world.customer):
        rows = JobStep.objects.filter(job=job).exclude(state__in=["DONE", "PLANNED"]).in_order()
        return [(s.seq, s.action, s.state, s.reason, s.observed, str(s.next_at)) for s in rows]


def box(world: World, letter: str) -> Appliance:
    with tenancy.transaction(world.customer):
        return Appliance.objects.get(site=world.site, letter=letter)


def roles(world: World) -> dict[str, str]:
    with tenancy.transaction(world.customer):
        rows = Appliance.objects.filter(site=world.site).order_by("letter")
        return {row.letter: row.failover_role for row in rows}


def effects(park: Simulator, host: str) -> list[str]:
    return [one["name"] for one in park.truth(host)["effects"]]


def step_of(world: World, job: UpgradeJob, action: str, place: int = 0) -> JobStep:
    with tenancy.transaction(world.customer):
        rows = JobStep.objects.select_related("job__site", "appliance", "package")
        return list(rows.filter(job=job, action=action).in_order())[place]
