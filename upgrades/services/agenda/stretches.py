"""Dwells and times without failover of many jobs, for the timeline."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from upgrades.models import Booking, Interim, JobStep
from upgrades.planning import stretches
from upgrades.planning.stretches import Line
from upgrades.planning.windows import Slot
from upgrades.services.agenda.entries import STANDING, Scope

MINUTE = timedelta(minutes=1)
GIVEN_UP = (JobStep.State.SKIPPED, JobStep.State.CANCELLED)


@dataclass
class Stretches:
    dwells: list[Slot] = field(default_factory=list)
    interims: list[Slot] = field(default_factory=list)


def read(
    scope: Scope, jobs: Sequence[uuid.UUID], begin: datetime, end: datetime, *,
    at: datetime, sites: Iterable[uuid.UUID],
) -> dict[uuid.UUID, Stretches]:  # fmt: skip
    """By site, what lies between the windows of some jobs, and what stands at some sites."""
    found: dict[uuid.UUID, Stretches] = defaultdict(Stretches)
    booked, at_site = _booked(scope, jobs)
    for job, lines in _lines(scope, jobs).items():
        if job in at_site:
            found[at_site[job]].dwells += stretches.dwells(lines, booked[job])
            found[at_site[job]].interims += stretches.interims(lines, booked[job])
    for site, slot in _standing(scope, sites, begin, end, at):
        found[site].interims.append(slot)
    return found


def _booked(
    scope: Scope, jobs: Sequence[uuid.UUID]
) -> tuple[dict[uuid.UUID, dict[int, Slot]], dict[uuid.UUID, uuid.UUID]]:
    """All windows of the jobs, also those outside what is shown; and each job's site."""
    rows = scope.whose.rows(Booking).filter(job__in=jobs, state__in=STANDING)
    booked: dict[uuid.UUID, dict[int, Slot]] = defaultdict(dict)
    sites: dict[uuid.UUID, uuid.UUID] = {}
    told = "job_id", "site_id", "window", "slot", "worst_minutes"
    for job, site, window, slot, worst in rows.values_list(*told):
        booked[job][window] = Slot(slot.lower, slot.lower + worst * MINUTE)
        sites[job] = site
    return booked, sites


def _lines(scope: Scope, jobs: Sequence[uuid.UUID]) -> dict[uuid.UUID, list[Line]]:
    rows = scope.whose.rows(JobStep, "job__site_id")
    rows = rows.filter(job__in=jobs, action__in=stretches.TOLD).exclude(state__in=GIVEN_UP)
    found: dict[uuid.UUID, list[Line]] = defaultdict(list)
    for step in rows.order_by("job_id", "seq"):
        waits = step.waits_until if step.state == JobStep.State.WAITING else None
        found[step.job_id].append(
            Line(step.action, step.window, step.worst_minutes, step.ended_at, waits)
        )
    return found


def _standing(
    scope: Scope, sites: Iterable[uuid.UUID], begin: datetime, end: datetime, at: datetime
) -> Iterable[tuple[uuid.UUID, Slot]]:
    """What was measured: also of clusters, and of jobs that were given up."""
    rows = scope.whose.rows(Interim).filter(site__in=list(sites), began_at__lt=end)
    for interim in rows:
        over = interim.ended_at or max(at, interim.began_at + MINUTE)
        if over > begin:
            yield interim.site_id, Slot(interim.began_at, over)
