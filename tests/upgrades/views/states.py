"""A job brought into each of its states, by its own transitions and services."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from upgrades.models import JobStep, UpgradeJob
from upgrades.services import halting

S = JobStep.State


def again(job: UpgradeJob) -> UpgradeJob:
    """The row as it is now. Inside the customer's transaction."""
    return UpgradeJob.objects.with_site().select_related("customer").get(pk=job.pk)


def first(job: UpgradeJob, action: str) -> JobStep:
    step = JobStep.objects.filter(job=job, action=action).in_order().first()
    assert step is not None, action
    return step


def put(job: UpgradeJob, state: str, action: str, *, at: datetime, **observed: Any) -> JobStep:
    """Bring the first step of an action from its beginning into a state."""
    step = first(job, action)
    if step.state == S.PLANNED:
        step.ready(at=at)
    if step.state == S.READY:
        step.claim()
    step.began_at, step.deadline_at = at, at + timedelta(hours=1)
    step.observed = observed
    MOVES[state](step, at)
    step.save()
    return JobStep.objects.select_related("job").get(pk=step.pk)


MOVES: dict[str, Callable[[JobStep, datetime], None]] = {
    "ASKING": lambda step, at: step.ask(look_at=None),
    "HELD": lambda step, at: step.hold(reason="The page shows an error"),
    "WAITING": lambda step, at: step.wait(until=at + timedelta(hours=9), reason="24 hours"),
    "WATCHING": lambda step, at: step.watch(next_at=at),
}


def prove(job: UpgradeJob, *, until: str = "", by: Any = None, at: datetime) -> datetime:
    """Every step up to the first of an action (empty: to the end) is done, one after another."""
    for step in JobStep.objects.filter(job=job).in_order():
        if step.action == until and step.state == S.PLANNED:
            return at
        if step.is_over:
            continue
        if step.state == S.PLANNED:
            step.ready(at=at)
        step.claim()
        step.began_at, at = at, at + timedelta(minutes=step.expected_minutes)
        step.verify()
        step.prove(at=at)
        step.confirmed_by = by if step.doer != "portal" else None
        if step.package:
            step.evidence = {"version": step.package.version, "remark": "as planned"}
        step.save()
    return at


def lock(job: UpgradeJob, *, by: Any, at: datetime) -> UpgradeJob:
    """A base update went wrong: the job is halted, the site locked."""
    step = put(job, "HELD", "install_base", at=at)
    fresh = again(job)
    halting.base_problem(fresh, step, reason="It did not come back", by=by, at=at)
    return fresh
