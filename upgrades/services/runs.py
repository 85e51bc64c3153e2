"""How a job runs as a whole: start, pause, resume, halt, abandon, end early; and by itself."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop

from appliances.models import BaseHold
from appliances.services import drift, freezes, returns
from portal import audit, times
from portal.background import enqueue
from portal.errors import Refused
from portal.services import customers
from upgrades.events import JobEvent, StepEvent
from upgrades.models import Booking, JobStep, UpgradeJob
from upgrades.models.step import OVER
from upgrades.planning.vocabulary import Sentence
from upgrades.services import (
    bookings,
    capacity,
    enrolled,
    following,
    freezes as frozen_times,
    halting,
    jobs,
    leftovers,
    notices,
    planning,
)
from upgrades.services.sentences import Told

J, S = UpgradeJob.State, JobStep.State


class Drifted(Refused):
    """A fact that nobody accepted yet holds the next job."""

    code = "drifted"


class UnderFreeze(Refused):
    """A freeze was set after it was booked, and nobody answers for it."""

    code = "frozen"


class UnderBaseHold(Refused):
    code = "base-hold"


def begins_at(job: UpgradeJob) -> datetime | None:
    """When the job's first step may begin: as long before its first window as its preparation may
    take."""
    first = job.bookings.filter(state=Booking.State.BOOKED).order_by("slot").first()
    return first.starts_at - job.preparation if first else None


def is_short(job: UpgradeJob, at: datetime) -> bool:
    """Less time is left before its first window than its preparation may take: approved now, it
    begins at once, and the window is missed if the worst case comes."""
    ahead = [Booking.State.HELD, Booking.State.BOOKED]
    first = job.bookings.filter(state__in=ahead).order_by("slot").first()
    return first is not None and first.starts_at < at + timedelta(minutes=job.prepares_worst)


def start(job: UpgradeJob, *, by: Any, at: datetime) -> UpgradeJob:
    """Begin: the first steps are ready; or the job is revised, if its plan holds no more. A person
    may start it before its time, but the windows themselves never open early. Raises Drifted,
    UnderFreeze, and what its rollout refuses."""
    enrolled.demand_running(job)
    if why := _void(job):
        return jobs.revise(job, by=by, reason=why, at=at)
    if drift.open_at(job.site_id):
        raise Drifted(
            _("Something was changed at this site behind the portal’s back."),
            remedy=_("Accept what was found on the site’s checks page, or undo it there."),
        )
    if met := frozen_times.forbid_begin(job, at):
        raise UnderFreeze(
            Told(
                gettext_noop("A freeze forbids this upgrade: %(titles)s."),
                {"titles": ", ".join(one.title for one in met)},
            ),
            remedy=_("Move its windows, or have the freeze overridden with a reason."),
        )
    following.begin(job, by=by, at=at)
    return job


def start_if_due(job: UpgradeJob, at: datetime) -> None:
    """What the runner does with a scheduled job whose time has come, or has passed."""
    first = job.bookings.filter(state=Booking.State.BOOKED).order_by("slot").first()
    if first is None or at < first.starts_at - job.preparation or enrolled.stands_still(job):
        return
    if at > bookings.last_safe_start(first):
        bookings.miss(first, at=at)
        job.miss()
        job.save()
        audit.record(JobEvent.MISSED, job, job=job, at=at, data={"window": first.window})
        notices.window_missed(job, None, at=at)
    elif not drift.open_at(job.site_id) and not frozen_times.forbid_begin(job, at):
        start(job, by=None, at=at)


def _void(job: UpgradeJob) -> Sentence | None:
    """Why an approved job may not start as approved: a withdrawn package, no contract that day."""
    if why := planning.still_holds(job):
        return why.sentence
    first = job.bookings.filter(state=Booking.State.BOOKED).order_by("slot").first()
    if (
        job.is_upgrade
        and job.target.is_major
        and first
        and not customers.has_contract(times.in_zone(first.starts_at, job.site.zone).date())
    ):
        return Sentence(
            gettext_noop("The maintenance contract does not cover the date of the upgrade.")
        )
    return None


def pause(job: UpgradeJob, *, by: Any, at: datetime) -> UpgradeJob:
    """Rest at the next safe point: no step in flight, no window half done, the site serving."""
    if following.is_safe_point(job):
        job.pause()
        event = JobEvent.PAUSED
    else:
        _demand_running(job)
        job.pause_asked_at = at
        event = JobEvent.PAUSE_ASKED
    job.save()
    audit.record(event, job, by=by, job=job, at=at)
    return job


def resume(job: UpgradeJob, *, by: Any, at: datetime) -> UpgradeJob:
    """Go on. Never under a base hold: two people release that first, with the vendor's ticket."""
    if BaseHold.objects.filter(appliance__site_id=job.site_id, released_at=None).exists():
        raise UnderBaseHold(
            _("A base problem is open at this site: the job cannot go on."),
            remedy=_("Two people release the hold with the vendor's ticket number, then resume."),
        )
    enrolled.demand_running(job)
    job.resume()
    job.save()
    audit.record(JobEvent.RESUMED, job, by=by, job=job, at=at)
    following.go_on(job, after=None, at=at)
    enqueue("upgrades.ring")
    return job


