"""What goes wrong with new hardware: said in a sentence; people stay on the old appliance."""

import pytest

from appliances.models import Appliance, HardwareReturn
from appliances.services import replacements, returns
from appliances.simulator.autopilot import calls
from portal import clock, tenancy
from tests.conftest import NOON
from tests.upgrades import operator, repairs
from tests.upgrades.hardware import HOST, a_replacement, approved, known
from tests.upgrades.services.test_faults import step_of, turn
from tests.upgrades.services.test_story import states
from upgrades.models import UpgradeJob
from upgrades.services.ticks.deeds import hardware as deeds, pair

OLD = "a.meridian.sim"


def asked(world, job, action):
    return next(step for step in operator.asking(world, job) if step.action == action)


def serving(world):
    """By the portal's record, and nothing of the new one is in the site's place."""
    with tenancy.transaction(world.customer):
        (box,) = Appliance.objects.filter(site=world.site)
        assert not HardwareReturn.objects.exists()
        return box.host


def test_a_backup_of_another_release_is_refused_and_the_job_waits(world, answering):
    """vendor.md 1.10: it restores only on the release it was taken of."""
    job = approved(world, a_replacement(world, answering))
    at = operator.run_to_the_end(world, job, answering, at=NOON, before="restore_backup")
    answering.control("PATCH", f"appliances/{HOST}", {"product": "12.2.0"})

    with clock.at(at), pytest.raises(calls.Refused, match=r"The backup is of 12\.1"):
        operator.press(world, asked(world, job, "restore_backup"), answering)

    turn(at)
    assert step_of(world, job, "restore_backup").state == "ASKING"
    assert answering.truth(HOST)["users"] != answering.truth(OLD)["users"]
    assert step_of(world, job, "point_dns_to_new").state == "PLANNED"
    assert serving(world) == OLD


def test_a_word_that_it_was_restored_is_not_enough(world, answering):
    """The new one is asked who it is and what it holds before production moves."""
    job = approved(world, a_replacement(world, answering))
    at = operator.run_to_the_end(world, job, answering, at=NOON, before="restore_backup")
    with clock.at(at):
        operator.press(world, asked(world, job, "restore_backup"), answering)
    answering.control("PATCH", f"appliances/{HOST}", {"product": "12.2.0"})
    with clock.at(at):
        operator.confirm(world, asked(world, job, "restore_backup"))

    operator.run_to_the_end(world, job, answering, at=at, turns=8)

    held = step_of(world, job, "compare_counts")
    assert (held.state, held.reason) == ("HELD", deeds.OTHER_RELEASE)
    assert held.observed["old"] == "12.1"
    assert serving(world) == OLD


def test_another_appliance_behind_the_public_name_is_not_production(world, answering):
    """G-HW-7: the portal knows the new one by its GUID, not by the name that answers."""
    job = approved(world, a_replacement(world, answering))
    at = operator.run_to_the_end(world, job, answering, at=NOON, before="point_dns_to_new")
    answering.faults(HOST, wrong_guid=True)
    with clock.at(at):
        operator.act(world, asked(world, job, "point_dns_to_new"), answering)

    operator.run_to_the_end(world, job, answering, at=at, turns=6)

    waits = step_of(world, job, "check_production")
    assert waits.state != "DONE", states(world, job)
    assert waits.reason in (pair.STRANGER, pair.STILL_ANOTHER)
    assert step_of(world, job, "confirm_production").state == "PLANNED"
    assert step_of(world, job, "factory_reset").state == "PLANNED"
    assert serving(world) == OLD


def test_a_return_is_not_opened_for_a_place_that_is_still_held(world, answering):
    new = a_replacement(world, answering)
    job = approved(world, new)
    operator.run_to_the_end(world, job, answering, at=NOON, before="confirm_production")

    with tenancy.transaction(world.customer):
        new = known(new)
        with pytest.raises(returns.NotConfirmed):
            returns.open_for_job(
                new, job=job, requested_by=world.agent, authorised_by=world.approver,
                by=world.operator, at=NOON,
            )  # fmt: skip

    assert serving(world) == OLD


def test_planned_again_the_replacement_is_confirmed_and_nothing_is_restored_twice(world, answering):
    """Given up after production moved: work went to the new one, which an old backup would undo."""
    new = a_replacement(world, answering)
    job, at = repairs.abandoned(world, approved(world, new), answering, "confirm_production")
    assert "replacement-unconfirmed" in job.left_behind

    again = approved(world, new, at=at)
    operator.run_to_the_end(world, again, answering, at=at, turns=600)

    with tenancy.transaction(world.customer):
        found = UpgradeJob.objects.get(pk=again.pk)
        assert found.state == "DONE", states(world, again)
        assert known(new).place == "IN_PLACE"
        assert not found.steps.filter(action="restore_backup").exists()
    effects = [one["name"] for one in answering.truth(HOST)["effects"]]
    assert effects.count("restore_backup") == 1


def test_a_freeze_stays_until_a_repair_lifts_it(world, answering):
    job, at = repairs.abandoned(
        world, approved(world, a_replacement(world, answering)), answering, "restore_backup"
    )
    assert job.left_behind == ["configuration-frozen"]
    assert frozen(world) == [OLD]

    repair = repairs.repaired(world, job, answering, at)

    assert repair.state == "DONE", states(world, repair)
    assert frozen(world) == []


def frozen(world):
    with tenancy.transaction(world.customer):
        rows = Appliance.objects.filter(freezes__ended_at=None, freezes__isnull=False)
        return [box.host for box in rows]


def test_what_a_skipped_step_would_have_put_right_is_left(world, answering):
    """A limit that was lowered and never restored is named by the job that is done."""
    job = repairs.run_and_skip(world, answering, "restore_jump_limit")

    assert (job.state, job.left_behind) == ("DONE", ["jump-client-limit-lowered"])
    assert job.left_state["jump-client-limit-lowered"]


def test_a_replacement_of_a_job_that_is_not_over_is_not_withdrawn(world, answering):
    new = a_replacement(world, answering)
    job = approved(world, new)

    with tenancy.transaction(world.customer):
        with pytest.raises(replacements.InJob):
            replacements.withdraw(known(new), by=world.agent, at=NOON)
        assert known(new).place == "WAITING"
        UpgradeJob.objects.filter(pk=job.pk).update(state="CANCELLED")
        replacements.withdraw(known(new), by=world.agent, at=NOON)
        assert known(new).place == "LEFT"
