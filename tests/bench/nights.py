"""C1 to C4, and paths booked: the free nights of a fleet, what lies over what, a rollout planned.

The baseline of C1 is `portion`, as one would first write it: the windows of 180 days as an
interval set, without the bookings, the first that is long enough; from a sample of customers.
"""

import random
import time
from datetime import UTC, datetime, timedelta
from statistics import quantiles

import portion

from appliances.models import Package, Site
from portal import tenancy
from portal.models import User
from tests.bench import rows, world
from tests.bench.figures import Figure, against, alone
from tests.upgrades.planning.examples import example
from upgrades.models import Booking, MaintenanceWindow, Rollout, UpgradeJob, Wave
from upgrades.planning.pathbook import book_path
from upgrades.planning.recurrence import occurrences
from upgrades.planning.spans import overfull
from upgrades.planning.windows import Slot
from upgrades.services import next_free, windows
from upgrades.services.rollout_planning import RolloutPlanner
from upgrades.services.rollouts import waving

LARGE, MIDDLE, SMALL = 100_000, 10_000, 1_000
SAMPLE, ASKED, NEEDS = 300, 400, 150
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Lord_Howe")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def measure() -> list[Figure]:
    small, small_p95, _ = _of(SMALL)
    middle, middle_p95, _ = _of(MIDDLE)
    large, large_p95, beside = _of(LARGE)
    planned = {number: _rollout(number) for number in (SMALL, MIDDLE)}
    one, three = _drawn(1), _drawn(3)
    return [
        against(f"C1 next free window of {LARGE:,} customers, read and found, beside portion",
                large, "s", beside, most=0.02),
        against("C1 the same, beside a tenth of the customers", large, "s", middle),
        against("C1 a tenth, beside a hundredth", middle, "s", small),
        alone(f"C2 conflicts of one slot among {LARGE:,} bookings, p95", large_p95, "ms", most=2),
        against("C3 the same, beside a hundredth of the bookings", large_p95, "ms", small_p95,
                most=3),
        against("C3 a tenth, beside a hundredth", middle_p95, "ms", small_p95),
        alone(f"C4 every over-booking of {LARGE:,}", _overfull(LARGE), "s", most=0.5),
        against("C4 the same, beside a tenth", _overfull(LARGE), "s", _overfull(MIDDLE)),
        *(alone(f"Path of six hops booked over 180 days, {name}", _path(name), "ms", most=100)
          for name in ("single", "pair-synchronous", "atlas", "atlas-failover")),
        alone(f"Rollout of {MIDDLE:,} sites planned", planned[MIDDLE], "s", most=60),
        alone("the same, a site", planned[MIDDLE] / MIDDLE * 1000, "ms", most=10),
        against("the same, beside a tenth of the sites", planned[MIDDLE], "s", planned[SMALL]),
        alone(f"Rollout of {MIDDLE:,} sites worked out, one wave", one, "s", most=60),
        against("in three waves, beside one", three, "s", one),
    ]  # fmt: skip


def _of(number: int) -> tuple[float, float, float]:
    """Seconds for everybody's next night; p95 of one slot's conflicts; what portion would take."""
    _fleet(number)
    at = world.now()
    began = time.monotonic()
    found = next_free.of_every_site(NEEDS, at=at)
    seconds = time.monotonic() - began
    assert len(found) == number, len(found)
    assert all(found.values())
    return seconds, _conflicts(at), _portion(at, number, found) if number == LARGE else 0.0


def _fleet(number: int) -> None:
    """So many customers, each a site with one window a week in one of five zones, and a booking."""
    world.customers(number, sites=1)
    zones, days = ", ".join(f"'{z}'" for z in ZONES), ", ".join(f"'{d}'" for d in WEEKDAYS)
    rows.do(f"UPDATE appliances_site SET zone = (ARRAY[{zones}])[1 + (hashtext(id::text) & 3)]")
    window = MaintenanceWindow(rule="", starts_on=datetime(2026, 1, 1, tzinfo=UTC).date(),
                               at=time_of(22), minutes=240)  # fmt: skip
    rows.multiply(
        window, "appliances_site s", customer_id="s.customer_id", site_id="s.id",
        rule=f"'FREQ=WEEKLY;BYDAY=' || (ARRAY[{days}])[1 + abs(hashtext(s.id::text) % 7)]",
    )  # fmt: skip
    person, _ = User.objects.get_or_create(
        email="agent@example.com", defaults={"name": "Agent", "staff_role": "AGENT"}
    )
    package, _ = Package.objects.get_or_create(
        kind="PRODUCT", version="12.2", defaults={"name": "Product 12.2", "provenance": "DEMO"}
    )
    rows.multiply(
        UpgradeJob(target=package, state="SCHEDULED", procedure="single", requested_by=person,
                   made_at=world.now(), number=1),
        "appliances_site s", customer_id="s.customer_id", site_id="s.id",
    )  # fmt: skip
    rows.multiply(
        Booking(window=1, worst_minutes=NEEDS, state="BOOKED"), "upgrades_upgradejob j",
        customer_id="j.customer_id", site_id="j.site_id", job_id="j.id", uid="j.id::text",
        slot="tstzrange(date_trunc('hour', now()) + (abs(hashtext(j.id::text)) % 2000)"
             " * interval '1 hour', date_trunc('hour', now())"
             " + (abs(hashtext(j.id::text)) % 2000 + 4) * interval '1 hour')",
    )  # fmt: skip
    rows.settle()


