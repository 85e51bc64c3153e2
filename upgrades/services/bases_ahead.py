"""Base versions that will have been read too long ago when a booked window begins.

No interface tells them (vendor.md §3.4.1), and a window does not begin on an old reading: so the
customer's people are told some days before, and not by the refusal.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.urls import reverse

from appliances.models import Appliance
from appliances.services import thresholds
from portal import doors, sweeps, tenancy
from portal.permissions import OPERATES
from portal.services import messages
from upgrades.models import Booking, Look, UpgradeJob
from upgrades.services import audience
from upgrades.services.telling import tell

AHEAD = timedelta(days=5)  # a weekend and two days to find somebody
DAYS = "BASE_VERSION.days"
RUNS = (UpgradeJob.State.SCHEDULED, UpgradeJob.State.RUNNING)
MOST = 50
SHOWN = (  # on the start page of staff
    "customer__name", "customer__slug", "site__name", "site__zone", "slot", "state",
)  # fmt: skip


@dataclass(frozen=True)
class Old:
    """A window ahead, and the appliances whose reading will be too old by then."""

    booking: Booking
    boxes: list[Appliance]


def look_after(at: datetime) -> None:
    """Tell of each window that comes near, once a booking and its revision."""
    with transaction.atomic(), connection.cursor() as cursor:
        doors.tell(cursor)
        cursor.execute("SELECT door_customers_with_bases_to_read(%s, %s)", [at, AHEAD])
        found = [row[0] for row in cursor.fetchall()]

    def of_customer(customer_id: object) -> None:
        with tenancy.transaction(customer_id):
            _tell_customer(at)

    sweeps.each(found, of_customer)


def of_site(ahead: Iterable[Booking], boxes: Iterable[Appliance], at: datetime) -> Old | None:
    """The next window of a site that comes near, if a reading will be too old by then. `ahead`:
    the site's bookings to come, in order, `with_days`; `boxes`: its appliances."""
    near = next((each for each in ahead if _is_near(each, at)), None)
    return _old(near, near.days, boxes) if near else None


def with_days(bookings: Any) -> Any:
    """With their jobs, and for how many days a reading counts with their customer."""
    return bookings.annotate(days=thresholds.counting(DAYS)).select_related("job__target")


def _is_near(booking: Booking, at: datetime) -> bool:
    """As `_near` asks the database."""
    return (
        booking.state == Booking.State.BOOKED
        and at < booking.starts_at <= at + AHEAD
        and booking.job.state in RUNS
    )


def of_all(at: datetime) -> list[Old]:
    """Over all customers, for the start page of staff: two statements, however many there are."""
    near = _near(Booking.across.annotate(days=thresholds.counting(DAYS, across=True)), at)
    rows = list(near.select_related("customer", "site").only(*SHOWN)[:MOST])
    if not rows:
        return []
    boxes = defaultdict(list)
    named = Appliance.across.filter(site__in={row.site_id for row in rows})
    for box in named.only("customer_id", "site_id", "letter", "base_at", "place").order_by(
        "letter"
    ):
        boxes[box.site_id].append(box)
    found = (_old(row, row.days, boxes[row.site_id]) for row in rows)
    return [one for one in found if one]


def _near(bookings: Any, at: datetime) -> Any:
    near = bookings.filter(
        state=Booking.State.BOOKED, slot__startswith__gt=at,
        slot__startswith__lte=at + AHEAD, job__state__in=RUNS,
    )  # fmt: skip
    return near.order_by("slot")


def _old(booking: Booking, days: int, boxes: Iterable[Appliance]) -> Old | None:
    oldest = booking.starts_at - timedelta(days=days)
    old = [box for box in boxes if box.base_at is None or box.base_at < oldest]
    return Old(booking, old) if old else None


def _tell_customer(at: datetime) -> None:
    """One letter a job, however many of its windows come near: one reading serves them all."""
    days, told = thresholds.current()[DAYS], set[Any]()
    for booking in _near(Booking.objects.select_related("site", "job__target"), at):
        look = Look(
            customer_id=booking.customer_id, job_id=booking.job_id, window=booking.window,
            revision=booking.revision, kind=Look.Kind.BASES, due_at=at, done_at=at,
        )  # fmt: skip
        if Look.objects.filter(
            job=look.job_id, window=look.window, revision=look.revision, kind=look.kind
        ).exists():
            continue
        old = _old(booking, days, booking.site.appliances.order_by("letter"))
        look.passed = old is None
        Look.objects.bulk_create([look], ignore_conflicts=True)  # another sweep tells the same
        if old is not None and booking.job_id not in told:
            told.add(booking.job_id)
            _tell(old, at)


def _tell(old: Old, at: datetime) -> None:
    booking, box = old.booking, old.boxes[0]
    job = UpgradeJob.objects.with_site().get(pk=booking.job_id)
    where = reverse("appliances:version-read", kwargs={"slug": job.customer.slug, "pk": box.pk})
    people = [person for person in audience.everybody(job) if not person.is_staff]
    tell(
        "base_version_ahead", job, people or messages.people_of(job.site, roles=OPERATES), at=at,
        key=f"bases:{booking.uid}:{booking.revision}", asks=(booking.pk, str(booking.revision)),
        more=lambda: {
            "window": booking.starts_at, "link": f"{settings.PUBLIC_URL}{where}",
            "lines": [f"{one.letter} · {one.name}: {one.base_version or '–'}" for one in old.boxes],
        },
    )  # fmt: skip
