"""What people decide about a site's place in a rollout. In the customer's transaction; each door
moves the enrolment, and its job with it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from portal import permissions
from portal.errors import NotNow, Refused
from portal.queries import foremost
from upgrades.events import EnrolmentEvent
from upgrades.models import Enrolment, Rollout, UpgradeJob
from upgrades.models.job import BEFORE_RUNNING
from upgrades.planning.vocabulary import Sentence
from upgrades.services import alerts, enrolled, jobs, pathmoves
from upgrades.services.jobnotes import reason_given

E, J, R = Enrolment.State, UpgradeJob.State, Rollout.State
OPEN = (R.OPEN, R.PAUSED, R.STOPPED)
SHOWN = (*OPEN, R.CLOSED)  # a customer sees nothing of a draft


class RolloutOver(NotNow):
    """The rollout is not open: nothing of it is decided any more."""

    code = "rollout-not-open"


def to_tell(site_ids: Any, most: int) -> list[Enrolment]:
    """The first of those that have something to tell now, to be acted on first; each with how many
    there are (`in_all`)."""
    rows = rows_of(site_ids).filter(state__in=(E.ALERTED, E.BOOKED, E.FAILED))
    first = Case(When(state=E.ALERTED, then=Value(0)), default=Value(1))
    return list(foremost(rows.defer("job__plan"), first, "site__name", "pk", most=most))


def answer_by(job: UpgradeJob) -> datetime | None:
    """Until when the offer that this job is has to be answered; None: it is none, or was."""
    if job.state != UpgradeJob.State.PROPOSED:
        return None
    offers = Enrolment.objects.filter(job=job, state=E.ALERTED)
    return offers.values_list("answer_by", flat=True).first()


def rows_of(site_ids: Any = None) -> QuerySet[Enrolment]:
    """A customer's places in the rollouts that are open; None: at every site."""
    rows = Enrolment.objects.filter(rollout__state__in=OPEN)
    if site_ids is not None:
        rows = rows.filter(site__in=list(site_ids))
    return rows.select_related("rollout__release", "site", "job").order_by("enrolled_at")


def shown(rows: Iterable[Enrolment]) -> list[Enrolment]:
    """One place a site, those to be acted on first."""
    found = {each.site_id: each for each in rows}
    return sorted(found.values(), key=lambda each: (each.state != E.ALERTED, each.site.name))


def decline(enrolment: Enrolment, *, reason: str, by: Any, at: datetime) -> Enrolment:
    """Not this release, or not now: the nights are given back. May be reopened."""
    reason = reason_given(reason)
    _demand_open(enrolment)
    enrolment.decline(reason=reason, at=at)
    _keep(EnrolmentEvent.DECLINED, enrolment, by=by, at=at)
    _give_up_job(enrolment, reason=reason, by=by, at=at)
    return enrolment


def reopen(enrolment: Enrolment, *, by: Any, at: datetime) -> Enrolment:
    """After a decline or a lapse: nights are offered anew, by an alert."""
    _demand_going(enrolment)
    alerts.reopen(enrolment, at=at)
    return _keep(EnrolmentEvent.REOPENED, enrolment, by=by, at=at)


def exclude(
    enrolment: Enrolment, *, reason: str | Sentence, by: Any, at: datetime, code: str = "by-hand"
) -> Enrolment:
    """Leave a site out, with a reason: one that failed too, never one that is upgrading. What its
    job left is still to be repaired: taken in again, that leaves it out anew."""
    said = reason if isinstance(reason, Sentence) else reason_given(reason)
    enrolment.exclude(code=code, reason=said)
    _keep(EnrolmentEvent.EXCLUDED, enrolment, by=by, at=at)
    _give_up_job(enrolment, reason=str(said), by=by, at=at)
    return enrolment


def include(enrolment: Enrolment, *, by: Any, at: datetime) -> Enrolment:
    """Take a site in again that was left out; what still stands against it leaves it out anew."""
    _demand_open(enrolment)
    enrolment.include()
    enrolment.look_at = None
    return _keep(EnrolmentEvent.INCLUDED, enrolment, by=by, at=at)


def retry(enrolment: Enrolment, *, by: Any, at: datetime) -> Enrolment:
    """After a failure: it is offered again, by a new job."""
    _demand_open(enrolment)
    enrolment.retry()
    enrolment.job, enrolment.look_at = None, None
    return _keep(EnrolmentEvent.RETRIED, enrolment, by=by, at=at)


def take(
    enrolment: Enrolment, start: datetime, *, by: Any, at: datetime, digest: str = "",
    word: bool = False,
) -> Enrolment:  # fmt: skip
    """The whole path begins then. By whoever may approve it, this is the approval; `digest` is of
    the plan that was seen. Raises what refuses the time, and then nothing has changed."""
    _demand_going(enrolment)
    job = _job(enrolment)
    if digest and digest != job.plan.get("digest"):
        raise jobs.OutsideApproval(
            _("The plan has changed since you opened this page."),
            remedy=_("Read the plan as it is now, then answer."),
        )
    if start != _begins(job):
        pathmoves.move(job, start, by=by, at=at)
        job = _job(enrolment)
    if job.state == J.PROPOSED and by.pk != job.requested_by_id and _may_approve(job, by):
        jobs.approve(job, by=by, at=at, digest=job.plan["digest"], word=word)
    enrolment.refresh_from_db()
    return enrolment


def _may_approve(job: UpgradeJob, by: Any) -> bool:
    return permissions.may(by, "job.approve", site_id=job.site_id)


def _begins(job: UpgradeJob) -> datetime | None:
    first = job.bookings.filter(state__in=["HELD", "BOOKED"]).order_by("slot").first()
    return first.starts_at if first else None


def _job(enrolment: Enrolment) -> UpgradeJob:
    if enrolment.job_id is None:
        raise Refused(_("Nothing is offered to this site yet."))
    return UpgradeJob.objects.with_site().get(pk=enrolment.job_id)


def _give_up_job(enrolment: Enrolment, *, reason: str | Sentence, by: Any, at: datetime) -> None:
    if enrolment.job_id is None:
        return
    job = UpgradeJob.objects.with_site().get(pk=enrolment.job_id)
    if job.state in BEFORE_RUNNING:
        jobs.cancel(job, by=by, reason=reason, at=at)


def _demand_open(enrolment: Enrolment) -> None:
    if enrolment.rollout.state not in OPEN:
        raise RolloutOver(_("This rollout is not open."))


def _demand_going(enrolment: Enrolment) -> None:
    """Nights are given while it is open, not while it rests."""
    _demand_open(enrolment)
    if enrolment.rollout.state != R.OPEN:
        raise enrolled.LineStopped(
            _("The vendor has stopped %(rollout)s for now: nothing is booked or begun.")
            % {"rollout": enrolment.rollout.name},
            remedy=_("You are told when it goes on; your place is kept."),
        )


def _keep(event: str, enrolment: Enrolment, *, by: Any, at: datetime) -> Enrolment:
    enrolled.keep(event, enrolment, by=by, at=at)
    return enrolment
