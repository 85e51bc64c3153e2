"""What start pages show: what needs a person, what runs, what comes; the most urgent of each.

Each row knows how many there are of its kind (`in_all`), counted by the statement that reads it.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)

from appliances.models import Appliance, BaseHold, Site, SupportQuestion
from upgrades.models import Booking, Escalation, Interim, JobStep, UpgradeJob
from upgrades.models.escalation import with_waits
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.models.step import OPEN
from upgrades.queries import PAGE, Whose

J, S, B = UpgradeJob.State, JobStep.State, Booking.State
MOST_URGENT = 30  # of each kind, and of all that a page shows
MOST_COMING = 30
URGENT_JOBS = (J.HALTED, J.PROPOSED, J.MISSED)
URGENT_STEPS = (S.HELD, S.ASKING)
# The order in which what needs a person stands.
URGENCY = Case(
    *(When(state=state, then=Value(place)) for place, state in enumerate((J.HALTED, J.MISSED))),
    default=Value(2), output_field=IntegerField(),
)  # fmt: skip
TAKEN = Case(  # what nobody took in time, what is held, what asks
    When(waits_rung__gt=0, then=Value(0)), When(state=S.HELD, then=Value(1)), default=Value(2)
)  # fmt: skip


@dataclass
class Run:
    """A job under way with all its steps in order, and when its appliances were last heard."""

    job: UpgradeJob
    steps: list[JobStep] = field(default_factory=list)

    @property
    def seen_at(self) -> datetime | None:
        return getattr(self.job, "seen_at", None)

    @property
    def open(self) -> list[JobStep]:
        return [step for step in self.steps if step.state in OPEN]


@dataclass(frozen=True)
class Needs:
    """What needs a person, each kind by itself: the most urgent of each, at most MOST_URGENT."""

    jobs: list[UpgradeJob]
    steps: list[JobStep]
    holds: list[BaseHold]
    questions: list[SupportQuestion]
    interims: list[Interim]  # too long without failover (G-PAIR-4)


def needs(whose: Whose, *, folded: bool = False) -> Needs:
    """`folded`: without what the line of its halted job stands for."""
    jobs = whose.rows(UpgradeJob).filter(state__in=URGENT_JOBS)
    steps = whose.rows(JobStep, "job__site_id").filter(
        state__in=URGENT_STEPS, job__state__in=UNDER_WAY
    )
    holds = whose.rows(BaseHold, "appliance__site_id").filter(released_at=None)
    questions = whose.rows(SupportQuestion).filter(state="ASKED")
    interims = whose.rows(Interim).filter(state=Interim.State.TOO_LONG)
    if folded:
        halted = whose.rows(UpgradeJob).filter(state=J.HALTED).values("pk")
        steps = steps.exclude(state=S.HELD, job__state=J.HALTED)
        holds = holds.exclude(job_id__in=halted)
    return Needs(
        _most(
            jobs.select_related("site", "requested_by", "holder", *WITH_PURPOSE).defer("plan"),
            URGENCY, "made_at",
        ),
        _most(
            with_waits(steps, whose.rows(Escalation, "step__job__site_id"))
            .select_related("job__site", "job__target", "holder", "package")
            .defer("job__plan"),
            TAKEN, "deadline_at", "seq",
        ),
        _most(holds.select_related("appliance__site", "asked_by"), "opened_at"),
        _most(questions.select_related("site", "asked_by"), "asked_at"),
        _most(
            interims.select_related("site", "job__site", "job__target", "job__holder"), "began_at"
        ),
    )  # fmt: skip


def left_out(*kinds: Sequence[Any]) -> int:
    """How many rows there are beside those that were read, of which each knows its `in_all`."""
    return sum(rows[0].in_all - len(rows) for rows in kinds if rows)


def _most(rows: QuerySet[Any], *order: Any) -> list[Any]:
    return list(rows.annotate(in_all=Window(Count("pk"))).order_by(*order)[:MOST_URGENT])


def runs(whose: Whose, most: int = PAGE) -> list[Run]:
    """Jobs under way with their steps; the longest running first."""
    boxes = (Appliance.across if whose.across else Appliance.objects).filter(
        site=OuterRef("site_id")
    )
    seen = boxes.order_by().values("site").annotate(last=Max("last_seen_at")).values("last")
    jobs = list(
        whose.rows(UpgradeJob)
        .filter(state__in=UNDER_WAY)
        .select_related("site", "holder", *WITH_PURPOSE)
        .annotate(seen_at=Subquery(seen), in_all=Window(Count("pk")))
        .order_by("started_at", "pk")[:most]
    )
    found = {job.pk: Run(job) for job in jobs}
    rows = whose.rows(JobStep, "job__site_id").filter(job__in=list(found)).order_by("job", "seq")
    for step in rows.select_related(None).select_related("package"):  # which its words name
        found[step.job_id].steps.append(step)
    return list(found.values())


def coming(
    whose: Whose, begin: datetime, days: int = 7, most: int = MOST_COMING
) -> list[Booking]:  # fmt: skip
    """Bookings that begin within some days, of jobs that are still to be done."""
    rows = whose.rows(Booking).filter(
        state__in=[B.HELD, B.BOOKED],
        slot__startswith__gte=begin,
        slot__startswith__lt=begin + timedelta(days=days),
        job__state__in=[*BEFORE_RUNNING, *UNDER_WAY],
    )
    related = rows.select_related("site", *(f"job__{each}" for each in WITH_PURPOSE))
    counted = related.defer("job__plan").annotate(in_all=Window(Count("pk")))
    return list(counted.order_by("slot", "pk")[:most])


def open_jobs_at(sites: Iterable[Site], whose: Whose) -> dict[uuid.UUID, UpgradeJob]:
    """By site, its job that is not over."""
    rows = whose.rows(UpgradeJob).filter(
        site__in=[site.pk for site in sites], state__in=[*BEFORE_RUNNING, *UNDER_WAY]
    )
    found = rows.select_related(*WITH_PURPOSE).defer("plan").order_by("made_at")
    return {job.site_id: job for job in found}


def sites(whose: Whose, most: int) -> list[Site]:
    """The first by name."""
    rows = whose.rows(Site, "pk").filter(closed_at=None).annotate(in_all=Window(Count("pk")))
    return list(rows.prefetch_related("appliances").order_by("name", "pk")[:most])
