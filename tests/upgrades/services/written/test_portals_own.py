"""Steps of the portal's own between those of people: never confirmed by a form, nor jumped over."""

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.services.written.conftest import EVENING, HOUR
from tests.upgrades.services.written.test_bad import refused_after


def test_what_the_portal_does_itself_is_not_confirmed_by_a_form(closed):
    rows = closed.filled(1, 4, begin=NOON)
    closed.load(closed.filled(1, 3, begin=NOON))
    with tenancy.transaction(closed.world.customer):
        closed.job.steps.filter(action="announce").update(doer="portal")

    problem = refused_after(closed, rows, at=EVENING)

    assert problem.step == "4"
    assert "The portal looks at this by itself" in problem.sentence


def test_what_comes_after_a_step_of_the_portals_own_waits_for_it(closed):
    rows = closed.filled(1, 3, begin=NOON)
    rows += [row for row in closed.filled(5, 6, begin=NOON + HOUR) if row["step"] in "56"]
    rows = [row for row in rows if row["step"] not in "56" or row["value"]]
    with tenancy.transaction(closed.world.customer):
        closed.job.steps.filter(action="announce").update(doer="portal")

    told = closed.load(rows)

    assert [step.seq for step in told.loaded] == [1, 2, 3]
    assert [step.seq for step, _why in told.later] == [5, 6]
    assert "Step 4 comes first, which the portal does itself" in told.later[0][1]
    assert closed.done() == [1, 2, 3]
    closed.turn(EVENING)
    assert [step.seq for step in closed.load(rows).loaded] == [5, 6]
