"""Bookings as a calendar has them: some facts of thousands, everything of those that it shows."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import Case, Field, Func, Max, Min, Q, QuerySet, Value, When

from upgrades.models import Booking
from upgrades.models.purpose import WITH_PURPOSE
from upgrades.queries import Whose

B = Booking.State
STANDING = (B.HELD, B.BOOKED, B.IN_USE, B.USED, B.MISSED)
MINUTE = timedelta(minutes=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Scope:
    """Whose bookings, of which sites and jobs (queries of their ids; None: all that may be seen),
    and in which states."""

    whose: Whose
    sites: Any = None
    states: tuple[str, ...] = STANDING
    jobs: Any = None

    def rows(self, model: Any, site: str = "site_id") -> "QuerySet[Any]":
        found = self.whose.rows(model, site)
        return found if self.sites is None else found.filter(**{f"{site}__in": self.sites})

    def bookings(self) -> "QuerySet[Booking]":
        found = self.rows(Booking).filter(state__in=self.states)
        return found if self.jobs is None else found.filter(job__in=self.jobs)

    def between(self, begin: datetime, end: datetime) -> "QuerySet[Booking]":
        return self.bookings().filter(slot__overlap=(begin, end))


class Entry(NamedTuple):
    """A booking's facts that say where it lies and whether it fits. `zone` is the site's;
    `covered`: of a job that needs a contract (G-PREP-3): no exchange, no repair, a major release
    that does more than fix what is not secure."""

    id: uuid.UUID
    site_id: uuid.UUID
    customer_id: uuid.UUID
    job_id: uuid.UUID
    target_id: uuid.UUID
    begin: datetime
    end: datetime
    worst_minutes: int
    window: int
    state: str
    override: str
    job_state: str
    zone: str
    covered: bool

    @property
    def over_at(self) -> datetime:
        """When its work is over at worst."""
        return self.begin + self.worst_minutes * MINUTE

    @property
    def safe(self) -> datetime:
        """The last safe start."""
        return self.end - self.worst_minutes * MINUTE


COLUMNS = (
    "pk", "site_id", "customer_id", "job_id", "job__target_id", "begins", "ends", "worst_minutes",
    "window", "state", "override", "job__state", "site__zone", "covered",
)  # fmt: skip


class Microseconds(Func):
    """An end of a range as a number: ten thousand are read in a tenth of the time that ten thousand
    instants take. Of no type, so that nothing converts it once more. A float of seconds tells
    microseconds apart until the year 2100, and is made in half the time of a numeric."""

    template = "round(date_part('epoch', %(function)s(%(expressions)s)) * 1000000)::bigint"
    output_field = Field()


COVERED = Case(
    When(
        job__replacement=None, job__repairs=None, job__target__is_major=True,
        job__target__is_security_fix=False, then=Value(True),
    ),
    default=Value(False), output_field=Field(),
)  # fmt: skip


def read(found: "QuerySet[Booking]") -> list[Entry]:
    """In order of time; bookings of one instant in a steady order."""
    timed = found.annotate(
        begins=Microseconds("slot", function="lower"), ends=Microseconds("slot", function="upper"),
        covered=COVERED,
    )  # fmt: skip
    rows = timed.order_by("begins", "pk").values_list(*COLUMNS)
    instants = _Instants()
    return [
        Entry(
            pk, site, customer, job, target, instants[begins], instants[ends], worst, window, state,
            override, job_state, zone, covered,
        )  # fmt: skip
        for (
            pk, site, customer, job, target, begins, ends, worst, window, state, override,
            job_state, zone, covered,
        ) in rows
    ]  # fmt: skip


def of(booking: Booking) -> Entry:
    """Of one that was read with its site, its job and the job's target."""
    job, target = booking.job, booking.job.target
    return Entry(
        booking.pk, booking.site_id, booking.customer_id, job.pk, target.pk, booking.starts_at,
        booking.ends_at, booking.worst_minutes, booking.window, booking.state, booking.override,
        job.state, booking.site.zone,
        job.is_upgrade and target.is_major and not target.is_security_fix,
    )  # fmt: skip


class _Instants(dict[int, datetime]):
    """Nights begin and end together: each instant is made once."""

    def __missing__(self, number: int) -> datetime:
        found = self[number] = EPOCH + timedelta(microseconds=number)
        return found


def whole(scope: Scope, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Booking]:
    """The bookings that a page names, with everything that it says of them."""
    rows = scope.whose.rows(Booking).filter(pk__in=list(ids))
    named = rows.select_related(
        "customer", "site", "job", *(f"job__{each}" for each in WITH_PURPOSE)
    ).defer("job__plan")  # the longest of its fields, which no calendar shows
    return {booking.pk: booking for booking in named}


def beside(scope: Scope, begin: datetime, end: datetime) -> tuple[datetime | None, datetime | None]:
    """When the last booking before a time begins, and the first one after it; None: there is
    none."""
    found = scope.bookings().aggregate(
        before=Max("slot__startswith", filter=Q(slot__startswith__lt=begin)),
        after=Min("slot__startswith", filter=Q(slot__startswith__gte=end)),
    )
    return found["before"], found["after"]
