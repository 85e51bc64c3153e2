"""A job that the runner is to take up."""

import pytest

from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades.services.test_story import approved
from upgrades.models import UpgradeJob
from upgrades.services import runs


@pytest.fixture
def started(world, answering):
    """Under way at NOON, with several steps that are ready at once."""
    job = approved(world, target="12.2.0")
    answering.clock(anchor_virtual=NOON.timestamp())
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.with_site().get(pk=job.pk)
        with clock.at(NOON):
            runs.start(job, by=world.agent, at=NOON)
    return job
