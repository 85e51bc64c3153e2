"""Every procedure of the guide is rehearsed to its end at a site of full size. Each by every way in
which production moves, at smaller sites and with workers lost, is in test_lost_workers.py."""

import pytest

from tests.upgrades.services.rehearsals.sites import PAGES, SWINGS, world_of
from tests.upgrades.services.rehearsals.test_performing import rehearse
from upgrades.models import Rehearsal
from upgrades.services.rehearsals import reporting


def ways():
    for number, page in enumerate(PAGES):
        swing = SWINGS[number % len(SWINGS)]
        yield pytest.param(page.name, page.shape.name, swing, id=f"{page.name}-{swing}")


@pytest.mark.slow
@pytest.mark.parametrize(("procedure", "shape", "swing"), list(ways()))
def test_it_arrives(catalogue, procedure, shape, swing):
    world = world_of(catalogue, shape, swing)

    row = rehearse(world, target="12.2.0", procedure=procedure)

    assert row.state == Rehearsal.State.FINISHED, row.reason
    assert row.outcome == Rehearsal.Outcome.ARRIVES, row.report["stopped"]
    assert reporting.broken(row.report) == []
    assert row.report["asked_again"] == []
