"""Times on paper: in the order of the steps, inside their window, after the waits of the path."""

from datetime import timedelta

import pytest

from appliances.models import Package
from portal import clock, tenancy
from tests import factories
from tests.conftest import NOON
from tests.upgrades import operator
from tests.upgrades.services.written.conftest import EVENING, HOUR, MINUTE
from tests.upgrades.services.written.test_bad import line_of, refused_after
from tests.upgrades.services.written.test_story import DAY, FIRST, SECOND
from upgrades.models import JobStep
from upgrades.services import skipping, steps
from upgrades.services.waited import WaitNotOver

MORNING = FIRST + 11 * HOUR
RELEASED = FIRST + 60 * MINUTE  # step 14, the product, by the form of `night`
DWELL = 17


@pytest.fixture
def night(closed):
    """The first night is typed back: the next that is asked is the wait of a day."""
    closed.load(closed.filled(1, 8, begin=NOON))
    closed.turn(EVENING)
    closed.turn(FIRST)
    closed.load(closed.filled(9, 16, begin=FIRST), at=MORNING)
    closed.turn(MORNING)
    assert closed.steps()[13].ended_at == RELEASED
    assert closed.steps()[DWELL - 1].state == "ASKING"
    return closed


def waited_until(closed, moment):
    return closed.filled(DWELL, DWELL, begin=moment - 10 * MINUTE)


@pytest.mark.parametrize("early", [MINUTE, 10 * HOUR])
def test_a_wait_that_was_no_day_is_refused_with_the_earliest_time(night, early):
    problem = refused_after(night, waited_until(night, RELEASED + DAY - early), at=FIRST + 2 * DAY)

    assert "Wed 25 Nov 2026 23:00 UTC+03:00 at the earliest (G-PREP-6)" in problem.sentence
    assert (problem.step, problem.field) == (str(DWELL), "written_done_at")


def test_a_wait_of_a_day_to_the_minute_is_a_day(night):
    night.load(waited_until(night, RELEASED + DAY), at=FIRST + 2 * DAY)

    assert night.steps()[DWELL - 1].ended_at == RELEASED + DAY


def test_a_release_that_wants_longer_has_it(night):
    Package.objects.filter(pk=night.steps()[13].package_id).update(dwell_hours=30)

    problem = refused_after(night, waited_until(night, RELEASED + 29 * HOUR), at=FIRST + 2 * DAY)

    assert "Thu 26 Nov 2026 05:00 UTC+03:00" in problem.sentence
    night.load(waited_until(night, RELEASED + 30 * HOUR), at=FIRST + 2 * DAY)
    assert night.steps()[DWELL - 1].state == "DONE"


def act(closed, move, at):
    with clock.at(at), tenancy.transaction(closed.world.customer):
        rows = JobStep.objects.select_related("job__site", "appliance", "package")
        step = rows.get(job=closed.job, seq=DWELL)
        return move(step, by=closed.world.operator, at=at)


def test_a_wait_is_not_confirmed_on_the_page_before_it_is_over_either(night):
    typed, files = operator.values(night.steps()[DWELL - 1])

    def confirm(step, **more):
        return steps.confirm(step, values=typed, files=files, **more)

    before = night.states()
    with pytest.raises(WaitNotOver, match="G-PREP-6"):
        act(night, confirm, RELEASED + DAY - MINUTE)
    assert night.states() == before
    act(night, confirm, RELEASED + DAY)
    assert night.steps()[DWELL - 1].state == "DONE"


def test_a_wait_that_is_held_is_not_accepted_before_it_is_over(night):
    act(night, lambda step, **more: steps.report(step, reason="No time", **more), MORNING)

    def accept(step, **more):
        return steps.accept(step, values={}, **more)

    with pytest.raises(WaitNotOver):
        act(night, accept, RELEASED + DAY - MINUTE)
    assert night.steps()[DWELL - 1].state == "HELD"
    act(night, accept, RELEASED + DAY)
    assert night.steps()[DWELL - 1].state == "DONE"


def test_two_people_may_cut_it_short(night):
    act(night, lambda step, **more: skipping.skip(step, reason="A patch", **more), MORNING)
    other = factories.a_member(night.world.customer, "APPROVER")
    act(night, lambda step, by, at: skipping.skip(step, by=other, reason="", at=at), MORNING)

    night.load(night.filled(18, 18, begin=MORNING), at=FIRST + DAY)

    assert night.states().split()[16:18] == ["17S", "18D"]


def test_what_follows_a_wait_is_not_before_its_end(night):
    night.load(night.filled(17, 17, begin=RELEASED + DAY), at=SECOND)

    problem = refused_after(night, night.filled(18, 18, begin=RELEASED), at=SECOND)

    assert problem.step == "18"
    assert "Step 17 comes before it, and was over at" in problem.sentence


def test_a_step_of_the_same_lane_is_not_before_the_one_before_it(night):
    night.load(night.filled(17, 20, begin=RELEASED + DAY), at=SECOND)
    night.turn(SECOND)
    rows = night.filled(21, 24, begin=SECOND)
    line_of(rows, 22, "written_done_at")[1]["value"] = "2026-11-26 22:09"

    problem = refused_after(night, rows, at=SECOND + 11 * HOUR)

    assert problem.step == "22"
    assert "Step 21 comes before it, and was over at Thu 26 Nov 2026 22:10" in problem.sentence


def test_what_another_form_said_counts_too(closed):
    closed.load(closed.filled(1, 2, begin=NOON))

    problem = refused_after(closed, closed.filled(3, 3, begin=NOON + 5 * MINUTE), at=EVENING)

    assert "Step 2 comes before it, and was over at Mon 23 Nov 2026 15:20" in problem.sentence


@pytest.mark.parametrize(("seq", "began", "said"), [
    (3, "2026-11-23 15:19", "Step 2 comes before it"),
    (9, "2026-11-24 21:59", "Its window had not begun then: it begins at Tue 24 Nov 2026 22:00"),
])  # fmt: skip
def test_when_it_was_begun_is_looked_at_as_well(closed, seq, began, said):
    closed.load(closed.filled(1, seq - 1, begin=NOON), at=EVENING)
    closed.turn(FIRST)
    rows = closed.filled(seq, seq, begin=FIRST if seq == 9 else NOON + 20 * MINUTE)
    line_of(rows, seq, "written_began_at")[1]["value"] = began

    problem = refused_after(closed, rows, at=FIRST + timedelta(hours=2))

    assert said in problem.sentence


def test_what_was_confirmed_on_the_page_tells_nothing_about_when_it_happened(closed):
    """Somebody said it in the morning; the paper of the night goes on from there."""
    closed.load(closed.filled(1, 1, begin=NOON))
    typed, files = operator.values(closed.steps()[1])
    closed.turn(EVENING)
    with clock.at(EVENING), tenancy.transaction(closed.world.customer):
        rows = JobStep.objects.select_related("job__site", "appliance", "package")
        step = rows.get(job=closed.job, seq=2)
        steps.confirm(step, values=typed, files=files, by=closed.world.operator, at=EVENING)

    told = closed.load(closed.filled(3, 3, begin=NOON + 10 * MINUTE))

    assert [step.seq for step in told.loaded] == [3]
