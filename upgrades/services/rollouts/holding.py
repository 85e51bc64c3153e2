"""One site of a line that is stopped, and of one that is lifted. In the customer's transaction."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from portal import audit, tenancy
from portal.errors import Refused
from portal.services import messages
from upgrades.events import EnrolmentEvent
from upgrades.models import Booking, Enrolment, UpgradeJob
from upgrades.models.job import BEFORE_RUNNING
from upgrades.planning.vocabulary import Sentence
from upgrades.services import (
    audience,
    bookings,
    enrolled,
    jobs,
    layouts,
    notices,
    pathmoves,
    runs,
)
from upgrades.services.rollouts import lettering, stopping

B, E, J = Booking.State, Enrolment.State, UpgradeJob.State
MOST_TRIED = 16
STOPPED = "line_stopped"
RESTED = "rested-before"  # its job was paused by a person before the line stood


def hold(enrolment: Enrolment, *, at: datetime) -> None:
    """Its job rests at its next safe point, its bookings are held."""
    job = _job(enrolment)
    if job is not None:
        if job.state == J.PAUSED or job.pause_asked_at is not None:
            enrolment.code = RESTED
        for booking in bookings.for_job(job).filter(state=B.BOOKED):
            booking.hold_back()
            booking.save()
            audit.record("booking.held", booking, at=at, job=job, data={"line": "stopped"})
        if job.state == J.RUNNING and job.pause_asked_at is None:
            runs.pause(job, by=None, at=at)
    enrolment.held_at = at
    enrolled.keep(EnrolmentEvent.HELD, enrolment, by=None, at=at)


def tell(enrolment: Enrolment, *, at: datetime) -> None:
    """The letter that was drafted at the stop, to everybody around the job. Once."""
    _write(STOPPED, enrolment, at=at)
    enrolment.told_at = at
    enrolment.save()


def release(enrolment: Enrolment, *, at: datetime) -> None:
    """It goes on: its nights stand, or the next ones that are free take their place. What was
    approved covers what it covers: later nights are approved again. Raises what refuses them."""
    job, since = _job(enrolment), enrolment.held_at
    assert since is not None
    told = enrolment.told_at is not None and enrolment.told_at >= since
    rollout = enrolment.rollout
    enrolment.last_possible_on = rollout.ends_on + rollout.stopped_days * enrolled.DAY
    if enrolment.state == E.ALERTED and enrolment.answer_by is not None:
        enrolment.answer_by += at - since
        enrolment.rung_at = enrolment.rung_at and enrolment.rung_at + (at - since)
    rested = enrolment.code == RESTED
    enrolment.held_at, enrolment.look_at = None, None
    enrolment.because("")
    enrolled.keep(EnrolmentEvent.RELEASED, enrolment, by=None, at=at)
    if job is not None and job.state not in ENDED:
        _again(job, by=rollout.made_by, at=at)
        if not rested:
            _go_on(UpgradeJob.objects.with_site().get(pk=job.pk), at=at)
    if told:
        _write("line_lifted", enrolment, at=at)


ENDED = (J.DRAFT, J.DONE, J.CANCELLED, J.ABANDONED)


def leave(enrolment: Enrolment, *, said: str, at: datetime) -> None:
    """A rollout that is closed: what is not begun is given back, what runs is a person's."""
    held, enrolment.held_at = enrolment.held_at, None
    job = _job(enrolment)
    if enrolment.state == E.UPGRADING:
        enrolment.code = ""
        if job is not None:
            _book_again(job, at=at)
        enrolment.save()
        return
    if enrolment.state == E.BOOKED and held is None:
        return
    if enrolment.state not in (E.WAITING, E.READY, E.ALERTED, E.BOOKED):
        enrolment.save()
        return
    enrolment.exclude(code="closed", reason=Sentence(said))
    enrolled.keep(EnrolmentEvent.EXCLUDED, enrolment, by=None, at=at)
    if job is not None and job.state in BEFORE_RUNNING:
        jobs.cancel(job, by=None, reason=said, at=at)


def _job(enrolment: Enrolment) -> UpgradeJob | None:
    """Locked before the enrolment is written, as everybody else does who moves both."""
    if enrolment.job_id is None:
        return None
    rows = UpgradeJob.objects.select_for_update(of=("self",)).with_site()
    return rows.filter(pk=enrolment.job_id).first()


def _again(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    """Its nights: as they are where all of them lie ahead, else the whole path from its next."""
    held = list(bookings.for_job(job).filter(state__in=[B.HELD, B.MISSED]).order_by("slot"))
    if held and (held[0].starts_at < at + jobs.NOTICE or _missed(held)):
        _move(job, held[0], by=by, at=at)
        job = UpgradeJob.objects.with_site().get(pk=job.pk)
    if job.state != J.PROPOSED:
        _book_again(job, at=at)


def _missed(held: list[Booking]) -> bool:
    return any(booking.state == B.MISSED for booking in held)


def _book_again(job: UpgradeJob, *, at: datetime) -> None:
    for booking in bookings.for_job(job).filter(state=B.HELD):
        booking.confirm()
        booking.save()
        audit.record("booking.confirmed", booking, at=at, job=job, data={"line": "lifted"})


def _move(job: UpgradeJob, first: Booking, *, by: Any, at: datetime) -> None:
    last: Refused = layouts.NoSlot("")
    for start in _starts(first, by=by, at=at):
        try:
            with tenancy.transaction(job.customer_id):
                pathmoves.move(job, start, by=by, at=at)
            return
        except Refused as refusal:
            last = refusal
    raise last


def _starts(first: Booking, *, by: Any, at: datetime) -> Iterator[datetime]:
    found = bookings.openings(first, at=at + jobs.NOTICE, horizon_days=180, by=by)
    for slot in found[:MOST_TRIED]:
        yield slot.start


def _go_on(job: UpgradeJob, *, at: datetime) -> None:
    if job.pause_asked_at is not None:
        job.pause_asked_at = None
        job.save()
    if job.state == J.PAUSED:
        runs.resume(job, by=None, at=at)


def _write(kind: str, enrolment: Enrolment, *, at: datetime) -> None:
    job = enrolment.job
    if job is None:
        return
    known = {
        "site": enrolment.site.name, "site_zone": enrolment.site.zone, "job": job.label,
        "link": notices.address_of(job),
    }  # fmt: skip
    known |= stopping.said(enrolment.rollout, enrolment.rollout.reason)
    key = f"{enrolment.pk}:{at.isoformat()}"
    for person in audience.everybody(job):
        own = lettering.own(enrolment.rollout, person.language) if kind == STOPPED else {}
        messages.write(kind, to=person, about=job, key=key, context=known | own, at=at)
