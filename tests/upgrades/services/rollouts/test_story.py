"""A rollout from its draft to its end: offered by mail, accepted through the link of the mail that
a server received, run step by step against the simulated appliance, counted as upgraded."""

from datetime import timedelta

import pytest
from django.test import Client

from portal import clock, tenancy
from portal.services import messages
from tests import factories
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.alerting import a_contact, links_in
from tests.upgrades.services.rollouts.conftest import each, now, states
from tests.upgrades.services.test_story import states as steps_of
from tests.upgrades.views.test_decisions import digest
from upgrades.models import UpgradeJob
from upgrades.services.rollouts import drafts, drawing, figures, lives, sweeping


@pytest.mark.slow
def test_from_the_draft_to_the_last_site(world, answering, sink):
    manager = factories.staff("ROLLOUT_MANAGER", "Mara Neri")
    a_contact(world, "Jana", email=world.approver.email)
    wish = drafts.Wish(
        name="To 12.2", release=world.packages["12.2.0"], starts_on=NOON.date(),
        ends_on=NOON.date() + timedelta(days=90), waves=(drafts.WaveWish(),),
    )  # fmt: skip
    with clock.at(NOON):
        rollout = drafts.draft(wish, by=manager, at=NOON)
        drawing.draw_due(NOON)
        lives.open_it(now(rollout), by=manager, at=NOON)
        assert sweeping.turn(NOON) == 1
        messages.send_due(NOON)
        [path] = links_in(sink, world.approver.email)
        client = Client()
        asked = client.get(path)
        given = {"answer": "accept", "digest": digest(asked)}
        assert client.post(path, given).status_code == 200
    assert states(rollout) == ["BOOKED"]
    [enrolment] = each(rollout)
    with tenancy.transaction(world.customer):
        job = UpgradeJob.objects.get(pk=enrolment.job_id)
        assert (job.state, job.approved_by) == ("SCHEDULED", world.approver)

    ended = operator.run_to_the_end(world, job, answering, at=NOON)

    assert states(rollout) == ["UPGRADED"], steps_of(world, job)
    assert answering.truth("a.meridian.sim")["product"] == "12.2.0"
    with clock.at(ended):
        sweeping.turn(ended)
        standing = figures.of(now(rollout), at=ended)
        assert lives.close(now(rollout), by=manager, at=ended).state == "CLOSED"
    assert standing.whole.by_state["UPGRADED"] == 1
