"""How rehearsals are started, given up and lost; what faults do; the same seed plays the same."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from portal import clock, tenancy
from portal.services import twins as hidden
from tests.conftest import NOON
from tests.upgrades import processes
from tests.upgrades.services.rehearsals.sites import world_of
from tests.upgrades.services.rehearsals.test_performing import rehearse
from upgrades import tasks
from upgrades.models import Rehearsal
from upgrades.services.rehearsals import asking, performing, reporting

S = Rehearsal.State


@pytest.fixture
def asked(world):
    """Written down, and nobody has come for it yet."""
    with clock.at(NOON), tenancy.transaction(world.customer):
        return asking.ask(
            world.site, world.packages["12.2.0"], procedure="single", method="automatic", seed=4,
            by=world.agent, at=NOON, ring=False,
        )  # fmt: skip


def row_of(world, row):
    with tenancy.transaction(world.customer):
        return Rehearsal.objects.get(pk=row.pk)


def twin_is_gone(row):
    """Erasing it finds nothing any more."""
    return hidden.erase_twin(row.twin_id) == 0


def test_the_command_tells_how_far_it_is_and_how_it_ends(world):
    said = StringIO()

    call_command(
        "rehearse", site=world.site.public_name, target="12.2.0", procedure="single", seed=4,
        faults="worker-lost", stdout=said,
    )  # fmt: skip

    told = said.getvalue()
    assert "single, seed 4, faults: worker-lost:" in told
    assert "arrives: 20" in told
    with tenancy.transaction(world.customer):
        assert Rehearsal.objects.get().seed == 4


def test_the_command_knows_no_other_plan_than_those_that_fit(world):
    with pytest.raises(CommandError, match="No such plan fits this site now"):
        call_command("rehearse", site=world.site.public_name, procedure="atlas")
    with pytest.raises(CommandError, match="No site has nobody.example.com"):
        call_command("rehearse", site="nobody.example.com")


@pytest.mark.filterwarnings("ignore:subprocess .* is still running:ResourceWarning")
def test_the_task_starts_a_process_that_plays_it_to_the_end(world, asked, monkeypatch):
    for name, value in processes.environment().items():
        monkeypatch.setenv(name, value)

    tasks.rehearse(str(world.customer.pk), str(asked.pk))

    over = processes.wait_for(lambda: not row_of(world, asked).is_open, seconds=120)
    assert over
    row = row_of(world, asked)
    assert (row.state, row.outcome) == (S.FINISHED, "ARRIVES"), row.reason
    assert twin_is_gone(row)


def test_a_rehearsal_whose_process_is_killed_is_broken_off_and_cleared_away(world, asked):
    process = processes.python("manage.py", "rehearse", "--begin", str(world.customer.pk),
                               str(asked.pk))  # fmt: skip
    try:
        assert processes.wait_for(lambda: row_of(world, asked).steps_done >= 1, seconds=60)
    finally:
        process.kill()
        process.wait()
    assert asking.look_after() == 0  # its lease is real time: it might still live
    with tenancy.transaction(world.customer):
        Rehearsal.objects.filter(pk=asked.pk).update(
            lease_until=datetime.now(UTC) - timedelta(seconds=1)
        )

    assert asking.look_after() == 1

    row = row_of(world, asked)
    assert (row.state, row.reason) == (S.BROKEN_OFF, asking.LOST)
    assert twin_is_gone(row)
    assert asking.look_after() == 0


def test_one_that_nobody_came_for_is_rung_for_again_and_then_given_up(world, asked):
    for bells in range(1, asking.MOST_BELLS + 1):
        with tenancy.transaction(world.customer):
            Rehearsal.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))
        assert asking.look_after() == 1
        assert (row_of(world, asked).state, row_of(world, asked).bells) == (S.WAITING, bells)
    with tenancy.transaction(world.customer):
        Rehearsal.objects.update(lease_until=datetime.now(UTC) - timedelta(seconds=1))

    asking.look_after()

    assert row_of(world, asked).state == S.BROKEN_OFF


def test_a_cancelled_one_stops_in_the_middle_and_keeps_nothing(world, asked):
    def cancel(done, of):
        with tenancy.transaction(world.customer):
            row = Rehearsal.objects.get(pk=asked.pk)
            if row.is_open:
                asking.cancel(row, by=world.agent, at=NOON)

    with clock.at(NOON):
        row = performing.perform(world.customer.pk, asked.pk, progress=cancel)

    assert (row.state, row.report, row.steps_done) == (S.CANCELLED, {}, 0)
    assert twin_is_gone(row)


def test_one_that_takes_too_long_is_broken_off(world, asked, monkeypatch):
    monkeypatch.setattr(performing, "LONGEST_SECONDS", 0.0)

    with clock.at(NOON):
        row = performing.perform(world.customer.pk, asked.pk)

    assert (row.state, row.reason) == (S.BROKEN_OFF, performing.TOO_LONG)
    assert twin_is_gone(row)


@pytest.mark.slow
def test_the_same_seed_plays_the_same(world):
    """The same faults at the same steps and moments, and the same end."""
    first, again = (rehearse(world, "random", target="12.2.0", seed=11) for _ in range(2))

    assert first.faults == again.faults
    assert first.outcome == again.outcome
    assert [step["state"] for step in first.report["steps"]] == [
        step["state"] for step in again.report["steps"]
    ]


def test_the_windows_lie_on_the_day_that_was_chosen_or_later(world):
    """ "Not before" of the plan's page."""
    day = NOON + timedelta(days=9)
    with clock.at(NOON):
        with tenancy.transaction(world.customer):
            row = asking.ask(
                world.site, world.packages["12.2.0"], procedure="single", method="automatic",
                seed=4, earliest=day, by=world.agent, at=NOON, ring=False,
            )  # fmt: skip
        row = performing.perform(world.customer.pk, row.pk)

    starts = [datetime.fromisoformat(one["start"]) for one in row.report["windows"]]
    assert row.outcome == "ARRIVES"
    assert day <= min(starts) < day + timedelta(days=1)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "shape", "procedure", "outcome", "action", "stops"),
    [
        ("dns-slow", "PAIR", "pair-asynchronous", "ARRIVES", "point_dns", ""),
        ("sync-fails", "PAIR", "pair-synchronous", "HOLDS", "compare_keys", "establish_failover"),
        ("endless-connections", "CLUSTER", "atlas", "HOLDS", "drain", "drain"),
    ],
)
def test_faults_are_played(catalogue, fault, shape, procedure, outcome, action, stops):
    """Propagation is waited for; keys that differ and connections that never end are a person's to
    decide (G-ASYNC-4, G-SYNC-7, G-ATLASF-3)."""
    world = world_of(catalogue, shape, small=True)

    row = rehearse(world, fault, target="12.2.0", procedure=procedure)

    assert (row.state, row.outcome) == (S.FINISHED, outcome), str(row.report.get("stopped"))
    came = row.report["faults"][0]
    step = row.report["steps"][came["seq"] - 1]
    assert (came["at"] != "", step["action"]) == (True, action)
    assert reporting.broken(row.report) == []
    if outcome == "ARRIVES":
        seen = next(one for one in row.report["steps"] if one["action"] == "check_production")
        assert at(seen["ended"]) - at(step["began"]) >= timedelta(hours=1)
    else:
        stopped = row.report["stopped"]
        assert row.report["steps"][stopped["seq"] - 1]["action"] == stops, str(stopped)
        assert '"' not in stopped["reason"]  # the page's sentence, not the answer it came in


def at(told):
    return datetime.fromisoformat(told)
