"""Every procedure of the guide is rehearsed to its end, by each way in which production moves."""

import pytest

from tests.upgrades.services.rehearsals.sites import PAGES, SWINGS, world_of
from tests.upgrades.services.rehearsals.test_performing import rehearse
from upgrades.models import Rehearsal
from upgrades.services.rehearsals import reporting


def ways():
    for page in PAGES:
        for swing in SWINGS if page.shape.name != "SINGLE" else ("DNS",):
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
