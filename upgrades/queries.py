"""What the pages about upgrades show: reads, few of them whatever the number of rows."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Subquery

from appliances.models import Appliance, BaseHold, Site, SupportQuestion
from portal.models import AuditEvent
from upgrades.models import Booking, Escalation, Interim, JobNote, JobStep, UpgradeJob
from upgrades.models.escalation import with_waits
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.models.step import OPEN

J, S, B = UpgradeJob.State, JobStep.State, Booking.State
PAGE, MOST_COMING = 50, 100
STANDING = (B.HELD, B.BOOKED, B.IN_USE, B.MISSED)
URGENT_JOBS = (J.HALTED, J.PROPOSED, J.MISSED)
URGENT_STEPS = (S.HELD, S.ASKING)


@dataclass(frozen=True)
class Whose:
    """Whose rows: the current customer's (those of some sites), or, for staff, all customers'."""

    across: bool = False
    sites: Sequence[uuid.UUID] | None = None  # None: every site

    def rows(self, model: Any, site: str = "site_id") -> QuerySet[Any]:
        found = (model.across if self.across else model.objects).select_related("customer")
        return found if self.sites is None else found.filter(**{f"{site}__in": list(self.sites)})


ALL = Whose(across=True)


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
    """Everything that needs a person, each kind by itself."""

    jobs: list[UpgradeJob]
    steps: list[JobStep]
    holds: list[BaseHold]
    questions: list[SupportQuestion]
    interims: list[Interim]  # too long without failover (G-PAIR-4)


def needs(whose: Whose) -> Needs:
    jobs = whose.rows(UpgradeJob).filter(state__in=URGENT_JOBS)
    steps = whose.rows(JobStep, "job__site_id").filter(
        state__in=URGENT_STEPS, job__state__in=UNDER_WAY
    )
    holds = whose.rows(BaseHold, "appliance__site_id").filter(released_at=None)
    questions = whose.rows(SupportQuestion).filter(state="ASKED")
    interims = whose.rows(Interim).filter(state=Interim.State.TOO_LONG)
    return Needs(
        list(
            jobs.select_related("site", "requested_by", "holder", *WITH_PURPOSE).order_by("made_at")
        ),
        list(
            with_waits(steps, whose.rows(Escalation, "step__job__site_id"))
            .select_related("job__site", "job__target", "holder", "package")
            .order_by("deadline_at", "seq")
        ),
        list(holds.select_related("appliance__site", "asked_by").order_by("opened_at")),
        list(questions.select_related("site", "asked_by").order_by("asked_at")),
        list(
            interims.select_related("site", "job__site", "job__target", "job__holder").order_by(
                "began_at"
            )
        ),
    )


def runs(whose: Whose, most: int = PAGE) -> list[Run]:
    """Jobs under way with their steps; the longest running first."""
    jobs = list(
        whose.rows(UpgradeJob)
        .filter(state__in=UNDER_WAY)
        .select_related("site", "holder", *WITH_PURPOSE)
        .annotate(seen_at=Max("site__appliances__last_seen_at"))
        .order_by("started_at")[:most]
    )
    found = {job.pk: Run(job) for job in jobs}
    rows = whose.rows(JobStep, "job__site_id").filter(job__in=list(found)).order_by("job", "seq")
    for step in rows.select_related("package", "holder", "appliance"):
        found[step.job_id].steps.append(step)
    return list(found.values())


def coming(whose: Whose, begin: datetime, days: int = 7) -> list[Booking]:
    """Bookings that begin within some days, of jobs that are still to be done."""
    rows = whose.rows(Booking).filter(
        state__in=[B.HELD, B.BOOKED],
        slot__startswith__gte=begin,
        slot__startswith__lt=begin + timedelta(days=days),
        job__state__in=[*BEFORE_RUNNING, *UNDER_WAY],
    )
    return list(
        rows.select_related("site", *(f"job__{each}" for each in WITH_PURPOSE)).order_by("slot")[
            :MOST_COMING
        ]
    )


def jobs(whose: Whose, *, state: str = "", after: int = 0) -> list[UpgradeJob]:
    """A page of jobs, newest first, and one more if there are more."""
    rows = whose.rows(UpgradeJob)
    if state:
        rows = rows.filter(state=state)
    rows = rows.select_related("site", "requested_by", "approved_by", *WITH_PURPOSE)
    return list(rows.order_by("-made_at", "-number", "pk")[after : after + PAGE + 1])


def open_jobs(whose: Whose) -> list[UpgradeJob]:
    """Those that are not over, at most one a site."""
    rows = whose.rows(UpgradeJob).filter(state__in=[*BEFORE_RUNNING, *UNDER_WAY])
    return list(rows.select_related(*WITH_PURPOSE).order_by("made_at"))


def jobs_of_site(site: Site, most: int = 20) -> list[UpgradeJob]:
    return list(
        UpgradeJob.objects.filter(site=site).with_site().order_by("-made_at", "-number")[:most]
    )


def first_bookings(jobs: Iterable[UpgradeJob], whose: Whose) -> dict[uuid.UUID, Booking]:
    """Each job's first booking that stands."""
    rows = whose.rows(Booking).filter(
        job__in=[job.pk for job in jobs], state__in=[*STANDING, B.USED]
    )
    found: dict[uuid.UUID, Booking] = {}
    for booking in rows.order_by("slot"):
        found.setdefault(booking.job_id, booking)
    return found


