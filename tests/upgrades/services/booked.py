"""A site with windows and a job with steps, as bookings need them. Inside the customer's
transaction."""

from datetime import UTC, date, datetime, time
from itertools import count

from appliances.models import Package, Site
from portal import tenancy
from tests.conftest import NOON
from tests.upgrades.planning.examples import example
from upgrades.models import Booking, JobStep, MaintenanceWindow, UpgradeJob
from upgrades.services import bookings, windows

SINGLE = example("single", hops=2)
ONE_HOP = example("single", hops=1)

_numbers = count(1)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def booking_of(job: UpgradeJob, window: int) -> Booking | None:
    """The booking of one window that stands (or stood)."""
    return bookings.for_job(job).filter(window=window).first()


def said(slots) -> list[str]:
    return [f"{slot.start:%m-%d %H:%M} – {slot.end:%m-%d %H:%M}" for slot in slots]


def a_site(zone: str = "Europe/Berlin", **values) -> Site:
    number = next(_numbers)
    return Site.objects.create(
        customer_id=tenancy.current_customer_id(),
        name=values.pop("name", f"Site {number}"),
        public_name=f"support{number}.example.com",
        shape=values.pop("shape", "SINGLE"),
        zone=zone,
        **values,
    )


def a_window(site: Site, rule: str = "FREQ=WEEKLY;BYDAY=SA", **values) -> MaintenanceWindow:
    given = {"starts_on": date(2026, 11, 1), "at_time": time(22), "minutes": 240, "by": None}
    return windows.add(site, rule=rule, at=NOON, **(given | values))


def a_job(site: Site, by, plan=None) -> UpgradeJob:
    """A draft; with a plan, its steps are there."""
    target, _made = Package.objects.get_or_create(
        kind="PRODUCT", version="12.2.0", name="Product 12.2.0", provenance="DEMO"
    )
    job = UpgradeJob.objects.create(
        customer_id=site.customer_id,
        number=next(_numbers),
        site=site,
        procedure="single",
        target=target,
        requested_by=by,
        made_at=NOON,
    )
    for item in plan.steps if plan else ():
        JobStep.objects.create(
            customer_id=site.customer_id, job=job, seq=item.seq, rank=item.rank, lane=item.lane,
            hop=item.hop, phase=item.phase, window=item.window, text=item.step.text,
            action=item.action.name, guide=item.step.guide, role=item.role.value,
            doer=item.action.by.value, effect=item.action.effect.value,
            expected_minutes=item.minutes[0], worst_minutes=item.minutes[1],
        )  # fmt: skip
    return job


def laid_out(job, plan=SINGLE):
    """Where it would go; what the job has already counts as free."""
    return bookings.lay_out(plan, job.site, earliest=NOON, job=job)


def held(job, person, plan=SINGLE):
    return bookings.hold(job, laid_out(job, plan), by=person, at=NOON)


def booked(job, person, plan=SINGLE):
    held(job, person, plan)
    return bookings.confirm(job, by=person, at=NOON)


def slots_of(job) -> list[str]:
    return [
        f"{row.starts_at:%m-%d %H:%M} – {row.ends_at:%m-%d %H:%M}" for row in bookings.for_job(job)
    ]
