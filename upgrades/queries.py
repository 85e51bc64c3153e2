"""What the pages about upgrades show: reads, few of them whatever the number of rows."""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    Max,
    Q,
    QuerySet,
    Subquery,
)

from appliances.models import Appliance, BaseHold, Site
from portal import once
from portal.models import AuditEvent
from upgrades.models import Booking, JobNote, JobStep, UpgradeJob
from upgrades.models.purpose import WITH_PURPOSE

B = Booking.State
PAGE = 50
STANDING = (B.HELD, B.BOOKED, B.IN_USE, B.MISSED)


@dataclass(frozen=True)
class Whose:
    """Whose rows: the current customer's (those of some sites), or, for staff, all customers'."""

    across: bool = False
    sites: Sequence[uuid.UUID] | None = None  # None: every site

    def rows(self, model: Any, site: str = "site_id") -> QuerySet[Any]:
        found = (model.across if self.across else model.objects).select_related("customer")
        return found if self.sites is None else found.filter(**{f"{site}__in": list(self.sites)})


ALL = Whose(across=True)


def jobs(whose: Whose, *, state: str = "", after: int = 0) -> list[UpgradeJob]:
    """A page of jobs, newest first, and one more if there are more."""
    rows = whose.rows(UpgradeJob)
    if state:
        rows = rows.filter(state=state)
    rows = rows.select_related("site", "requested_by", "approved_by", *WITH_PURPOSE)
    return list(rows.order_by("-made_at", "-number", "pk")[after : after + PAGE + 1])


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


def bookings_ahead(site: Site, at: datetime) -> QuerySet[Booking]:
    """A site's bookings that are not over, without what was given back."""
    rows = site.bookings.filter(slot__endswith__gt=at).exclude(state__in=[B.CANCELLED, B.LAPSED])
    return rows.order_by("slot")


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
    """In the plan's order, without what was given back; each with the job's site."""
    found = standing_of(job)
    for booking in found:
        booking.site = job.site
    return found


def standing_of(job: UpgradeJob) -> list[Booking]:
    """The same as they are in the table."""
    rows = Booking.objects.filter(job=job).exclude(state__in=[B.CANCELLED, B.LAPSED])
    return list(once.read(("bookings", job.pk), lambda: list(rows.order_by("window"))))


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


def seen_at(job: UpgradeJob) -> datetime | None:
    """When one of the site's appliances last answered."""
    return job.site.appliances.aggregate(seen=Max("last_seen_at"))["seen"]
