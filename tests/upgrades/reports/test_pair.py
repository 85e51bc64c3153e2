"""Paper at two racks: which box is meant."""

from datetime import date, time

import pytest

from appliances.services import sites
from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.reports.conftest import printed, words
from upgrades import queries
from upgrades.reports import steps as lines
from upgrades.services import jobs, windows


@pytest.fixture
def pair(world):
    """A failover pair two releases behind: it changes roles after each."""
    boxes = [
        {"letter": "A", "name": "Left", "host": "l.sim", "failover_role": "PRIMARY"},
        {"letter": "B", "name": "Right", "host": "r.sim", "failover_role": "BACKUP"},
    ]
    known = {"product_version": "12.1", "base_version": "3.3.2"}
    with tenancy.transaction(world.customer):
        site = sites.register(
            by=world.agent, at=NOON, name="Two", public_name="two.meridian.sim", shape="PAIR",
            zone="Europe/Paris", simulated=True,
            appliances=[{**box, **known} for box in boxes],
        )  # fmt: skip
        windows.add(
            site, rule="FREQ=DAILY", starts_on=date(2026, 11, 1), at_time=time(20, 0), minutes=720,
            title="", by=world.agent, at=NOON,
        )  # fmt: skip
        job = jobs.draft(
            site, world.packages["14.1.1"], procedure="pair-asynchronous", method="automatic",
            by=world.agent, at=NOON,
        )  # fmt: skip
        return jobs.submit(job, by=world.agent, at=NOON)


def test_after_roles_were_exchanged_the_paper_says_who_is_meant(world, pair):
    with tenancy.transaction(world.customer):
        steps = queries.steps_of(pair)
        notes = {(phase["steps"][0].hop, phase["note"]) for phase in lines.phases(steps, [])}

    said = "In the words of these steps: A = B (Right), B = A (Left)."
    assert notes == {(0, ""), (1, ""), (2, said)}
    assert said in words(printed(world, pair, "runbook"))


def test_where_nobody_changed_places_nothing_is_said(world, proposed):
    assert "In the words of these steps" not in words(printed(world, proposed, "runbook"))
