"""Notices that are due and that nobody ever wrote: what the outbox cannot know it lacks.

Asked of the facts themselves, across customers: a window that is near, an alert that has no reader,
a rung of the silent customer's ladder that is overdue.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, Value

from portal import rehearsing
from portal.models import Message
from portal.services import delivery, watchdog
from portal.services.watchdog import Unwritten
from upgrades.models import Booking, Enrolment
from upgrades.services.waking import LATER_RUNGS, RUNGS, STANDS, Rungs

KIND = "upgrade_before"
OWNER = ("customer_id", "customer__name", "customer__slug")
WINDOW = ("job_id", "uid", "revision", "slot__startswith", *OWNER)
FIRST_RUNG = max(ahead for _rung, ahead in RUNGS)


def look_after(at: datetime) -> None:
    """The watchdog's pass, with what was never written."""
    watchdog.look_after(at, of(at))


def of(at: datetime) -> list[Unwritten]:
    """One for each fact, due for longer than the outbox is given. A rehearsal tells nobody."""
    if rehearsing.twin():
        return []
    since = at - delivery.patience()
    return [*_before_windows(at, since), *_unanswered(since)]


def _before_windows(at: datetime, since: datetime) -> Iterator[Unwritten]:
    """Windows whose last rung that has come was not told, nor a later one: the first of a job that
    is to begin, the later ones of a job under way."""
    ahead = Booking.across.filter(
        state="BOOKED", job__approved_at__lte=since, slot__startswith__gt=at,
    )  # fmt: skip
    first = ahead.filter(job__state="SCHEDULED", slot__startswith__lte=since + FIRST_RUNG)
    firsts = first.order_by("job_id", "slot").distinct("job_id")
    soon = since + LATER_RUNGS[0][1]
    later = ahead.filter(job__state="RUNNING", slot__startswith__lte=soon)
    # One that goes on right where another of the job ends was told with that one.
    before = Booking.across.filter(
        job_id=OuterRef("job_id"), slot__endswith=OuterRef("slot__startswith"), state__in=STANDS
    )
    laters = later.filter(~Exists(before)).values_list(*WINDOW, Value(1))
    rows = list(firsts.values_list(*WINDOW, Value(0)).union(laters, all=True))
    told = _told([row[0] for row in rows])
    for *window, kind in rows:
        yield from _untold(window, (RUNGS, LATER_RUNGS)[kind], told, since)


def _untold(
    window: list[Any], rungs: Rungs, told: dict[tuple[Any, str], set[str]], since: datetime
) -> Iterator[Unwritten]:  # fmt: skip
    job, uid, revision, begins, *owner = window
    came = [(rung, begins - ahead) for rung, ahead in rungs if begins - ahead <= since]
    late = {rung for rung, ahead in rungs if ahead <= begins - came[-1][1]}
    if not late & told[job, f"{uid}:{revision}"]:
        yield Unwritten(*owner, since=came[-1][1])


def _told(jobs: list[Any]) -> dict[tuple[Any, str], set[str]]:
    """By job and booking as it lies now: the rungs that were written."""
    found: dict[tuple[Any, str], set[str]] = defaultdict(set)
    rows = Message.across.filter(kind=KIND, about_id__in=jobs)
    for job, key in rows.values_list("about_id", "dedupe_key"):
        booking, rung, _person = key.partition(":before:")[2].rsplit(":", 2)
        found[job, booking].add(rung)
    return found


def _unanswered(since: datetime) -> Iterator[Unwritten]:
    """Offered, and there is no contact at all to be told: nobody can answer. Or the ladder's next
    rung is due, and nothing has taken it."""
    nobody = Q(contact__isnull=True, alerted_at__lte=since)
    overdue = Q(contact__isnull=False, rung_at__lte=since)
    alerted = Enrolment.across.filter(state=Enrolment.State.ALERTED, rollout__state="OPEN")
    rows = alerted.filter(nobody | overdue)
    for contact, alerted_at, rung_at, *owner in rows.values_list(
        "contact_id", "alerted_at", "rung_at", *OWNER
    ):
        yield Unwritten(*owner, since=rung_at if contact else alerted_at)
