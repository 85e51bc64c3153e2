"""What a running job is at, in a few facts: phase, step, sign of life, next event, end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from appliances import actions as do
from portal import times
from portal.templatetags.instants import from_now
from upgrades.models import JobStep, UpgradeJob
from upgrades.models.step import OPEN
from upgrades.services import away
from upgrades.start_queries import Run
from upgrades.views import phases as found
from upgrades.views.lanes import text_of

S = JobStep.State
FRESH = timedelta(minutes=10)
FAR = timedelta(days=365)
MOVES = (S.WATCHING, S.VERIFYING, S.CLAIMED)


@dataclass(frozen=True)
class Facts:
    """`mark` is the job's own state, or what its open step is at; `counts` are for a bar."""

    job: UpgradeJob
    mark: str
    phase: found.Phase | None
    number: int
    total: int
    counts: list[tuple[str, int]]
    step: JobStep | None
    health: str
    seen: str
    next_at: datetime | None
    next_what: str
    finish: datetime | None
    cut_off: str

    @property
    def step_text(self) -> str:
        return text_of(self.step) if self.step else ""

    @property
    def said(self) -> str:
        return _("phase %(number)d of %(total)d") % {"number": self.number, "total": self.total}


def of(
    job: UpgradeJob, steps: Sequence[JobStep], *, seen_at: datetime | None, now: datetime,
    planned: dict[str, Any] | None = None,
) -> Facts:  # fmt: skip
    """`planned`: what is asked of its plan (`finish`, `away`), where the plan was not read."""
    plan = job.plan if planned is None else planned
    known = found.phases(steps)
    here = found.current(known)
    open_steps = open_of(steps)
    step = foremost(open_steps)
    next_at, what = _next(open_steps, now)
    seen_at = max(filter(None, [seen_at, *_answers(steps)]), default=None)
    return Facts(
        job=job, mark=_mark(job, here), phase=here, number=here.number if here else len(known),
        total=len(known), counts=_counts(known, here), step=step,
        health=_health(open_steps, seen_at, now), seen=_seen(seen_at, now),
        next_at=next_at, next_what=what, finish=finish_of(plan), cut_off=cut_off(plan, steps, now),
    )  # fmt: skip


def of_run(run: Run, now: datetime) -> Facts:
    """Of a job as start pages read it."""
    return of(run.job, run.steps, seen_at=run.seen_at, now=now, planned=run.planned)


def finish_of(plan: dict[str, Any]) -> datetime | None:
    """When all is over at worst, as it was laid out."""
    text = plan.get("finish")
    return datetime.fromisoformat(text) if text else None


def _mark(job: UpgradeJob, here: found.Phase | None) -> str:
    if job.state != UpgradeJob.State.RUNNING or here is None:
        return str(job.state)
    return here.state if here.is_open else str(job.state)


def _counts(known: Sequence[found.Phase], here: found.Phase | None) -> list[tuple[str, int]]:
    done = sum(phase.is_over for phase in known)
    at = int(here is not None and not here.is_over)
    family = (
        {"WAITING": "wait", "ASKING": "asks", "HELD": "stop"}.get(here.state, "live")
        if here
        else "live"
    )
    return [("good", done), (family, at), ("idle", len(known) - done - at)]


def open_of(steps: Sequence[JobStep]) -> list[JobStep]:
    return [step for step in steps if step.state in OPEN]


def foremost(steps: Sequence[JobStep]) -> JobStep | None:
    """The step to name where there is room for one."""
    for state in found.FIRST_TO_SHOW:
        for step in steps:
            if step.state == state:
                return step
    return steps[0] if steps else None


def _next(steps: Sequence[JobStep], now: datetime) -> tuple[datetime | None, str]:
    if (found := next_step(steps, now)) is None:
        return None, ""
    at, step = found
    words = _("%(step)s is due") if step.state == S.ASKING else "%(step)s"
    return at, words % {"step": text_of(step)}


def next_step(steps: Sequence[JobStep], now: datetime) -> tuple[datetime, JobStep] | None:
    """The next thing that time brings: a wait that ends, a step that begins, or is overdue."""
    ahead = [
        (step.next_at, step)
        for step in steps
        if step.state in (S.WAITING, S.READY) and step.next_at and now < step.next_at < now + FAR
    ]
    due = [
        (step.deadline_at, step)
        for step in steps
        if step.state == S.ASKING and step.deadline_at and step.deadline_at > now
    ]
    return min([*ahead, *due], key=lambda each: each[0], default=None)


def _health(steps: Sequence[JobStep], seen_at: datetime | None, now: datetime) -> str:
    """Good while somebody answered lately; late where silence is expected; else lost."""
    if seen_at is not None and now - seen_at <= FRESH:
        return "good"
    watched = [s for s in steps if s.state in MOVES and s.appliance_id and s.effect != "human"]
    gone = any(step.observed.get("away") or step.observed.get("down_at") for step in steps)
    return "lost" if watched and not gone and seen_at is not None else "late"


def _answers(steps: Sequence[JobStep]) -> Iterator[datetime | None]:
    """When an appliance answered for a step: each that the portal itself proved there."""
    for step in steps:
        if step.state == S.DONE and step.doer == do.PORTAL and step.appliance_id:
            yield step.ended_at
        if "guid" in step.evidence:
            yield step.ended_at


def _seen(seen_at: datetime | None, now: datetime) -> str:
    if seen_at is None:
        return _("not heard yet")
    seconds = (now - seen_at).total_seconds()
    if 0 <= seconds < 60:
        return _("%(seconds)d s ago") % {"seconds": seconds}
    return from_now(seen_at, now)


def cut_off(plan: dict[str, Any], steps: Sequence[JobStep], now: datetime) -> str:
    """How long users were cut off so far, for every shape."""
    seqs = plan.get("away")
    if seqs is None:  # planned before this was kept
        return ""
    minutes = away.minutes(seqs, steps, now)
    return times.span(minutes) if minutes else _("not at all")