def halt(job: UpgradeJob, *, by: Any, reason: str, at: datetime) -> UpgradeJob:
    """Stop now: nothing more is begun or asked; what runs at an appliance is watched to its end."""
    if not reason.strip():
        raise Refused(
            _("Write why the job is halted."), fields={"reason": _("A reason is needed.")}
        )
    return halting.halt(job, by=by, reason=reason.strip()[:400], at=at)


def abandon(job: UpgradeJob, *, by: Any, reason: str, at: datetime) -> UpgradeJob:
    """Give the job up half-way. It names what it leaves behind, so that it can be repaired."""
    if not reason.strip():
        raise Refused(
            _("Write why the job is given up."), fields={"reason": _("A reason is needed.")}
        )
    job.abandon(reason=reason.strip()[:400], left=leftovers.of(job), at=at)
    job.save()
    _cancel_rest(job, by=by, at=at)
    if leftovers.FROZEN not in job.left_behind:  # else its banner stays until a repair lifts it
        freezes.end_all(job, at=at)
    bookings.release(job, by=by, at=at)
    returns.let_go(job, at=at)
    enrolled.failed(job, by=by, at=at)
    audit.record(JobEvent.ABANDONED, job, by=by, job=job, at=at, data={"left": job.left_behind})
    notices.halted(job, at=at)
    return job


def end_early(job: UpgradeJob, *, by: Any, at: datetime) -> UpgradeJob:
    """Hops not begun are given up, the current one is finished: DONE below target."""
    job.end_early()
    current = max(
        (s.hop for s in job.steps.all() if s.began_at or s.state not in (S.PLANNED, S.READY)),
        default=0,
    )
    last = job.steps.order_by("-hop").values_list("hop", flat=True).first() or 0
    finish = _closing_phases(job)
    for step in job.steps.filter(hop__gt=max(current, 1), state__in=[S.PLANNED, S.READY]):
        if step.hop < last or step.phase not in finish:
            step.cancel(at=at)
            step.save()
    for booking in job.bookings.filter(state=Booking.State.BOOKED):
        if not job.steps.filter(window=booking.window).exclude(state__in=OVER).exists():
            booking.cancel()
            booking.save()
    capacity.follow(job)
    job.save()
    audit.record(JobEvent.ENDED_EARLY, job, by=by, job=job, at=at, data={"hop": current})
    following.go_on(job, after=None, at=at)
    return job


def _closing_phases(job: UpgradeJob) -> set[str]:
    """The phases after the last hop: they restore the site's shape whatever was given up."""
    last = job.steps.filter(window__gt=0).order_by("-seq").first()
    closing = job.steps.filter(seq__gt=last.seq) if last else job.steps.none()
    return set(closing.values_list("phase", flat=True))


def _cancel_rest(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    for step in job.steps.filter(state__in=[S.PLANNED, S.READY, S.WAITING, S.ASKING, S.HELD]):
        step.cancel(at=at)
        step.save()
        audit.record(StepEvent.CANCELLED, step, by=by, job=job, at=at, data={"seq": step.seq})


def _demand_running(job: UpgradeJob) -> None:
    if job.state != J.RUNNING:
        raise Refused(_("Only a running job can be paused."))
