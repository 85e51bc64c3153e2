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
    IntegerField,
    Max,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import JSONObject

from appliances.models import Appliance, BaseHold, Site, SupportQuestion
from portal.queries import foremost
from upgrades.models import Booking, Escalation, Interim, JobStep, UpgradeJob
from upgrades.models.escalation import with_waits
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.models.purpose import TOLD_OF_PURPOSE, WITH_PURPOSE
from upgrades.models.step import OPEN
from upgrades.queries import PAGE, Whose

J, S, B = UpgradeJob.State, JobStep.State, Booking.State
# The columns that these pages show: PostgreSQL, Django and the page have a third of the work.
CUSTOMER = ("customer__name", "customer__slug")
SITE = ("site__name", "site__public_name", "site__zone")
PERSON = ("name", "email")
JOB = (
    "customer_id", "number", "state", "reason", "said", "base_problem", "requested_at", "halted_at",
    "pause_asked_at", "downtime_expected", "downtime_worst", *SITE, *TOLD_OF_PURPOSE,
)  # fmt: skip
JOB_OF_STEP = ("customer_id", "number", "state", "requested_by_id", "reason", "said", *SITE)
STEP = (
    "customer_id", "job_id", "seq", "hop", "phase", "window", "text", "action", "appliance_id",
    "doer", "effect", "state", "next_at", "deadline_at", "observed", "evidence", "reason",
    "began_at", "ended_at", "package__name",
)  # fmt: skip
BOOKING = ("customer_id", "window", "slot", "worst_minutes", "state", "site_id", "job_id")
JOB_OF_BOOKING = ("customer_id", "number", "state", *TOLD_OF_PURPOSE)
# Of a plan, what a start page says: its end, and in which steps nobody is served.
PLANNED = JSONObject(finish="plan__finish", away="plan__away")


def _of(what: str, columns: Iterable[str]) -> list[str]:
    return [f"{what}__{column}" for column in columns]


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
    def planned(self) -> dict[str, Any]:
        """When its plan ends, and in which of its steps nobody is served."""
        found: dict[str, Any] = getattr(self.job, "planned", {})
        return found

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
    """`folded`: without what the line of its halted job stands for. What waits for support alone
    (holds and questions) is read across customers alone."""
    jobs = whose.rows(UpgradeJob).filter(state__in=URGENT_JOBS)
    interims = whose.rows(Interim).filter(state=Interim.State.TOO_LONG)
    return Needs(
        _most(
            jobs.select_related("site", "requested_by", "holder", *WITH_PURPOSE).only(
                *JOB, *CUSTOMER, *_of("requested_by", PERSON), *_of("holder", PERSON)
            ),
            URGENCY, "made_at",
        ),
        _steps(whose, folded=folded),
        _holds(folded=folded) if whose.across else [],
        _questions() if whose.across else [],
        _most(
            interims.select_related("site", "job__site", "job__holder").only(
                "customer_id", "state", "began_at", *CUSTOMER, *SITE, *_of("job", JOB_OF_STEP),
                *_of("job__holder", PERSON),
            ),
            "began_at",
        ),
    )  # fmt: skip


def _steps(whose: Whose, *, folded: bool) -> list[JobStep]:
    steps = whose.rows(JobStep, "job__site_id").filter(
        state__in=URGENT_STEPS, job__state__in=UNDER_WAY
    )
    if folded:
        steps = steps.exclude(state=S.HELD, job__state=J.HALTED)
    named = with_waits(steps, whose.rows(Escalation, "step__job__site_id")).select_related(
        "job__site", "holder", "package"
    )
    shown = named.only(*STEP, *CUSTOMER, *_of("holder", PERSON), *_of("job", JOB_OF_STEP))
    return _most(shown, TAKEN, "deadline_at", "seq")


def _holds(*, folded: bool) -> list[BaseHold]:
    holds = BaseHold.across.filter(released_at=None)
    if folded:
        halted = UpgradeJob.across.filter(state=J.HALTED).values("pk")
        holds = holds.exclude(job_id__in=halted)
    named = holds.select_related("customer", "appliance__site", "asked_by").only(
        "customer_id", "appliance_id", "reason", "opened_at", *CUSTOMER, "appliance__place",
        *_of("appliance", SITE), *_of("asked_by", PERSON),
    )  # fmt: skip
    return _most(named, "opened_at")


def _questions() -> list[SupportQuestion]:
    asked = SupportQuestion.across.filter(state="ASKED")
    named = asked.select_related("customer", "site", "asked_by").only(
        "customer_id", "state", "text", "asked_at", *CUSTOMER, *SITE, *_of("asked_by", PERSON)
    )
    return _most(named, "asked_at")


def left_out(*kinds: Sequence[Any]) -> int:
    """How many rows there are beside those that were read, of which each knows its `in_all`."""
    return sum(rows[0].in_all - len(rows) for rows in kinds if rows)


def _most(rows: QuerySet[Any], *order: Any) -> list[Any]:
    return list(foremost(rows, *order, most=MOST_URGENT))


def runs(whose: Whose, most: int = PAGE) -> list[Run]:
    """Jobs under way with their steps; the longest running first."""
    boxes = (Appliance.across if whose.across else Appliance.objects).filter(
        site=OuterRef("site_id")
    )
    seen = boxes.order_by().values("site").annotate(last=Max("last_seen_at")).values("last")
    rows = whose.rows(UpgradeJob).filter(state__in=UNDER_WAY)
    named = rows.select_related("site", *WITH_PURPOSE).only(*JOB, *CUSTOMER)
    listed = foremost(named, "started_at", "pk", most=most)
    jobs = list(listed.annotate(planned=PLANNED, seen_at=Subquery(seen)))
    found = {job.pk: Run(job) for job in jobs}
    steps = whose.rows(JobStep, "job__site_id").filter(job__in=list(found)).order_by("job", "seq")
    for step in steps.select_related(None).select_related("package").only(*STEP):
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
    named = related.only(*BOOKING, *CUSTOMER, *SITE, *_of("job", JOB_OF_BOOKING))
    return list(foremost(named, "slot", "pk", most=most))


def open_jobs_at(sites: Iterable[Site], whose: Whose) -> dict[uuid.UUID, UpgradeJob]:
    """By site, its job that is not over."""
    rows = whose.rows(UpgradeJob).filter(
        site__in=[site.pk for site in sites], state__in=[*BEFORE_RUNNING, *UNDER_WAY]
    )
    told = rows.select_related(None).select_related(*WITH_PURPOSE)
    found = told.only("customer_id", "number", "site_id", "state", *TOLD_OF_PURPOSE)
    return {job.site_id: job for job in found.order_by("made_at")}


def sites(whose: Whose, most: int) -> list[Site]:
    """The first by name."""
    rows = whose.rows(Site, "pk").filter(closed_at=None).prefetch_related("appliances")
    return list(foremost(rows, "name", "pk", most=most))
