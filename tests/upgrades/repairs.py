"""A job given up half-way, and the repair of what it left."""

from datetime import datetime, timedelta

from appliances.simulator.process import Simulator
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.conftest import World
from tests.upgrades.services.test_story import approved as story_approved
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import demo_clock, jobs, repairing, runs, skipping, waking
from upgrades.services.ticks import loop


def abandoned(
    world: World, job: UpgradeJob, park: Simulator, before: str, *, nth: int = 1
) -> tuple[UpgradeJob, datetime]:
    """Run until the nth step of this action would be asked or done, then halt and give up."""
    at, seen = NOON, set[int]()
    for _ in range(900):
        park.clock(anchor_virtual=at.timestamp())
        with clock.at(at):
            waking.wake(at)
            waking.look_after_jobs(at)
            loop.run(20)
            waiting = operator.asking(world, job)
            for step in waiting:
                if step.action == before:
                    seen.add(step.seq)
                    if len(seen) >= nth:
                        return _give_up(world, job, at), at
                operator.act(world, step, park)
            busy, _due, upcoming = demo_clock.next_event(at)
        assert not operator.ended(world, job), job
        if waiting or busy or upcoming is None:
            at += timedelta(seconds=5)
        else:
            at = max(at + timedelta(seconds=1), upcoming)
    raise AssertionError(f"{before} was never asked")


def _give_up(world: World, job: UpgradeJob, at: datetime) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        fresh = UpgradeJob.objects.get(pk=job.pk)
        runs.halt(fresh, by=world.agent, reason="Enough for tonight.", at=at)
        return runs.abandon(fresh, by=world.agent, reason="It will not end tonight.", at=at)


def repaired(world: World, job: UpgradeJob, park: Simulator, at: datetime) -> UpgradeJob:
    """Plan what fits, have it approved, and run it to its end."""
    with clock.at(at):
        with tenancy.transaction(world.customer):
            fresh = UpgradeJob.objects.select_related("site").get(pk=job.pk)
            made = jobs.draft(
                fresh.site, repairing.target_of(fresh), by=world.agent, at=at, repairs=fresh,
                procedure=repairing.procedure_for(fresh).name, method="automatic",
            )  # fmt: skip
            jobs.submit(made, by=world.agent, at=at)
        with tenancy.transaction(world.customer):
            made = UpgradeJob.objects.get(pk=made.pk)
            jobs.approve(made, by=world.approver, at=at, digest=made.plan["digest"])
    operator.run_to_the_end(world, made, park, at=at, turns=900)
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.get(pk=made.pk)


def actions(world: World, job: UpgradeJob) -> list[str]:
    with tenancy.transaction(world.customer):
        return list(job.steps.in_order().values_list("action", flat=True))


def run_and_skip(world: World, park: Simulator, action: str) -> UpgradeJob:
    """An upgrade of one release to its end, but for this step, which the approver skips."""
    job = story_approved(world, target="12.2.0")
    at = operator.run_to_the_end(world, job, park, at=NOON, turns=900, before=action)
    with clock.at(at), tenancy.transaction(world.customer):
        step = JobStep.objects.select_related("job__site", "appliance").get(job=job, action=action)
        skipping.skip(step, reason="Somebody else does it.", by=world.approver, at=at)
    operator.run_to_the_end(world, job, park, at=at, turns=300)
    with tenancy.transaction(world.customer):
        return UpgradeJob.objects.get(pk=job.pk)
