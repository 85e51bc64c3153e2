"""What was written down in one job is known to the job that puts its traces right."""

import pytest

from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.services import booked
from upgrades.models import JobStep
from upgrades.services import judging
from upgrades.services.clients import records


def a_step(job, action, state="ASKING", **evidence):
    return JobStep.objects.create(
        customer_id=job.customer_id, job=job, seq=1, rank=1, lane="site", phase="Finish",
        text="A step", action=action, guide="G-CLIENT-4", role="site", doer="person",
        effect="human", state=state, evidence=evidence, ended_at=NOON,
    )  # fmt: skip


def test_the_limit_that_an_abandoned_job_lowered_is_known_to_its_repair(world):
    """G-CLIENT-4: shown, and compared with what is typed."""
    with tenancy.transaction(world.customer):
        abandoned = booked.a_job(world.site, world.operator)
        a_step(abandoned, "lower_jump_limit", "DONE", before=73, after=20)
        step = a_step(booked.a_job(world.site, world.operator), "restore_jump_limit")

        assert [(kept.value, kept.step.job) for kept in records.of_step(step)] == [(73, abandoned)]
        with pytest.raises(judging.OtherLimit, match="It was 73 before"):
            judging.judge(step, {"after": 20})
        assert judging.judge(step, {"after": 73}) == {"after": 73, "before": 73}
        reasoned = judging.judge(step, {"after": 50, "remark": "The line is slow"})
        assert reasoned["before"] == 73
