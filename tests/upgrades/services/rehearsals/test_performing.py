"""A plan is played on a twin by the real runner; its report stays, the twin does not."""

from datetime import timedelta

from appliances.models import Appliance
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


def test_one_that_stops_at_its_first_step_says_why_and_breaks_no_rule(world):
    with tenancy.transaction(world.customer):
        read_at = NOON - timedelta(days=40)
        Appliance.objects.filter(site=world.site).update(base_at=read_at)

    row = rehearse(world)

    assert (row.state, row.outcome) == ("FINISHED", Rehearsal.Outcome.HOLDS), row.reason
    assert row.report["stopped"]["seq"] == 1
    assert "too long ago" in row.report["stopped"]["reason"]
    assert reporting.broken(row.report) == []
