"""A job with its windows booked, and everybody's calendars of it."""

from types import SimpleNamespace

import pytest

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.views import states
from upgrades.models import Booking
from upgrades.queries import ALL, Whose
from upgrades.services import jobs
from upgrades.services.agenda import conflicts, entries
from upgrades.services.agenda.entries import Scope

STAFF, OWN = Scope(ALL), Scope(Whose())


def submitted(world):
    job = jobs.draft(
        world.site, world.packages["14.1.1"], procedure="single", method="automatic",
        by=world.agent, at=NOON,
    )  # fmt: skip
    return jobs.submit(job, by=world.agent, at=NOON)


@pytest.fixture
def booked(world, noon):
    """Two nights of an upgrade over two releases: the first from today's evening on."""
    with tenancy.transaction(world.customer):
        job = jobs.approve(states.again(submitted(world)), by=world.approver, at=NOON)
        first, last = Booking.objects.select_related("site", "job__site").order_by("window")
    return SimpleNamespace(job=job, first=first, last=last)


def everything(scope):
    rows = scope.bookings()
    return conflicts.of(entries.read(rows), scope, at=NOON)


def rules(world, scope=OWN):
    """By booking, the rules that refuse it; asked by the customer, and by staff: they agree."""
    with tenancy.transaction(world.customer):
        own = everything(scope)
    across = everything(STAFF)
    assert {pk: [one.rule for one in why] for pk, why in own.items()} == {
        pk: [one.rule for one in why] for pk, why in across.items()
    }
    return {pk: {one.rule for one in why} for pk, why in own.items()}
