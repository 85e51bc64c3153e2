"""Jumpoints and the Jump Client upgrade limit; what is filled in where the portal cannot see."""

from datetime import timedelta

import pytest

from portal import tenancy
from portal.errors import Refused
from tests.upgrades import operator
from tests.upgrades.following import (
    CHECK,
    HOST,
    done_until,
    step_of,
    turn,
    upgraded,
)
from tests.upgrades.services.ticks.deeds.test_clients import HOUR
from upgrades.models import JobStep
from upgrades.services import steps


def test_jumpoints_that_were_connected_before_must_be_back(world, answering):
    """G-CLIENT-8: the reading of before the first change counts, not what is enabled."""
    answering.control("PATCH", f"appliances/{HOST}", {"jumpoints": [
        jumpoint(1), jumpoint(2, off=True), jumpoint(3, enabled=False), jumpoint(4),
    ]})  # fmt: skip
    job = upgraded(world, until="note_jumpoints")
    turn(answering, CHECK)
    noted = step_of(world, job, "note_jumpoints")
    assert noted.evidence == {"connected": 3, "names": ["J1", "J3", "J4"]}
    done_until(world, job, "check_others")
    answering.control("PATCH", f"appliances/{HOST}", {"jumpoints": [
        jumpoint(1), jumpoint(2, off=True), jumpoint(3, enabled=False, off=True),
    ]})  # fmt: skip

    turn(answering, CHECK + HOUR)

    step = step_of(world, job, "check_others")
    assert (step.state, step.observed["away"]) == ("WAITING", ["J3", "J4"])
    turn(answering, CHECK + timedelta(hours=4))
    step = step_of(world, job, "check_others")
    assert (step.state, step.reason) == (
        "HELD", "These Jumpoints were connected before the upgrade and are not: J3, J4",
    )  # fmt: skip


def jumpoint(number, **more):
    row = {
        "id": number, "name": f"J{number}", "platform": "windows-x86", "nodes": 1,
        "code_name": f"j{number}", "enabled": True, "off": False, "stays_away": False,
        "clustered": False, "comments": "", "connected_at": 0,
    }  # fmt: skip
    return row | more


def test_the_limit_of_before_is_shown_and_another_value_needs_a_reason(world, answering):
    """G-CLIENT-4: written down, shown to whoever restores it, compared."""
    job = upgraded(world, until="lower_jump_limit")
    turn(answering, CHECK)
    confirm(world, job, "lower_jump_limit", before=50, after=60, refused="that is not lower")
    confirm(world, job, "lower_jump_limit", before=50, after=20)
    done_until(world, job, "restore_jump_limit")
    turn(answering, CHECK)

    confirm(world, job, "restore_jump_limit", after=20, refused="It was 50 before this job")
    confirm(world, job, "restore_jump_limit", after=40, remark="The line was slow at 50")

    step = step_of(world, job, "restore_jump_limit")
    assert (step.state, step.evidence["after"], step.evidence["before"]) == ("DONE", 40, 50)


def confirm(world, job, action, *, refused="", **values):
    with tenancy.transaction(world.customer):
        step = JobStep.objects.select_related("job__site", "appliance", "package").get(
            pk=step_of(world, job, action).pk
        )
        if not refused:
            steps.confirm(step, values=values, by=world.operator, at=CHECK)
            return
        with pytest.raises(Refused, match=refused):
            steps.confirm(step, values=values, by=world.operator, at=CHECK)


def test_the_autopilot_and_a_person_fill_in_what_is_asked(world, answering):
    """Every field that an action about clients asks for can be filled in."""
    job = upgraded(world)
    for action in ("lower_jump_limit", "replace_installers", "restore_jump_limit"):
        typed, files = operator.values(step_of(world, job, action))
        assert (len(typed) > 0, files) == (True, {})
