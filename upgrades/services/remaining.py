"""When what is left of a job is over: as expected, and at worst, seen from now.

A walk over its steps as they stand: ranks one after another, the lanes of a rank side by side
(people at as many as `windows.HANDS` at once), each window no earlier than its booking, and the
dwell from the last product package on (G-RULE-3). What runs already has the rest of its time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from appliances import actions as do
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.planning.windows import HANDS

S, B = JobStep.State, Booking.State
ASLEEP = timedelta(days=365)  # a wait without an end waits for a person
MINUTE = timedelta(minutes=1)
TELLS = (UpgradeJob.State.SCHEDULED, UpgradeJob.State.RUNNING)


@dataclass(frozen=True)
class Ending:
    expected: datetime
    worst: datetime


def ending(
    job: UpgradeJob, steps: Sequence[JobStep], bookings: Iterable[Booking], now: datetime
) -> Ending | None:
    """None while nobody can tell: it rests, a step is held, or a window has no time. `steps` in
    order."""
    begins = {each.window: each.starts_at for each in bookings if each.state != B.MISSED}
    left = [step for step in steps if not step.is_over]
    if job.state not in TELLS or any(_rests(step, begins, now) for step in left):
        return None
    usual, worst = (_walk(steps, begins, now, worst=worst) for worst in (False, True))
    return Ending(usual, max(usual, worst))


def _rests(step: JobStep, begins: dict[int, datetime], now: datetime) -> bool:
    asleep = step.state == S.WAITING and step.next_at and step.next_at > now + ASLEEP
    return bool(asleep) or step.state == S.HELD or (step.window > 0 and step.window not in begins)


def _walk(
    steps: Sequence[JobStep], begins: dict[int, datetime], now: datetime, *, worst: bool
) -> datetime:
    at, served = now, now
    for _rank, group in groupby(steps, key=lambda step: step.rank):
        rank = list(group)
        left = [step for step in rank if not step.is_over]
        if left:
            at = max([at, *(begins.get(step.window, at) for step in left)])
            lasts = _span(left, now, worst=worst)
            dwell = left[0].action == do.DWELL.name and left[0].began_at is None
            at = max(at, served + lasts) if dwell else at + lasts
        if any(step.action == do.INSTALL_PRODUCT.name for step in rank):
            served = at if left else max(filter(None, (step.ended_at for step in rank)), default=at)
    return at


def _span(left: Iterable[JobStep], now: datetime, *, worst: bool) -> timedelta:
    """Of one rank: the portal watches every lane at once, people a few at a time."""
    watched: dict[str, timedelta] = {}
    handled: dict[str, timedelta] = {}
    for step in left:
        lanes = watched if step.doer == do.PORTAL else handled
        lanes[step.lane] = lanes.get(step.lane, timedelta()) + _left_of(step, now, worst=worst)
    busy = [timedelta()] * max(1, min(HANDS, len(handled)))
    for each in sorted(handled.values(), reverse=True):
        busy[busy.index(min(busy))] += each
    return max(busy) + max(watched.values(), default=timedelta())


def _left_of(step: JobStep, now: datetime, *, worst: bool) -> timedelta:
    if step.state == S.WAITING and (until := step.waits_until):
        return max(until - now, timedelta())
    whole = (step.worst_minutes if worst else step.expected_minutes) * MINUTE
    began = step.began_at if step.state not in (S.PLANNED, S.READY) else None
    return max(whole - (now - began), timedelta()) if began else whole
