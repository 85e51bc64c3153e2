"""Pairs, clusters, new hardware, clients and rehearsals in the states in which people look at
them, on real clocks."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from appliances.models import Appliance, Package
from appliances.services import freezes, replacements
from portal import clock, tenancy
from portal.models import User
from tests.upgrades import clusters, pairs
from tests.upgrades.conftest import World, a_world
from tests.upgrades.following import CHECK, step_of, upgraded
from tests.upgrades.views import states
from tests.upgrades.views.conftest import address, browser
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import interims, jobs, runs

Packages = dict[str, Package]
LIST = (
    "Name,Hostname,Jump Group,Status,Status Details\n"
    "POS-1,pos-1,Stores,Online,2026-11-24 02:00:00\n"
    "POS-2,pos-2,Stores,Online,2026-11-20 02:00:00\n"
    "POS-3,pos-3,Stores,Offline,2026-11-20 02:00:00\n"
)


@dataclass(frozen=True)
class Stop:
    path: str
    who: User  # looks at it


def of_site(world: World, rest: str = "") -> str:
    return f"/c/meridian/sites/{world.site.pk}/{rest}"


def planned(world: World, procedure: str, more: str = "") -> str:
    target = world.packages["12.2.0"].pk
    return of_site(world, f"plan/?target={target}&procedure={procedure}{more}")


def _running(world: World, procedure: str, *, until: str) -> UpgradeJob:
    """Under way, everything before the first step of an action done."""
    at = clock.now()
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["12.2.0"], procedure=procedure, method="automatic",
            by=world.agent, at=at,
        )  # fmt: skip
        jobs.submit(job, by=world.agent, at=at)
        jobs.approve(UpgradeJob.objects.get(pk=job.pk), by=world.approver, at=at)
        job = states.again(job)
        runs.start(job, by=world.agent, at=at)
        states.prove(job, until=until, by=world.operator, at=at - timedelta(hours=9))
    return job


def _asking(world: World, procedure: str, action: str) -> UpgradeJob:
    job = _running(world, procedure, until=action)
    with tenancy.transaction(world.customer):
        states.put(states.again(job), "ASKING", action, at=clock.now())
    return job


def plan_of_a_pair(packages: Packages) -> Stop:
    return Stop(planned(world := pairs.a_pair(packages), "pair-asynchronous"), world.operator)


def hosts_file(packages: Packages) -> Stop:
    world = pairs.a_pair(packages)
    job = _asking(world, "pair-asynchronous", "verify_by_hosts_file")
    return Stop(address(world, job), world.operator)


def _interim(packages: Packages, days: int) -> tuple[World, UpgradeJob]:
    world = pairs.a_pair(packages)
    job = _asking(world, "pair-asynchronous", "confirm_release")
    began = clock.now() - timedelta(days=days)
    with tenancy.transaction(world.customer):
        boxes = Appliance.objects.filter(site=world.site)
        boxes.update(failover_role="NONE", in_production=False)
        boxes.filter(letter="B").update(in_production=True)
        interims.begin(world.site, job=job, at=began)
        interims.look_after(clock.now())
    return world, job


def interim_of_a_job(packages: Packages) -> Stop:
    world, job = _interim(packages, days=1)
    return Stop(address(world, job), world.approver)


def interim_of_a_site(packages: Packages) -> Stop:
    world, _job = _interim(packages, days=9)
    return Stop(of_site(world), world.approver)


def interim_at_the_start(packages: Packages) -> Stop:
    world, _job = _interim(packages, days=9)
    return Stop("/c/meridian/", world.approver)


def interim_in_the_queue(packages: Packages) -> Stop:
    world, _job = _interim(packages, days=9)
    return Stop("/now/", world.agent)


def _cluster(packages: Packages) -> World:
    given = clusters.boxes({"Europe": 4, "Asia": 2}, failover=True)
    return a_world(
        packages, *given, minutes=1200, shape="CLUSTER_WITH_FAILOVER", name="Northline worldwide",
        public_name=clusters.PUBLIC,
    )  # fmt: skip


def halves(packages: Packages) -> Stop:
    return Stop(planned(world := _cluster(packages), "atlas-failover"), world.operator)


def halves_with_a_word(packages: Packages) -> Stop:
    """A region is left without a node: the customer's word is asked for."""
    world = _cluster(packages)
    with tenancy.transaction(world.customer):
        asia = Appliance.objects.filter(site=world.site, region="Asia")
        chosen = "".join(f"&offline={box.pk}" for box in asia)
    return Stop(planned(world, "atlas-failover", f"&halves=1{chosen}"), world.operator)


def draining(packages: Packages) -> tuple[World, UpgradeJob]:
    """A cluster whose nodes are emptied: in an interim, its settings frozen."""
    world, at = _cluster(packages), clock.now()
    job = _running(world, "atlas-failover", until="drain")
    with tenancy.transaction(world.customer):
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
        interims.begin(world.site, job=job, at=at)
    return world, job


def drains(packages: Packages) -> Stop:
    world, job = draining(packages)
    return Stop(address(world, job), world.approver)


def site_of_a_cluster(packages: Packages) -> Stop:
    world, _job = draining(packages)
    return Stop(of_site(world), world.approver)


def _delivered(packages: Packages) -> tuple[World, Appliance]:
    world = a_world(packages)
    with tenancy.transaction(world.customer):
        old = Appliance.objects.select_related("site").get(site=world.site)
        new = replacements.register(
            old, name="Support A (new)", host="new.meridian.sim", physical=True, model="B400",
            serial="NEW0001", base_version="3.2.4", by=world.agent, at=clock.now(),
        )  # fmt: skip
    return world, new


def register_new_hardware(packages: Packages) -> Stop:
    return Stop(of_site(world := a_world(packages), "replace/"), world.agent)


def plan_of_new_hardware(packages: Packages) -> Stop:
    world, new = _delivered(packages)
    return Stop(f"/c/meridian/replacements/{new.pk}/plan/", world.agent)


def site_with_new_hardware(packages: Packages) -> Stop:
    world, _new = _delivered(packages)
    return Stop(of_site(world), world.agent)


def clients(packages: Packages) -> Stop:
    world = a_world(packages)
    job = upgraded(world)
    step = step_of(world, job, "check_clients")
    file = SimpleUploadedFile("list.csv", LIST.encode(), content_type="text/csv")
    with clock.at(CHECK):
        answer = browser(world.operator).post(
            address(world, job, f"steps/{step.seq}/clients/"), {"file": file}
        )
    assert answer.status_code == 302, answer.content
    return Stop(address(world, job, "clients/"), world.operator)


def rehearse(packages: Packages) -> Stop:
    world = a_world(packages)
    return Stop(planned(world, "single").replace("/plan/", "/rehearse/"), world.operator)


STOPS: dict[str, Callable[[Packages], Stop]] = {
    "plan-pair": plan_of_a_pair,
    "job-hosts-file": hosts_file,
    "job-interim": interim_of_a_job,
    "site-interim": interim_of_a_site,
    "start-interim": interim_at_the_start,
    "now-interim": interim_in_the_queue,
    "plan-halves": halves,
    "plan-halves-word": halves_with_a_word,
    "job-drains": drains,
    "site-cluster": site_of_a_cluster,
    "replacement": register_new_hardware,
    "replacement-plan": plan_of_new_hardware,
    "site-replacement": site_with_new_hardware,
    "clients": clients,
    "rehearse": rehearse,
}
