"""What a job makes otherwise at its site than at rest: so that its own changes are no drift, and
its next window is asked about what matters for that window."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from appliances import actions as do
from appliances.models import Appliance, Difference, Site
from appliances.services.expected import Expected
from appliances.services.snapshots import Foreseen
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.job import UNDER_WAY
from upgrades.models.step import OVER
from upgrades.services import interims

S = JobStep.State
INSTALLS = frozenset({do.INSTALL_PRODUCT.name, do.INSTALL_BASE.name})
MOVES_ROLES = frozenset({
    do.BREAK_FAILOVER.name, do.ESTABLISH_FAILOVER.name, do.BECOME_BACKUP.name,
    do.BECOME_PRIMARY.name,
})  # fmt: skip
MOVES_FLAGS = frozenset({do.STOP_ACCEPTING.name, do.START_ACCEPTING.name})
KEYS = frozenset({do.COMPARE_KEYS.name})
SYNCS = frozenset({do.SYNC_NOW.name})
SWINGS = frozenset({do.RELEASE_SHARED_IP.name, do.TAKE_SHARED_IP.name})
MOVES_USERS = SWINGS | frozenset({
    do.POINT_DNS.name, do.POINT_NAT.name, do.MOVE_PRODUCTION.name, do.CHECK_PRODUCTION.name,
    do.BECOME_BACKUP.name, do.BECOME_PRIMARY.name,
})  # fmt: skip


@dataclass(frozen=True)
class Course:
    """How far a job has come, read once."""

    job: UpgradeJob
    steps: Sequence[JobStep]

    def has(self, actions: frozenset[str]) -> bool:
        return any(s.action in actions and s.state != S.CANCELLED for s in self.steps)

    def last(self, *actions: str) -> JobStep | None:
        done = [s for s in self.steps if s.action in actions and s.state == S.DONE and s.ended_at]
        return max(done, key=lambda s: (s.ended_at, s.seq), default=None)

    def of_window(self, window: int) -> list[JobStep]:
        return [s for s in self.steps if window and s.window == window]


def course(job: UpgradeJob) -> Course:
    rows = JobStep.objects.filter(job=job).select_related("appliance", "package").in_order()
    return Course(job, list(rows))


def under_way(site: Site | Any) -> UpgradeJob | None:
    """The job that may be changing a site now."""
    found = UpgradeJob.objects.filter(site=getattr(site, "pk", site), state__in=UNDER_WAY)
    return found.select_related("target").first()


def of(site: Site | Any, job: UpgradeJob | None, *, window: int = 0) -> Expected:
    """As a site is to be while this job (if any) stands where it stands; `window` is the next."""
    interim = interims.standing(getattr(site, "pk", site))
    # A cluster keeps its relationship all along; only a pair's is broken (rule 5). Releases may
    # differ until then: a repair brings them level, and their own step compares them (G-SYNC-7).
    parted = interim is not None and interim.site.shape == Site.Shape.PAIR
    apart = Expected(related=not parted, roles=not parted, level=interim is None)
    if interim is not None:
        days = interim.site.interim_days
        apart = replace(apart, interim_since=interim.began_at, interim_days=days)
    return apart if job is None else _in_course(apart, course(job), window)


def _in_course(apart: Expected, at: Course, window: int) -> Expected:
    job, runs = at.job, at.job.state in UNDER_WAY
    down = _takes_down(at, window)
    return replace(
        apart,
        level=apart.level and (not runs or _is_level(at)),
        flags=not (runs and at.has(MOVES_FLAGS)),
        roles=apart.roles and not (runs and at.has(MOVES_ROLES)),
        syncs=any(s.action in SYNCS and s.state not in OVER for s in at.steps),
        releases=_releases(at, window),
        takes_down=down,
        unticked=down & _unticked(at),
        products=_products(at) if runs else {},
        window=_fit(job, window),
        differences=_open_differences(job),
        keys=at.has(KEYS),
        keys_at=compared.ended_at if (compared := at.last(*KEYS)) else None,
    )


def foreseen(job: UpgradeJob, window: int) -> dict[Any, Foreseen]:
    """By appliance, what a window was to change: its product, and families of values."""
    at = course(job)
    steps = at.of_window(window)
    families = {"reps", "clients"} if _any(steps, INSTALLS | MOVES_USERS | MOVES_FLAGS) else set()
    families |= {"failover_role", "sync_status"} if _any(steps, MOVES_ROLES | SYNCS) else set()
    families |= {"accepting"} if at.has(MOVES_FLAGS) else set()
    families |= {"shared_ips"} if _any(steps, SWINGS | MOVES_ROLES) else set()
    products: dict[Any, set[str]] = defaultdict(set)
    for step in steps:
        if step.action == do.INSTALL_PRODUCT.name and step.package:
            products[step.appliance_id].add(step.package.version)
    boxes = Appliance.objects.filter(site_id=job.site_id).values_list("pk", flat=True)
    return {pk: Foreseen(frozenset(products[pk]), frozenset(families)) for pk in boxes}


def _any(steps: Sequence[JobStep], actions: frozenset[str]) -> bool:
    return any(step.action in actions for step in steps)


def _is_level(at: Course) -> bool:
    """No hop is half done: some appliances have its product and others are to come."""
    hops: dict[int, set[bool]] = defaultdict(set)
    for step in at.steps:
        if step.action == do.INSTALL_PRODUCT.name:
            hops[step.hop].add(step.state in OVER)
    return all(len(over) == 1 for over in hops.values())


def _releases(at: Course, window: int) -> bool:
    """Whether a product comes next for which clients must have followed the last (G-PREP-6)."""
    if at.last(do.REMOVE_CLIENTS.name) and not at.last(do.REINSTALL_CLIENTS.name):
        return False
    products = [s for s in at.steps if s.action == do.INSTALL_PRODUCT.name]
    if not window:
        return bool(products)
    done = {s.package_id for s in products if s.state == S.DONE}
    return any(s.window == window and s.package_id not in done for s in products)


def _takes_down(at: Course, window: int) -> frozenset[Any]:
    """Traffic nodes that the window changes, that were drained for it and nobody has changed yet.
    Not those whose last clients somebody gave up waiting for, nor those that are to empty within
    the window: their own step waits for that."""
    traffic = Appliance.ClusterRole.TRAFFIC
    drained = {
        (s.appliance_id, s.hop) for s in at.steps if s.action == do.DRAIN.name and s.state == S.DONE
    }
    return frozenset(
        step.appliance_id
        for step in at.of_window(window)
        if step.action in INSTALLS
        and step.state not in OVER
        and step.appliance is not None
        and step.appliance.cluster_role == traffic
        and (step.appliance_id, step.hop) in drained
    )


def _unticked(at: Course) -> frozenset[Any]:
    """Nodes that a step of the job had stop accepting. Where the customer gave their word that a
    whole region is away, there is no such step, and its node accepts until it is changed."""
    stops = [s for s in at.steps if s.action == do.STOP_ACCEPTING.name and s.state == S.DONE]
    return frozenset(pk for step in stops for pk in step.about_ids)


def _products(at: Course) -> dict[Any, frozenset[str]]:
    found: dict[Any, set[str]] = defaultdict(set)
    for step in at.steps:
        if step.action == do.INSTALL_PRODUCT.name and step.package and step.state != S.CANCELLED:
            found[step.appliance_id].add(step.package.version)
    return {pk: frozenset(versions) for pk, versions in found.items()}


def _fit(job: UpgradeJob, window: int) -> tuple[int, int] | None:
    """Minutes that the (next) window needs at worst, and has."""
    stands = [Booking.State.HELD, Booking.State.BOOKED, Booking.State.IN_USE]
    found = job.bookings.filter(state__in=stands).order_by("slot")
    booking = (found.filter(window=window) if window else found).first()
    if booking is None:
        return None
    return booking.worst_minutes, _minutes(booking.starts_at, booking.ends_at)


def _minutes(begin: datetime, end: datetime) -> int:
    return int((end - begin).total_seconds() // 60)


def _open_differences(job: UpgradeJob) -> int:
    found = Difference.objects.filter(job_id=job.pk, beyond=True, acknowledged_at=None)
    return found.count()
