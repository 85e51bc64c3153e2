"""People before a browser, and a job in each of its states."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from portal import tenancy
from portal.models import User
from tests import factories
from tests.conftest import NOON
from tests.upgrades.conftest import World
from tests.upgrades.views import states
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import jobs, runs


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


@pytest.fixture
def scheduled(world: World, proposed: UpgradeJob) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        return jobs.approve(states.again(proposed), by=world.approver, at=NOON)


@pytest.fixture
def running(world: World, scheduled: UpgradeJob) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        return runs.start(states.again(scheduled), by=world.agent, at=NOON)


Puts = Callable[..., JobStep]


@pytest.fixture
def put(world: World, running: UpgradeJob) -> Puts:
    """Bring the running job's first step of an action into a state."""

    def into(state: str, action: str = "test_elsewhere", **observed: Any) -> JobStep:
        with tenancy.transaction(world.customer):
            return states.put(running, state, action, at=NOON, **observed)

    return into


@pytest.fixture
def locked(world: World, running: UpgradeJob) -> UpgradeJob:
    with tenancy.transaction(world.customer):
        return states.lock(running, by=world.operator, at=NOON)


def address(world: World, job: UpgradeJob, rest: str = "") -> str:
    return f"/c/{world.customer.slug}/jobs/{job.pk}/{rest}"


def state_of(world: World, row: Any) -> str:
    with tenancy.transaction(world.customer):
        return str(type(row).objects.get(pk=row.pk).state)
