"""A plan is played on a twin by the real runner; its report stays, the twin does not."""

from portal import clock, tenancy
from tests.conftest import NOON
from upgrades.models import Rehearsal
from upgrades.services.rehearsals import asking, performing, reporting


def rehearse(world, *wishes, target="14.1.1", procedure="single", method="automatic", seed=1):
    with clock.at(NOON):
        with tenancy.transaction(world.customer):
            row = asking.ask(
                world.site, world.packages[target], procedure=procedure, method=method,
                wishes=wishes, seed=seed, by=world.agent, at=NOON, ring=False,
            )  # fmt: skip
        return performing.perform(world.customer.pk, row.pk)


def test_a_site_two_releases_behind_would_arrive(world):
    row = rehearse(world)

    assert row.state == Rehearsal.State.FINISHED, row.reason
    assert row.outcome == Rehearsal.Outcome.ARRIVES, row.report["stopped"]
    assert reporting.broken(row.report) == []
