"""What people do to jobs before they run: from draft to approval, or to the end of it."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _, gettext_noop

from appliances.models import Appliance, Package, Site
from portal import audit, times
from portal.errors import Refused
from portal.services import customers
from upgrades.events import JobEvent
from upgrades.models import JobStep, UpgradeJob
from upgrades.models.job import BEFORE_RUNNING, OutsideApproval
from upgrades.planning.vocabulary import Sentence
from upgrades.services import (
    agreeing,
    bookings,
    drafting,
    drawing,
    enrolled,
    following,
    notices,
    openings,
    planning,
    repairing,
    testing,
)  # fmt: skip
from upgrades.services.jobnotes import note, reason_of
from upgrades.services.sentences import Told

__all__ = [
    "NOTICE", "Closed", "NoContract", "OneAtATime", "approve", "cancel",
    "contract_until", "draft", "lapse", "note", "reject", "revise", "submit", "withdraw",
]  # fmt: skip
J = UpgradeJob.State
NOTICE = timedelta(hours=1)  # the least time between a request and its first window
UNAPPROVED = Sentence(gettext_noop("Nobody approved it before its first window had to begin."))


class OneAtATime(Refused):
    code = "one-job-a-site"


class NoContract(Refused):
    code = "no-contract"


class Closed(Refused):
    code = "site-closed"


def draft(
    site: Site, target: Package, *, procedure: str, method: str, by: Any, at: datetime,
    offline: planning.Offline = None, replacement: Appliance | None = None,
    repairs: UpgradeJob | None = None,
) -> UpgradeJob:  # fmt: skip
    """Write down that a site shall be taken to a target. The plan is drawn and kept for reading.

    `offline`: ids of the traffic nodes that go off line first; None: as the portal proposes.
    `replacement`: the waiting appliance that shall take a place; `repairs`: the abandoned job whose
    remains are put right. Raises CannotBePlanned, OneAtATime, Closed, repairing.LeftBehind.
    """
    _site_is_free(site)
    if repairs is None:
        repairing.refuse_if_left(site, replacing=replacement is not None)
    offline = None if offline is None else sorted(map(str, offline))
    drawn = drawing.draw(
        site, target, procedure=procedure, method=method, offline=offline,
        replacement=replacement, repairs=repairs,
    )  # fmt: skip
    number = _next_number()
    _site_is_free(site)  # nobody else drafted meanwhile: only one numbers at a time
    job = UpgradeJob(
        customer_id=site.customer_id, number=number, site=site, procedure=procedure,
        method=method, target=target, requested_by=by, made_at=at, offline_ids=offline,
        replacement=replacement, repairs=repairs,
    )  # fmt: skip
    drafting.take_over(job, drawn)
    job.save(force_insert=True)
    audit.record(JobEvent.DRAFTED, job, by=by, job=job, at=at, data={"target": target.name})
    return job


def submit(
    job: UpgradeJob, *, by: Any, at: datetime, earliest: datetime | None = None,
    days: openings.Days | None = None, override: str = "", quiet: bool = False,
) -> UpgradeJob:  # fmt: skip
    """Copy the plan's steps into the job, hold its windows, and ask for approval.

    The windows are the first that hold each piece's worst case from `earliest` on, in the `days`
    of a rollout. With a reason (`override`, by whoever may) freezes and full hours do not count.
    A base-only job of a customer who pre-approves those is approved at once. `quiet`: tells nobody.
    """
    _site_is_free(job.site, but=job)
    if job.is_upgrade:
        testing.demand(job, at=at)
    if job.repairs_id is None:
        repairing.refuse_if_left(job.site, replacing=job.replacement_id is not None)
    drawn = drawing.anew(job)
    drafting.take_over(job, drawn)
    layout = bookings.lay_out(
        drawn.plan, job.site, earliest=max(earliest or at, at + NOTICE),
        contract_until=contract_until(job.site, job.target, at) if job.is_upgrade else None,
        security_fix=job.target.is_security_fix, job=job, target=job.target, by=by,
        at=at if job.is_upgrade else None, days=days,
        overriding=openings.overridden(override, by, job.site),
    )  # fmt: skip
    job.submit(by=by, at=at)
    job.plan = {**job.plan, "finish": layout.worst.isoformat(), "digest": drafting.digest(drawn)}
    starts = [row.start for row in layout.rows] or [layout.worst]
    job.not_before, job.not_after = drafting.bounds(starts, job.site.zone)
    job.save()
    drafting.write_steps(job, drawn)
    bookings.hold(job, layout, by=by, at=at, override=override)
    told = {"digest": job.plan["digest"]}
    audit.record(JobEvent.SUBMITTED, job, by=by, job=job, at=at, data=told)
    if job.customer.preapproves_base_only and job.target.kind == Package.Kind.BASE:
        return _scheduled(job, by=None, at=at)
    if not quiet:
        notices.proposed(job, at=at)
    return job


def approve(
    job: UpgradeJob, *, by: Any, at: datetime, digest: str = "", word: bool = False,
    way: str = "",
) -> UpgradeJob:  # fmt: skip
    """The second pair of eyes: the windows are booked, the runner will start it.

    `digest` is of the plan that the approver saw: if it has changed meanwhile, look again. `word`:
    the approver agrees that regions of a cluster are away, if they are. `way` is kept with it:
    "link", "agreed rule"."""
    enrolled.demand_open(job)
    job.plan = UpgradeJob.objects.select_for_update().values_list("plan", flat=True).get(pk=job.pk)
    if digest and digest != job.plan.get("digest"):
        raise OutsideApproval(
            _("The plan has changed since you opened this page."),
            remedy=_("Read the plan as it is now, then approve it."),
        )
    if why := planning.still_holds(job):
        raise OutsideApproval(why, remedy=_("Reject this plan and draw a new one."))
    agreeing.agree(job, word=word, by=by, at=at)
    return _scheduled(job, by=by, at=at, way=way)


def _scheduled(job: UpgradeJob, *, by: Any, at: datetime, way: str = "") -> UpgradeJob:
    job.approve(by=by, at=at)
    job.plan = {name: value for name, value in job.plan.items() if name != "moved"}
    job.save()
    if job.plan["windows"]:
        bookings.confirm(job, by=by, at=at)
    told = {"digest": job.plan["digest"]} | ({"word_for": job.plan["dark"]} if job.word_at else {})
    told |= {"way": way} if way else {}
    audit.record(JobEvent.APPROVED, job, by=by, job=job, at=at, data=told)
    enrolled.booked(job, by=by, at=at)
    notices.approved(job, at=at)
    if not job.plan["windows"]:  # nothing in it cuts users off: it begins at once
        following.begin(job, by=None, at=at)
    return job


def reject(job: UpgradeJob, *, by: Any, reason: str | Sentence, at: datetime) -> UpgradeJob:
    """Not like this: back to the requester, with the reason. The windows are free again."""
    job.reject(reason=reason_of(reason))
    _back_to_draft(job, by=by, at=at)
    audit.record(JobEvent.REJECTED, job, by=by, job=job, at=at, data={"reason": job.reason})
    enrolled.given_up(job, reason=job.kept_reason, by=by, at=at)
    notices.rejected(job, at=at)
    return job


def lapse(job: UpgradeJob, *, at: datetime) -> UpgradeJob:
    """Nobody approved it while its first window could still begin: back to the requester."""
    bookings.lapse(job, at=at)
    return reject(job, by=None, reason=UNAPPROVED, at=at)


def withdraw(job: UpgradeJob, *, by: Any, at: datetime) -> UpgradeJob:
    """The requester takes the proposal back."""
    job.withdraw()
    _back_to_draft(job, by=by, at=at)
    audit.record(JobEvent.WITHDRAWN, job, by=by, job=job, at=at)
    enrolled.void(job, code="withdrawn", reason=enrolled.TAKEN_BACK, by=by, at=at)
    return job


def revise(job: UpgradeJob, *, by: Any, reason: str | Sentence, at: datetime) -> UpgradeJob:
    """What was approved can no longer be done as approved: the approval is void."""
    job.revise(reason=reason)
    _back_to_draft(job, by=by, at=at)
    audit.record(JobEvent.REVISED, job, by=by, job=job, at=at, data={"reason": job.reason})
    enrolled.void(job, code="approval-void", reason=reason, by=by, at=at)
    notices.rejected(job, at=at)
    return job


def cancel(job: UpgradeJob, *, by: Any, reason: str | Sentence, at: datetime) -> UpgradeJob:
    """Give the job up before it began."""
    job.cancel(reason=reason_of(reason), at=at)
    job.save()
    for step in job.steps.filter(state=JobStep.State.PLANNED):
        step.cancel(at=at)
        step.save()
    bookings.release(job, by=by, at=at)
    audit.record(JobEvent.CANCELLED, job, by=by, job=job, at=at, data={"reason": job.reason})
    notices.cancelled(job, by=by, at=at)
    enrolled.given_up(job, reason=job.kept_reason, by=by, at=at)
    return job


def _next_number() -> int:
    """The customer's next; two at once get two, since the second waits until the first is kept."""
    customers.lock()
    return (UpgradeJob.objects.aggregate(last=Max("number"))["last"] or 0) + 1


def _back_to_draft(job: UpgradeJob, *, by: Any, at: datetime) -> None:
    job.save()
    bookings.release(job, by=by, at=at)
    job.steps.all().delete()


def _site_is_free(site: Site, but: UpgradeJob | None = None) -> None:
    if site.closed_at is not None:
        raise Closed(_("This site is closed."))
    others = site.jobs.filter(state__in=[*BEFORE_RUNNING, J.RUNNING, J.PAUSED, J.HALTED])
    other = others.exclude(pk=but.pk if but else None).first()
    if other is not None:
        raise OneAtATime(
            Told(gettext_noop("%(job)s is already under way at this site."), {"job": other.label}),
            remedy=_("Finish or cancel it first."),
        )


def contract_until(site: Site, target: Package, at: datetime) -> Any:
    """The last day under maintenance, where it is asked: for major releases (G-PREP-3)."""
    if not target.is_major:
        return None
    today = times.in_zone(at, site.zone).date()
    if not customers.has_contract(today) and not target.is_security_fix:
        raise NoContract(
            _("There is no maintenance contract today, and major releases need one."),
            remedy=_("Record the contract, or choose a release that only fixes security problems."),
        )
    return bookings.covered_until(today)