def _conflicts(at: datetime) -> float:
    """Milliseconds (p95) for what stands against one slot of one site, asked as pages ask it."""
    chosen = random.Random(1)
    sites = list(Site.across.order_by("id")[:ASKED])
    took = []
    for site in sites:
        begin = at + chosen.randrange(2000) * HOUR
        with tenancy.transaction(site.customer_id):
            began = time.perf_counter()
            windows.taken(site, begin, begin + 4 * HOUR)
            took.append((time.perf_counter() - began) * 1000)
    return quantiles(took, n=20)[-1]


def _portion(at: datetime, number: int, found: dict) -> float:
    """Seconds that portion would take for all, from a sample that is read before."""
    sites = list(Site.across.order_by("id")[:SAMPLE])
    ids = [site.pk for site in sites]
    granted = {row.site_id: row for row in MaintenanceWindow.across.filter(site__in=ids)}
    taken = {row.site_id: row.slot for row in Booking.across.filter(site__in=ids)}
    began = time.monotonic()
    for site in sites:
        row = granted[site.pk]
        free = portion.empty()
        for one in occurrences(row.rule, row.starts_on, row.at, row.minutes, site.zone, at,
                               at + 180 * DAY):  # fmt: skip
            free |= portion.closedopen(max(one.start, at), one.end)
        if site.pk in taken:
            free -= portion.closedopen(taken[site.pk].lower, taken[site.pk].upper)
        first = next(p for p in free if p.upper - p.lower >= NEEDS * timedelta(minutes=1))
        assert first.lower == found[site.pk].start
    return (time.monotonic() - began) / SAMPLE * number


def _overfull(number: int) -> float:
    chosen, start = random.Random(2), datetime(2026, 11, 23, tzinfo=UTC)
    every = [
        Slot(begin, begin + 4 * HOUR)
        for begin in (start + chosen.randrange(4000) * HOUR for _ in range(number))
    ]
    began = time.monotonic()
    assert list(overfull(every, number // 1000))
    return time.monotonic() - began


def _path(name: str) -> float:
    """Milliseconds for one path that nobody has planned before."""
    start = datetime(2026, 11, 23, tzinfo=UTC)
    slots = [Slot(start + n * DAY, start + n * DAY + 12 * HOUR) for n in range(180)]
    plan = example(name, hops=6)
    began = time.perf_counter()
    book_path(plan, slots, start, limit=7 * DAY)
    return (time.perf_counter() - began) * 1000


def _rollout(number: int) -> float:
    """Seconds for the calendar of so many sites of a tenth as many customers."""
    world.customers(number // 10, sites=10)
    package, _ = Package.objects.get_or_create(
        kind="PRODUCT", version="12.2", defaults={"name": "Product 12.2", "provenance": "DEMO"}
    )
    window = MaintenanceWindow(rule="FREQ=WEEKLY;BYDAY=SA", at=time_of(22), minutes=300,
                               starts_on=datetime(2026, 1, 1, tzinfo=UTC).date())  # fmt: skip
    rows.multiply(window, "appliances_site s", customer_id="s.customer_id", site_id="s.id")
    rows.settle()
    ids = list(Site.across.order_by("id").values_list("pk", flat=True))
    began = time.monotonic()
    found = list(RolloutPlanner(package, at=world.now()).plan(ids))
    seconds = time.monotonic() - began
    assert sum(each.fits for each in found) == number, found[0]
    return seconds


def _drawn(waves: int) -> float:
    """Seconds for who is in which wave, which night, of the fleet that stands."""
    person, _ = User.objects.get_or_create(
        email="agent@example.com", defaults={"name": "Agent", "staff_role": "AGENT"}
    )
    today = world.now().date()
    rollout = Rollout.objects.create(
        name="Drawn", release=Package.objects.get(kind="PRODUCT", version="12.2"),
        starts_on=today, ends_on=today + 170 * DAY, made_by=person, made_at=world.now(),
    )  # fmt: skip
    for number in range(1, waves + 1):
        share = 10 * number if number < waves else None
        Wave.objects.create(rollout=rollout, number=number, share=share)
    began = time.monotonic()
    found = waving.work_out(rollout, at=world.now())
    seconds = time.monotonic() - began
    assert len(found.places) == len(found.named) == MIDDLE
    return seconds


def time_of(hour: int):
    return datetime(2026, 1, 1, hour, tzinfo=UTC).time()
