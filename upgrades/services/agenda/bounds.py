"""From when on, or until when, bookings may stand at all: a dwell that runs, failover that must be
restored, the days of a rollout. Of many jobs at once; `orders.Order` is asked by one."""

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from appliances import actions as do
from upgrades.models import Booking, Enrolment, Interim, JobStep
from upgrades.models.interim import STANDING
from upgrades.models.step import OVER
from upgrades.planning.whynot import Bound, Rule
from upgrades.services import openings
from upgrades.services.agenda.entries import Entry, Scope
from upgrades.services.orders import JOINS

DAY = timedelta(days=1)


class Bounds:
    def __init__(self) -> None:
        self.dwells: dict[uuid.UUID, list[tuple[int, datetime]]] = defaultdict(list)
        self.joins: dict[uuid.UUID, tuple[int, datetime]] = {}
        self.days: dict[uuid.UUID, tuple[date, date]] = {}

    def of(self, entry: Entry) -> list[Bound]:
        if not (self.dwells or self.joins or self.days):
            return []
        found = [
            Bound(Rule.DWELL, not_before=over)
            for before, over in self.dwells.get(entry.job_id, ())
            if entry.window >= before
        ]
        window, due = self.joins.get(entry.job_id, (0, None))
        if due is not None and entry.window == window:
            found.append(Bound(Rule.INTERIM, not_after=due, ends=True))
        if entry.job_id in self.days:
            found += openings.bounds_of_days(entry, self.days[entry.job_id])  # type: ignore[arg-type]
        return found


def read(scope: Scope, rows: "QuerySet[Booking]") -> Bounds:
    """For the jobs of some bookings."""
    found, jobs = Bounds(), rows.values("job_id")
    steps = scope.whose.rows(JobStep, "job__site_id").filter(job__in=jobs)
    waiting = steps.filter(action=do.DWELL.name, state=JobStep.State.WAITING)
    interims = scope.rows(Interim).filter(state__in=STANDING, job__in=jobs).select_related("site")
    due = {interim.job_id: interim.due_at for interim in interims}
    asked = {*waiting.values_list("job_id", flat=True), *due}
    for job, ahead in _steps(steps, asked) if asked else ():
        found.dwells[job] += _dwells(ahead)
        if job in due and (window := _joins(ahead)):
            found.joins[job] = window, due[job]
    found.days = dict(_days(scope, jobs))
    return found


def _steps(steps: "QuerySet[JobStep]", jobs: Iterable[uuid.UUID]) -> Any:
    """By job, what is still to come of the steps that bound others, in order."""
    told = (do.DWELL.name, do.INSTALL_PRODUCT.name, JOINS)
    rows = steps.filter(job__in=list(jobs), action__in=told).exclude(state__in=OVER)
    found: dict[uuid.UUID, list[JobStep]] = defaultdict(list)
    for step in rows.order_by("seq"):
        found[step.job_id].append(step)
    return found.items()


def _dwells(ahead: list[JobStep]) -> Iterator[tuple[int, datetime]]:
    """Each dwell that runs: before which window it must be over, and when it is."""
    for place, step in enumerate(ahead):
        if step.action != do.DWELL.name or step.state != JobStep.State.WAITING:
            continue
        later = (one for one in ahead[place:] if one.action == do.INSTALL_PRODUCT.name)
        if (before := next(later, None)) and step.waits_until:
            yield before.window, step.waits_until


def _joins(ahead: list[JobStep]) -> int:
    """The window with which failover is restored next (its step may need none); 0: unknown."""
    window = 0
    for step in ahead:
        window = step.window or window
        if step.action == JOINS:
            return window
    return 0


def _days(scope: Scope, jobs: Any) -> Iterator[tuple[uuid.UUID, tuple[date, date]]]:
    """As `openings` has them. Days that the line stood still are added at the end."""
    rows = scope.rows(Enrolment).filter(job__in=jobs)
    told = "job_id", "last_possible_on", "rollout__starts_on", "rollout__ends_on"
    for job, last, first, ends, stopped in rows.values_list(*told, "rollout__stopped_days"):
        yield job, (first, last or ends + stopped * DAY)
