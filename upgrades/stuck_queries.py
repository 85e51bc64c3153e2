"""Runs that stand still though nobody is asked: what should have moved, and did not.

What waits for a person stands in the queue; this is the rest, which a queue cannot know.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Lower, Now, Upper

from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.job import UNDER_WAY
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.models.step import OPEN
from upgrades.queries import Whose

J, S, B = UpgradeJob.State, JobStep.State, Booking.State
PATIENCE = timedelta(minutes=5)
MOST = 50  # of each kind
LOOKED_AT = (S.WATCHING, S.VERIFYING)  # whatever the job is at
MINUTE = Value(timedelta(minutes=1), output_field=DurationField())


class Why(StrEnum):
    LOST = "lost"  # whoever had it is not heard any more
    UNTAKEN = "untaken"  # due, and nobody took it
    SLOW = "slow"  # longer than it takes at worst
    IDLE = "idle"  # running, and nothing of it has begun
    OVERRUN = "overrun"  # its window is over, its work is not
    RESTS = "rests"  # paused, and its window has begun


@dataclass(frozen=True)
class Stuck:
    """One thing that stands still since `since`. `step` is None where it is the whole job."""

    why: Why
    job: UpgradeJob
    since: datetime
    step: JobStep | None = None


def stuck(whose: Whose, at: datetime) -> list[Stuck]:
    """Worst kind first, and the longest of each; at most MOST of what steps, jobs and bookings
    tell each. A lease is the clock's on the wall, all else is `at`."""
    found = [*_steps(whose, at), *_idle(whose, at), *_bookings(whose, at)]
    places = list(Why)
    return sorted(found, key=lambda one: (places.index(one.why), one.since))


def number(whose: Whose, at: datetime) -> int:
    """How many rows stand still, in one statement: more than `stuck` lists where there are many, or
    where several windows of one job do. Each reason by itself, since each has an index and all of
    them together have none."""
    steps = (_late_steps(whose, at).filter(reason) for reason in _reasons(at).values())
    first, *others = (
        rows.order_by().values_list("pk")
        for rows in (*steps, _idle_of(whose, at), _bookings_of(whose, at))
    )
    return first.union(*others, all=True).count()


def is_idle(job: UpgradeJob) -> bool:
    """Running, and none of its steps is open: what should have made the next one ready is lost."""
    return job.state == J.RUNNING and not job.steps.filter(state__in=OPEN).exists()


def _reasons(at: datetime) -> dict[Why, Q]:
    """What a step stands still by; no step by two of them."""
    lost = Q(lease_until__lt=Now() - PATIENCE)
    held = Q(lease_until__gte=Now() - PATIENCE)
    due = Q(
        lease_until=None, next_at__lte=at - PATIENCE, state__in=[S.READY, S.WAITING, *LOOKED_AT]
    )
    due &= Q(state__in=LOOKED_AT) | Q(job__state=J.RUNNING)
    ahead = Q(lease_until=None) & (Q(next_at=None) | Q(next_at__gt=at - PATIENCE))
    slow = Q(state__in=LOOKED_AT, worst_minutes__gt=0, over_by__lte=at - PATIENCE)
    return {Why.LOST: lost, Why.UNTAKEN: due, Why.SLOW: slow & (held | ahead)}


def _late_steps(whose: Whose, at: datetime) -> QuerySet[Any]:
    worst = ExpressionWrapper(F("began_at") + F("worst_minutes") * MINUTE, DateTimeField())
    rows = whose.rows(JobStep, "job__site_id").filter(
        state__in=OPEN, job__in=whose.rows(UpgradeJob).filter(state__in=UNDER_WAY).values("pk")
    )
    return rows.annotate(over_by=worst)


def _steps_of(whose: Whose, at: datetime) -> QuerySet[Any]:
    reasons = _reasons(at)
    lost, due = reasons[Why.LOST], reasons[Why.UNTAKEN]
    kinds = Case(
        When(lost, then=Value(Why.LOST.value)), When(due, then=Value(Why.UNTAKEN.value)),
        default=Value(Why.SLOW.value), output_field=CharField(),
    )  # fmt: skip
    since = Case(
        When(lost, then=F("lease_until")), When(due, then=F("next_at")), default=F("over_by")
    )
    found = _late_steps(whose, at).filter(lost | due | reasons[Why.SLOW])
    return found.annotate(why=kinds, since=since)


def _steps(whose: Whose, at: datetime) -> Iterator[Stuck]:
    related = _steps_of(whose, at).select_related(
        "job__site", "package", "holder", "appliance", *_purpose()
    )
    for step in related.defer("job__plan").order_by("since", "pk")[:MOST]:
        step.job.customer = step.customer
        yield Stuck(Why(step.why), step.job, step.since, step)


def _idle_of(whose: Whose, at: datetime) -> QuerySet[Any]:
    steps = JobStep.across if whose.across else JobStep.objects
    theirs = steps.order_by().filter(job=OuterRef("pk"))
    last = theirs.values("job").annotate(last=Max("ended_at")).values("last")
    rows = _jobs(whose).filter(~Exists(theirs.filter(state__in=OPEN)), state=J.RUNNING)
    return rows.filter(started_at__lte=at - PATIENCE).annotate(ended=Subquery(last))


def _idle(whose: Whose, at: datetime) -> Iterator[Stuck]:
    for job in _idle_of(whose, at).order_by("started_at", "pk")[:MOST]:
        yield Stuck(Why.IDLE, job, job.ended or job.started_at)


def _bookings_of(whose: Whose, at: datetime) -> QuerySet[Any]:
    over = Q(state=B.IN_USE, job__state__in=[J.RUNNING, J.PAUSED], ends__lte=at - PATIENCE)
    rests = Q(state__in=[B.BOOKED, B.IN_USE], job__state=J.PAUSED, begins__lte=at - PATIENCE)
    rows = whose.rows(Booking).annotate(begins=Lower("slot"), ends=Upper("slot"))
    return rows.filter(over | rests)


def _bookings(whose: Whose, at: datetime) -> Iterator[Stuck]:
    """One a job: the first of its windows that stands for it."""
    related = _bookings_of(whose, at).select_related("job__site", *_purpose())
    met = set()
    for booking in related.defer("job__plan").order_by("begins", "pk")[:MOST]:
        if booking.job_id not in met:
            met.add(booking.job_id)
            booking.job.customer = booking.customer
            is_over = booking.state == B.IN_USE and booking.ends <= at - PATIENCE
            why, since = (Why.OVERRUN, booking.ends) if is_over else (Why.RESTS, booking.begins)
            yield Stuck(why, booking.job, since)


def _jobs(whose: Whose) -> QuerySet[Any]:
    return whose.rows(UpgradeJob).select_related("site", "holder", *WITH_PURPOSE).defer("plan")


def _purpose() -> list[str]:
    return ["job__holder", *(f"job__{each}" for each in WITH_PURPOSE)]