def sites(whose: Whose) -> list[Site]:
    rows = whose.rows(Site, "pk").filter(closed_at=None)
    return list(rows.prefetch_related("appliances").order_by("name"))


def bookings_ahead(site: Site, at: datetime) -> list[Booking]:
    """A site's bookings that are not over, without what was given back."""
    rows = site.bookings.filter(slot__endswith__gt=at).exclude(state__in=[B.CANCELLED, B.LAPSED])
    return list(rows.select_related("job__target").order_by("slot"))


def boxes_of(
    job: UpgradeJob, steps: Iterable[JobStep] | None = None, most: int = 100
) -> list[Appliance]:
    """The appliances that a job speaks of, by letter, whatever became of them; before it has steps,
    those in place at its site and the new one. `steps`: the job's, where they were read already."""
    if steps is None:
        named = set(JobStep.objects.filter(job=job).values_list("appliance_id", flat=True))
    else:
        named = {step.appliance_id for step in steps}
    ids = named - {None}
    rows = Appliance.known.filter(site_id=job.site_id)
    if ids:
        rows = rows.filter(pk__in=ids)
    else:
        rows = rows.filter(Q(place=Appliance.Place.IN_PLACE) | Q(pk=job.replacement_id))
    return list(rows.order_by("letter", "place")[:most])


def steps_of(job: UpgradeJob) -> list[JobStep]:
    return list(JobStep.objects.filter(job=job).with_names().in_order())


def about(step: JobStep) -> list[Appliance]:
    """The appliances that a step is about, by letter; read as the step itself was read."""
    if not step.about_ids:
        return []
    rows = Appliance.known_across if step._state.db == "staff" else Appliance.known
    found = rows.filter(customer_id=step.customer_id, pk__in=step.about_ids)
    return sorted(found, key=letter_order)


def letter_order(box: Appliance) -> tuple[str, int]:
    """A, B, N1, N2 … N10."""
    return box.letter[:1], int(box.letter[1:] or 0)


def bookings_of(job: UpgradeJob) -> list[Booking]:
    """In the plan's order, without what was given back."""
    found = list(job.bookings.exclude(state__in=[B.CANCELLED, B.LAPSED]).order_by("window"))
    for booking in found:
        booking.site = job.site
    return found


def holds_of(job: UpgradeJob) -> list[BaseHold]:
    """Open base problems at the job's site: they lock it, whichever job met them."""
    rows = BaseHold.objects.filter(appliance__site_id=job.site_id, released_at=None)
    return list(rows.select_related("appliance", "asked_by").order_by("opened_at"))


def notes_of(job: UpgradeJob, *, staff: bool) -> list[JobNote]:
    rows = JobNote.objects.filter(job=job)
    if not staff:
        rows = rows.filter(audience=JobNote.Audience.CUSTOMER)
    return list(rows.select_related("written_by").order_by("-written_at"))


@dataclass(frozen=True)
class Log:
    events: list[AuditEvent]
    total: int


def log_of(job: UpgradeJob, *, most: int = 25, oldest_first: bool = False) -> Log:
    """What happened in a job: newest first, or from the beginning."""
    rows = AuditEvent.objects.filter(job_id=job.pk)
    total = Subquery(rows.order_by().values("job_id").annotate(all=Count("pk")).values("all"))
    listed = rows.annotate(in_all=total).order_by("number" if oldest_first else "-number")[:most]
    return Log(found := list(listed), found[0].in_all if found else 0)


def last_event_of(job: UpgradeJob) -> int:
    return AuditEvent.objects.filter(job_id=job.pk).aggregate(last=Max("number"))["last"] or 0


def seen_at(job: UpgradeJob) -> datetime | None:
    """When one of the site's appliances last answered."""
    return job.site.appliances.aggregate(seen=Max("last_seen_at"))["seen"]
