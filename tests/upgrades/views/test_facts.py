"""How long users were cut off, told from what was seen during the steps in which nobody serves."""

from datetime import timedelta

import pytest

from tests.conftest import NOON
from tests.upgrades.planning.examples import example
from upgrades.models import JobStep
from upgrades.planning.stored import summary
from upgrades.views import facts


def at(minutes):
    return NOON + timedelta(minutes=minutes)


def step(seq, state="DONE", began=None, ended=None, **observed):
    seen = {
        name: value if name == "away" else at(value).isoformat() for name, value in observed.items()
    }
    when = [None if minutes is None else at(minutes) for minutes in (began, ended)]
    return JobStep(seq=seq, state=state, observed=seen, began_at=when[0], ended_at=when[1])


def told(*steps, away=(1, 2, 3), now=200):
    return facts.cut_off({"away": list(away)}, steps, at(now))


def test_nothing_before_anything_went_away():
    assert told(step(1, "PLANNED"), step(2, "ASKING", began=0)) == "not at all"


def test_steps_that_cut_nobody_off_do_not_count():
    assert told(step(4, began=0, ended=50), step(1, began=50, ended=60)) == "10 min"


def test_from_when_it_was_seen_to_go_not_from_when_the_person_was_asked():
    assert told(step(1, began=0, ended=60, down_at=48)) == "12 min"


def test_while_it_is_away_the_time_goes_on():
    assert told(step(1, "ASKING", began=0, down_at=150, away=True)) == "50 min"
    assert told(step(1, "WATCHING", began=0, down_at=150, back_at=180)) == "30 min"


def test_two_side_by_side_count_once_and_gaps_do_not():
    both = [step(1, began=0, ended=20), step(2, began=10, ended=30), step(3, began=60, ended=70)]

    assert told(*both) == "40 min"


def test_what_was_left_out_cut_nobody_off():
    assert told(step(1, "SKIPPED", began=0, ended=30)) == "not at all"


def test_a_job_planned_before_this_was_kept_says_nothing():
    assert facts.cut_off({}, [step(1, began=0, ended=9)], NOON) == ""


CASES = [
    ("single", {("alpha", "install_base"), ("alpha", "install_product")}, set()),
    ("pair-synchronous", {("alpha", "install_base")}, {("beta", "install_base")}),
    ("pair-asynchronous", {("network", "point_dns")}, {("beta", "install_product")}),
    ("atlas", {("alpha", "install_base")}, {("node-0", "install_base")}),
    ("atlas-failover", {("network", "point_dns")}, {("beta", "install_base")}),
]


@pytest.mark.parametrize(("procedure", "cut", "spared"), CASES)
def test_the_plan_knows_it_for_every_shape(procedure, cut, spared):
    plan = example(procedure)
    away = summary(plan)["away"]
    names = {(item.on, item.action.name) for item in plan.steps if item.seq in away}

    assert cut <= names
    assert not spared & names
