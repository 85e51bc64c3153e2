"""How long users were cut off by a job: the plan says in which of its steps nobody serves them
(`away`), and what was seen there says from when to when. Side by side counts once."""

from collections.abc import Collection, Iterable
from datetime import datetime

from portal import times
from upgrades.models import JobStep
from upgrades.models.step import OVER

S = JobStep.State


def minutes(seqs: Collection[int], steps: Iterable[JobStep], now: datetime) -> float:
    """Minutes until now, for every shape. `seqs` are the numbers of the steps that are away."""
    spans = sorted(found for step in steps if step.seq in seqs if (found := _span(step, now)))
    total, until = 0.0, None
    for begin, end in spans:
        begin = max(begin, until or begin)
        total += max(0, times.minutes_between(begin, end))
        until = max(end, until or end)
    return total


def _span(step: JobStep, now: datetime) -> tuple[datetime, datetime] | None:
    """From when to when a step cut users off; while a person is still to begin, not yet."""
    if step.began_at is None or step.state in (S.SKIPPED, S.CANCELLED):
        return None
    went = _moment(step.observed.get("down_at"))
    if step.state not in OVER and went is None and not step.observed.get("away"):
        return None
    back = _moment(step.observed.get("up_at") or step.observed.get("back_at"))
    return went or step.began_at, step.ended_at or back or now


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
