"""When what is left of a job is over, on steps that are laid by hand."""

from datetime import timedelta
from itertools import count

import pytest

from tests.conftest import NOON
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.services.remaining import Ending, ending

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
_seqs = count(1)


def a_step(rank, minutes, *, lane="A", **more):
    usual, worst = minutes
    values = {"doer": "portal", "state": "PLANNED", "action": "test_elsewhere"} | more
    return JobStep(
        seq=next(_seqs), rank=rank, lane=lane, expected_minutes=usual, worst_minutes=worst, **values
    )


def told(steps, *bookings, state="RUNNING"):
    return ending(UpgradeJob(state=state), steps, bookings, NOON)


def booked(window, start, state="BOOKED"):
    return Booking(window=window, slot=(start, start + 9 * HOUR), state=state)


@pytest.fixture(autouse=True)
def _starts(monkeypatch):
    """Rows that were never saved hold their slot as it was given."""
    monkeypatch.setattr(Booking, "starts_at", property(lambda row: row.slot[0]))


def after(usual, worst):
    return Ending(NOON + usual * MINUTE, NOON + worst * MINUTE)


def test_ranks_follow_one_another_and_lanes_run_side_by_side():
    steps = [
        a_step(1, (10, 20)), a_step(2, (10, 60), lane="A"), a_step(2, (30, 40), lane="B"),
        a_step(3, (5, 5)),
    ]  # fmt: skip
    assert told(steps) == after(45, 85)


def test_people_do_four_things_at_once():
    steps = [a_step(1, (30, 30), lane=f"N{n}", doer="person") for n in range(5)]
    assert told(steps) == after(60, 60)
    assert told(steps[:4]) == after(30, 30)


def test_a_window_begins_no_earlier_than_its_booking():
    steps = [a_step(1, (30, 700)), a_step(2, (60, 90), window=1)]
    assert told(steps, booked(1, NOON + 10 * HOUR)) == after(660, 790)


def test_what_runs_has_the_rest_of_its_time_and_what_is_over_has_none():
    done = a_step(1, (30, 30), state="DONE", ended_at=NOON - HOUR)
    begun = a_step(2, (30, 60), state="WATCHING", began_at=NOON - 20 * MINUTE)
    late = a_step(2, (5, 10), state="WATCHING", began_at=NOON - HOUR)
    assert told([done, begun]) == after(10, 40)
    assert told([done, late]) == after(0, 0)


def test_a_wait_ends_when_it_ends_and_a_dwell_counts_from_the_last_product():
    waiting = a_step(1, (600, 600), state="WAITING", next_at=NOON + HOUR)
    assert told([waiting, a_step(2, (10, 15))]) == after(70, 75)
    steps = [
        a_step(1, (30, 60), action="install_product"), a_step(2, (60, 60)),
        a_step(3, (1440, 1440), action="dwell"), a_step(4, (10, 10)),
    ]  # fmt: skip
    assert told(steps) == after(30 + 1440 + 10, 60 + 1440 + 10)


@pytest.mark.parametrize("state", ["PAUSED", "HALTED", "MISSED", "DRAFT", "DONE"])
def test_of_a_job_at_rest_nobody_can_tell(state):
    assert told([a_step(1, (10, 20))], state=state) is None


def test_nor_while_a_step_is_held_or_a_window_has_no_time():
    held = a_step(1, (10, 20), state="HELD")
    asleep = a_step(1, (10, 20), state="WAITING", next_at=NOON + 400 * 24 * HOUR)
    in_window = a_step(1, (10, 20), window=1)
    assert told([held]) is None
    assert told([asleep]) is None
    assert told([in_window]) is None
    assert told([in_window], booked(1, NOON, "MISSED")) is None
    assert told([in_window], booked(1, NOON), state="SCHEDULED") == after(10, 20)
