"""What people do to steps: take, confirm with evidence, report a problem, retry, accept, skip."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext, gettext_lazy as _

from appliances import actions as do
from appliances.models import Appliance, BaseHold
from appliances.services.versions import same
from portal import audit
from portal.background import enqueue
from portal.errors import Refused
from upgrades.events import StepEvent
from upgrades.models import JobStep, UpgradeJob
from upgrades.services import evidence as proofs, following, halting, notices, proving

S, J = JobStep.State, UpgradeJob.State
GUARDS = frozenset({do.CHECK_READINESS.name, do.BACK_UP.name, do.EXPORT_CERTIFICATES.name,
                    do.DWELL.name, do.VERIFY.name})  # fmt: skip


class HeldBySomebody(Refused):
    code = "held-by-somebody"


class WrongVersion(Refused):
    code = "wrong-version"


class NeedsTwo(Refused):
    """A guard is skipped by two people: one asks with a reason, another one agrees."""

    code = "needs-two-people"


class OneWay(Refused):
    code = "one-way"


class JobRests(Refused):
    code = "job-not-running"


def take(step: JobStep, *, by: Any, at: datetime) -> JobStep:
    """I am at it: others see who. Taken from somebody else only by a handover."""
    if step.holder_id not in (None, by.pk):
        raise HeldBySomebody(
            _("%(name)s is at this step.") % {"name": step.holder},
            remedy=_("Ask them to hand it over or to give it back."),
        )
    step.take(by=by)
    step.save()
    _note(StepEvent.TAKEN, step, by, at)
    return step


def give_back(step: JobStep, *, by: Any, at: datetime) -> JobStep:
    """Nobody is at it any more."""
    step.give_back()
    step.save()
    _note(StepEvent.GIVEN_BACK, step, by, at)
    return step


def confirm(
    step: JobStep,
    *,
    values: dict[str, Any],
    files: dict[str, Any] | None = None,
    by: Any,
    at: datetime,
) -> JobStep:
    """A person says it is done, with what proves it. Where the appliance can tell, it is asked.

    Raises the refusals of evidence.read(); WrongVersion for a base version that is not the
    package's; HeldBySomebody while somebody else is at it. Confirmed twice is refused as not now.
    """
    _runs(step)
    if step.holder_id not in (None, by.pk):
        raise HeldBySomebody(_("%(name)s is at this step.") % {"name": step.holder})
    action = do.find(step.action)
    evidence = proofs.read(step, action, values, files or {}, by=by, at=at)
    if _wants_support(evidence):
        return report(step, by=by, reason=gettext("The list differs from the plan."), at=at)
    _check_base(step, action, evidence)
    step.verify()
    step.confirmed_by = by
    step.evidence = {**step.evidence, **evidence}
    if action.effect == do.OBSERVED and action.probe == do.Probe.PRODUCT and _can_see(step):
        step.next_at = at  # their word starts a look; the appliance's answer ends the step
        step.observed = {**step.observed, "confirmed_at": at.isoformat()}
        step.save()
        _note(StepEvent.CONFIRMED, step, by, at)
        enqueue("upgrades.ring")
        return step
    step.prove(at=at)
    step.save()
    _note(StepEvent.DONE, step, by, at, evidence=evidence)
    proving.keep(step, step.appliance, evidence, carried=None, at=at)
    following.go_on(step.job, after=step, at=at)
    return step


def report(step: JobStep, *, by: Any, reason: str, at: datetime) -> JobStep:
    """It does not work: the step is held; a problem in a base update halts the job (G-PREP-12)."""
    reason = _reason(reason)
    step.hold(reason=reason)
    step.save()
    _note(StepEvent.HELD, step, by, at, reason=reason)
    if step.halts:
        halting.base_problem(step.job, step, reason=reason, by=by, at=at)
    else:
        notices.step_held(step.job, step, at=at)
    return step


def retry(step: JobStep, *, by: Any, at: datetime) -> JobStep:
    """Try again: never a one-way step, never under a base hold."""
    _runs(step)
    if step.effect == do.ONE_WAY:
        raise OneWay(_("This step is done once or never: it cannot be tried again."))
    _no_hold(step)
    step.retry(at=at)
    step.began_at = step.deadline_at = None
    step.observed = {}
    step.save()
    _note(StepEvent.RETRIED, step, by, at)
    enqueue("upgrades.ring")
    return step


def accept(
    step: JobStep,
    *,
    values: dict[str, Any],
    files: dict[str, Any] | None = None,
    by: Any,
    at: datetime,
) -> JobStep:
    """It is done although the portal could not see it: with evidence, on a person's word."""
    _runs(step)
    _no_hold(step)
    action = do.find(step.action)
    evidence = proofs.read(step, action, values, files or {}, by=by, at=at)
    _check_base(step, action, evidence)
    step.accept(by=by, at=at)
    step.evidence = {**step.evidence, **evidence}
    step.save()
    _note(StepEvent.ACCEPTED, step, by, at, evidence=evidence)
    proving.keep(step, step.appliance, evidence, carried=None, at=at)
    following.go_on(step.job, after=step, at=at)
    return step


