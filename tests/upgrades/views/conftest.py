"""People before a browser, and a job in each of its states."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from portal import tenancy
from portal.models import User
from tests import factories
from tests.conftest import NOON
from tests.upgrades.conftest import World
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import halting, jobs, runs

S = JobStep.State
DONE_BY_NOW = NOON + timedelta(hours=1)


@pytest.fixture(autouse=True)
def _at_noon(noon: Any) -> None:
    """Every page is looked at on Monday 23 November 2026, 12:00 UTC."""


@pytest.fixture
def viewer(world: World) -> User:
    return factories.a_member(world.customer, "VIEWER", "Vera Blum")


@pytest.fixture
def stranger(world: World) -> User:
    """Somebody of another customer."""
    return factories.a_member(factories.a_customer("Other"), "ADMINISTRATOR", "Otto Fremd")


@pytest.fixture
def confined(world: World) -> User:
    """A member who may see no site of this customer but one that does not exist."""
    return factories.a_member(
        world.customer, "ADMINISTRATOR", "Conny Fined", site_ids=[world.customer.pk]
    )


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def proposed(world: World) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        job = jobs.draft(
            world.site, world.packages["14.1.1"], procedure="single", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        return jobs.submit(job, by=world.agent, at=NOON)


def _again(world: World, job: UpgradeJob) -> UpgradeJob:
    return UpgradeJob.objects.with_site().select_related("customer").get(pk=job.pk)


@pytest.fixture
def scheduled(world: World, proposed: UpgradeJob) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        job = _again(world, proposed)
        return jobs.approve(job, by=world.approver, at=NOON)


@pytest.fixture
def running(world: World, scheduled: UpgradeJob) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        return runs.start(_again(world, scheduled), by=world.agent, at=NOON)


Puts = Callable[..., JobStep]


@pytest.fixture
def put(world: World, running: UpgradeJob) -> Puts:
    """Bring the job's first step of an action into a state, by its own transitions."""

    def into(state: str, action: str = "test_elsewhere", **observed: Any) -> JobStep:
        with tenancy.transaction(world.customer):
            step = JobStep.objects.filter(job=running, action=action).in_order().first()
            assert step is not None, action
            if step.state == S.PLANNED:
                step.ready(at=NOON)
            if step.state == S.READY:
                step.claim()
            step.began_at, step.deadline_at = NOON, DONE_BY_NOW
            step.observed = observed
            MOVES[state](step)
            step.save()
            return JobStep.objects.select_related("job").get(pk=step.pk)

    return into


MOVES: dict[str, Callable[[JobStep], None]] = {
    "ASKING": lambda step: step.ask(look_at=None),
    "HELD": lambda step: step.hold(reason="The page shows an error"),
    "WAITING": lambda step: step.wait(until=NOON + timedelta(hours=9), reason="24 hours"),
    "WATCHING": lambda step: step.watch(next_at=NOON),
}


@pytest.fixture
def locked(world: World, running: UpgradeJob, put: Puts) -> UpgradeJob:
    """A base update went wrong: the job is halted, the site locked."""
    step = put("HELD", "install_base")
    with tenancy.transaction(world.customer):
        job = _again(world, running)
        fresh = JobStep.objects.get(pk=step.pk)
        halting.base_problem(job, fresh, reason="It stays away", by=world.operator, at=NOON)
        return job


def address(world: World, job: UpgradeJob, rest: str = "") -> str:
    return f"/c/{world.customer.slug}/jobs/{job.pk}/{rest}"


def state_of(world: World, row: Any) -> str:
    with tenancy.transaction(world.customer):
        return str(type(row).objects.get(pk=row.pk).state)


