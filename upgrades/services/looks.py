"""Looks at a whole site round a window: asked about, measured, judged, kept.

question() and keep() stand inside the customer's transaction, ask() outside any.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from appliances.models import Site, Snapshot
from appliances.services import drift, readiness, snapshots, thresholds
from appliances.services.checks import Question
from appliances.services.measuring import Measured
from appliances.services.readiness import Answers
from portal import times
from portal.services import customers
from upgrades.models import Booking, Look, UpgradeJob
from upgrades.models.job import BEFORE_RUNNING, UNDER_WAY
from upgrades.services import expecting, notices, planning, testing

Kind, Moment = Look.Kind, Snapshot.Moment
DAY_BEFORE = timedelta(hours=24)
STANDS = (Booking.State.BOOKED, Booking.State.IN_USE)


def question(site: Site, job: UpgradeJob | None = None, *, window: int = 0) -> Question:
    """What our records say of a site, and of the job that is planned or under way there."""
    if job is None:
        return replace(readiness.question(site), expected=expecting.of(site, None))
    booking = job.bookings.filter(state__in=STANDS).order_by("slot")
    found = (booking.filter(window=window) if window else booking).first()
    day = times.in_zone(found.starts_at, site.zone).date() if found else None
    asked = readiness.question(site, day=day)
    exempt = not job.target.is_major or job.target.is_security_fix
    return replace(
        asked,
        entitled=exempt or customers.has_contract(asked.day),
        withdrawn=planning.withdrawn(job),
        untested=testing.problem(site, job.target),
        expected=expecting.of(site, job, window=window),
    )


def job_of(site: Site | Any) -> UpgradeJob | None:
    """The job whose plan a look at the site is about: under way, else the one ahead."""
    found = UpgradeJob.objects.filter(
        site=getattr(site, "pk", site), state__in=[*UNDER_WAY, *BEFORE_RUNNING]
    )
    rows = sorted(found.select_related("target"), key=lambda job: job.state not in UNDER_WAY)
    return rows[0] if rows else None


def passed(job: UpgradeJob, window: int) -> bool:
    """Whether the window's first change may go on: it was looked at, as it is booked now."""
    booking = booking_of(job, window)
    revision = booking.revision if booking else 0
    found = Look.objects.filter(job=job, window=window, revision=revision, kind=Kind.START)
    return found.filter(passed=True).exists()


def booking_of(job: UpgradeJob, window: int) -> Booking | None:
    return job.bookings.filter(window=window, state__in=STANDS).first()


def keep_start(job: UpgradeJob, window: int, answers: Answers, *, at: datetime, ok: bool) -> None:
    """What was found before a window's first change (0: before the job): checks, and the state it
    begins with. Not passed, the site is looked at again, and its state measured again."""
    readiness.record(answers, job=job, window=window)
    if not window:
        return
    booking = booking_of(job, window)
    Look.objects.update_or_create(
        customer_id=job.customer_id, job=job, window=window, kind=Kind.START,
        revision=booking.revision if booking else 0,
        defaults={"due_at": at, "done_at": at, "passed": ok},
    )  # fmt: skip
    if ok:
        _keep_states(answers.measured, job, window, Moment.BEFORE, at)


def want_end(job: UpgradeJob, booking: Booking, *, at: datetime) -> None:
    """The window is over: have the site measured. In the transaction that ended it."""
    Look.objects.bulk_create(
        [Look(customer_id=job.customer_id, job=job, window=booking.window,
              revision=booking.revision, kind=Kind.END, due_at=at)],
        ignore_conflicts=True,
    )  # fmt: skip


def want_day_before(job: UpgradeJob, *, at: datetime) -> None:
    """For each window of an approved job that begins within a day and was not looked at yet."""
    soon = job.bookings.filter(state=Booking.State.BOOKED, slot__startswith__lte=at + DAY_BEFORE)
    Look.objects.bulk_create(
        [Look(customer_id=job.customer_id, job=job, window=row.window, revision=row.revision,
              kind=Kind.DAY_BEFORE, due_at=at)
         for row in soon if row.starts_at > at],
        ignore_conflicts=True,
    )  # fmt: skip


def finish_day_before(look: Look, answers: Answers, *, at: datetime) -> None:
    """Kept; if something would hold the window, the people around the job are told."""
    readiness.record(answers, job=look.job, window=look.window)
    bad = answers.stopping
    _done(look, at, passed=not bad)
    booking = booking_of(look.job, look.window)
    if bad and booking is not None:
        notices.not_ready(look.job, booking, bad, at=at)


def finish_end(look: Look, measured: Iterable[Measured], *, at: datetime) -> None:
    """The state after a window against the state before it. What goes beyond its tolerance waits
    for a person; an appliance that did not answer is written down as that."""
    found = list(measured)
    drift.note(found, expecting.of(look.job.site_id, look.job), at=at, job=look.job)
    _keep_states(found, look.job, look.window, Moment.AFTER, at)
    values, foreseen = thresholds.current(), expecting.foreseen(look.job, look.window)
    beyond = 0
    for one in found:
        before = _before(look, one.box.pk)
        if before is None:
            continue
        changes = snapshots.compare(
            before, snapshots.data_of(one), foreseen=foreseen[one.box.pk], values=values
        )
        rows = snapshots.keep_differences(changes, one.box, job=look.job, window=look.window, at=at)
        beyond += sum(row.beyond for row in rows)
    _done(look, at, passed=not beyond)
    if beyond:
        notices.differs(look.job, look.window, beyond, at=at)


def _before(look: Look, appliance_id: Any) -> dict[str, Any] | None:
    kept = Snapshot.objects.filter(
        job_id=look.job_id, window=look.window, moment=Moment.BEFORE, appliance=appliance_id
    )
    found = kept.order_by("-taken_at").first()
    return found.data if found else None


def _done(look: Look, at: datetime, *, passed: bool) -> None:
    look.done_at, look.passed = at, passed
    look.save(update_fields=["done_at", "passed"])


def _keep_states(
    measured: Iterable[Measured], job: UpgradeJob, window: int, moment: str, at: datetime
) -> None:
    for one in measured:
        snapshots.keep(one, at=at, job=job, window=window, moment=moment)
