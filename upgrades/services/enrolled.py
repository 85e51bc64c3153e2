"""An enrolment follows its job: called by the services that move the job, in their transaction."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop

from portal import audit
from portal.errors import Refused
from upgrades.events import EnrolmentEvent
from upgrades.models import DecisionLink, Enrolment, Rollout, UpgradeJob
from upgrades.planning.catalogue import version
from upgrades.planning.vocabulary import Sentence
from upgrades.services.sentences import Told

E, R = Enrolment.State, Rollout.State
DAY = timedelta(days=1)
ANSWER_DAYS = 14  # without a promise of the customer's
TAKEN_BACK = Sentence(gettext_noop("Support took the proposal back."))
BELOW = Sentence(gettext_noop("The upgrade ended below the release of the rollout."))


class LineStopped(Refused):
    """The vendor stopped the rollout, or pauses it: nothing is booked or begun meanwhile."""

    code = "rollout-stopped"


def last_day(enrolment: Enrolment) -> Any:
    """The last possible day: of its own, else of the rollout's and what stopped days add."""
    rollout = enrolment.rollout
    return enrolment.last_possible_on or rollout.ends_on + rollout.stopped_days * DAY


def demand_open(job: UpgradeJob) -> None:
    """Before a job's windows are booked. Raises LineStopped while its rollout is not open."""
    _demand(job, (R.PAUSED, R.STOPPED))


def demand_running(job: UpgradeJob) -> None:
    """Before a job begins or goes on. Raises LineStopped while the line of its rollout stands."""
    _demand(job, (R.STOPPED,))


def stands_still(job: UpgradeJob) -> bool:
    """Whether the line of its rollout is stopped: it does not begin by itself."""
    return _of(job).filter(rollout__state=R.STOPPED).exists()


def booked(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    """It was approved: its nights are booked."""
    for enrolment in _of(job, E.ALERTED):
        enrolment.book(at=at)
        keep(EnrolmentEvent.BOOKED, enrolment, by=by, at=at)


def asked_again(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    """A window was moved beyond what was approved: it is to be answered again."""
    for enrolment in _of(job, E.BOOKED):
        enrolment.unbook(answer_by=at + ANSWER_DAYS * DAY)
        enrolment.rung, enrolment.rung_at = "", at + DAY  # the ladder of silence begins anew
        keep(EnrolmentEvent.UNBOOKED, enrolment, by=by, at=at)


def moved(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    for enrolment in _of(job, E.BOOKED):
        enrolment.move()
        keep(EnrolmentEvent.MOVED, enrolment, by=by, at=at)


def begun(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    for enrolment in _of(job, E.BOOKED):
        enrolment.begin()
        keep(EnrolmentEvent.BEGUN, enrolment, by=by, at=at)


def ended(job: UpgradeJob, *, at: datetime) -> None:
    """Done: the release is reached, or the job was ended early below it."""
    for enrolment in _of(job, E.UPGRADING):
        if _reached(job):
            enrolment.complete()
            keep(EnrolmentEvent.COMPLETED, enrolment, by=None, at=at)
        else:
            enrolment.fail(reason=BELOW)
            keep(EnrolmentEvent.FAILED, enrolment, by=None, at=at)


def failed(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    """The job was given up half-way."""
    for enrolment in _of(job, E.UPGRADING):
        enrolment.fail(reason=job.kept_reason)
        keep(EnrolmentEvent.FAILED, enrolment, by=by, at=at)


def given_up(job: UpgradeJob, *, reason: str | Sentence, by: Any, at: datetime) -> None:
    """Rejected or cancelled before it began: the offer is declined."""
    for enrolment in _of(job, E.ALERTED, E.BOOKED):
        enrolment.decline(reason=reason, at=at)
        keep(EnrolmentEvent.DECLINED, enrolment, by=by, at=at)


def void(
    job: UpgradeJob, *, code: str, reason: str | Sentence, by: Any, at: datetime
) -> None:  # fmt: skip
    """The offer holds no more, and nobody of the customer said so: it is left out."""
    for enrolment in _of(job, E.ALERTED, E.BOOKED):
        enrolment.exclude(code=code, reason=reason)
        keep(EnrolmentEvent.EXCLUDED, enrolment, by=by, at=at)


def _of(job: UpgradeJob, *states: E) -> Any:
    rows = Enrolment.objects.filter(job=job)
    return rows.filter(state__in=states) if states else rows


def _demand(job: UpgradeJob, states: Iterable[R]) -> None:
    rows = _of(job).filter(rollout__state__in=list(states)).select_related("rollout")
    for enrolment in rows:
        raise LineStopped(
            Told(
                gettext_noop(
                    "The vendor has stopped %(rollout)s for now: nothing is booked or begun."
                ),
                {"rollout": enrolment.rollout.name},
            ),
            remedy=_("You are told when it goes on; your place is kept."),
        )


def _reached(job: UpgradeJob) -> bool:
    """Every appliance of the site carries the target, or more."""
    products = job.site.appliances.values_list("product_version", flat=True)
    goal = version(job.target.version)
    return all(product and version(product) >= goal for product in products)


def end_links(enrolment: Enrolment, *, at: datetime) -> None:
    """Nothing is left to decide by the links of its alerts."""
    for link in DecisionLink.objects.filter(enrolment=enrolment, ended_at=None):
        link.end(DecisionLink.Answer.ELSEWHERE, at=at)
        link.save()


def keep(event: str, enrolment: Enrolment, *, by: Any, at: datetime) -> None:
    """Save it, and note the fact. What is no longer to be answered has no living link."""
    enrolment.save()
    if enrolment.state != E.ALERTED:
        end_links(enrolment, at=at)
    audit.record(event, enrolment, by=by, at=at, job=enrolment.job_id, data={
        "rollout": str(enrolment.rollout_id), "reason": enrolment.reason,
    })  # fmt: skip