def skip(step: JobStep, *, by: Any, reason: str, at: datetime) -> JobStep:
    """Go on without it, with a reason. A guard needs a second person: the first call asks, the
    second one, by somebody else, agrees."""
    _runs(step)
    _no_hold(step)
    asked = step.observed.get("skip_asked")
    if step.action in GUARDS and (asked is None or asked["by"] == str(by.pk)):
        if asked is not None:
            raise NeedsTwo(
                _("You asked for this yourself: a second person must agree."),
                remedy=_("Ask a colleague who may skip steps."),
            )
        return _ask_to_skip(step, by=by, reason=_reason(reason), at=at)
    reason = asked["reason"] if asked else _reason(reason)
    if step.state in (S.WAITING, S.ASKING, S.WATCHING):
        step.hold(reason=reason)
    step.skip(by=by, at=at, reason=reason)
    step.second_by = by if asked else None
    step.save()
    _note(StepEvent.SKIPPED, step, by, at, reason=reason, asked_by=(asked or {}).get("name", ""))
    following.go_on(step.job, after=step, at=at)
    return step


def _ask_to_skip(step: JobStep, *, by: Any, reason: str, at: datetime) -> JobStep:
    told = {"by": str(by.pk), "name": str(by), "reason": reason, "at": at.isoformat()}
    step.observed = {**step.observed, "skip_asked": told}
    step.save()
    _note(StepEvent.WAIVED, step, by, at, reason=reason, second="asked")
    return step


def extend(step: JobStep, *, hours: int, by: Any, at: datetime) -> JobStep:
    """Give the clients more time: the dwell ends later (G-CLIENT-6)."""
    if step.action != do.DWELL.name or step.state not in (S.WAITING, S.READY):
        raise Refused(_("Only a wait that is going on can be extended."))
    if not 1 <= hours <= 24 * 14:
        raise Refused(_("Extend by 1 to 336 hours."), fields={"hours": _("1 to 336")})
    until = (step.next_at or at) + timedelta(hours=hours)
    step.next_at = until
    step.observed = {**step.observed, "extended_until": until.isoformat()}
    step.save()
    _note(StepEvent.EXTENDED, step, by, at, until=until)
    return step


def _can_see(step: JobStep) -> bool:
    return step.appliance is not None and step.appliance.dialect != Appliance.Dialect.NO_API


def _wants_support(evidence: dict[str, Any]) -> bool:
    return evidence.get("list_is_planned") == "differs"


def _check_base(step: JobStep, action: do.Action, evidence: dict[str, Any]) -> None:
    """The base version is in no API: what the page shows must be what was to be installed."""
    typed = evidence.get("base_version", "")
    if action.probe != do.Probe.BASE_TYPED or step.package is None or not typed:
        return
    if not same(typed, step.package.version):
        sentence = _("You typed %(typed)s, but this step installs %(wanted)s.") % {
            "typed": typed, "wanted": step.package.version,
        }  # fmt: skip
        raise WrongVersion(
            sentence,
            remedy=_(
                "If the page shows another version after the update, report a problem. Do not restart the appliance."
            ),
            fields={"base_version": sentence},
        )


def _runs(step: JobStep) -> None:
    if step.job.state != J.RUNNING:
        raise JobRests(
            _("The job is not running: nothing is confirmed or tried meanwhile."),
            remedy=_("Resume the job first."),
        )


def _no_hold(step: JobStep) -> None:
    if BaseHold.objects.filter(appliance__site_id=step.job.site_id, released_at=None).exists():
        raise JobRests(
            _("A base problem is open at this site."),
            remedy=_("Two people release it with the vendor's ticket."),
        )


def _reason(text: str) -> str:
    if not text.strip():
        raise Refused(_("Write a reason."), fields={"reason": _("A reason is needed.")})
    return text.strip()[:400]


def _note(event: StepEvent, step: JobStep, by: Any, at: datetime, **data: Any) -> None:
    audit.record(event, step, by=by, job=step.job_id, at=at, data={
        "seq": step.seq, "action": step.action, **data,
    })  # fmt: skip
