"""What people do to steps: confirm with evidence, report a problem, retry, accept."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _, gettext_noop

from appliances import actions as do
from appliances.services.versions import same
from portal.background import enqueue
from portal.errors import Refused
from upgrades.events import StepEvent
from upgrades.models import JobStep
from upgrades.services import (
    afterwards,
    evidence as proofs,
    following,
    halting,
    handing,
    judging,
    notices,
    proving,
    stepping,
    waited,
)
from upgrades.services.afterwards import Written

# A person's word starts a look; the appliance's own answer ends the step.
TOLD_BY_APPLIANCE = frozenset({
    do.Probe.PRODUCT, do.Probe.ACCEPTING, do.Probe.NO_ROLES, do.Probe.ROLES, do.Probe.LAST_SYNC,
    do.Probe.SHARED_IP,
})  # fmt: skip


class WrongVersion(Refused):
    code = "wrong-version"


class OneWay(Refused):
    code = "one-way"


def confirm(
    step: JobStep,
    *,
    values: dict[str, Any],
    files: dict[str, Any] | None = None,
    by: Any,
    at: datetime,
    written: Written | None = None,
) -> JobStep:
    """A person says it is done, with what proves it. Where the appliance can tell, it is asked.
    `written`: it stood on paper first; the step is over since it happened, and is marked as typed
    in later. `at` is always now: nothing is said to have been told before it was.

    Raises the refusals of evidence.read(); WrongVersion for a base version that is not the
    package's; HeldBySomebody while somebody else is at it; WaitNotOver for a day of waiting that
    was none (G-PREP-6); NotThen for a time on paper that cannot be. Confirmed twice is refused as
    not now.
    """
    stepping.runs(step)
    stepping.is_a_persons(step)
    if written:
        afterwards.demand(written, step, at)
    stepping.seize(step)
    handing.demand_free(step, by)
    waited.demand(step, written.happened_at if written else at)
    action = do.find(step.action)
    evidence = proofs.read(step, action, values, files or {}, by=by, at=at)
    if _wants_support(evidence):
        return report(step, by=by, reason=gettext_noop("The list differs from the plan."), at=at)
    _check_base(step, action, evidence)
    evidence = judging.judge(step, evidence)
    evidence |= _as_written(step, written, at) if written else {}
    step.verify()
    step.confirmed_by = by
    step.evidence = {**step.evidence, **evidence}
    if action.effect != do.HUMAN and action.probe in TOLD_BY_APPLIANCE and _can_see(step):
        return _looked_at(step, by=by, at=at)
    step.prove(at=written.happened_at if written else at)
    step.save()
    return _over(StepEvent.DONE, step, evidence, by=by, at=at)


def _as_written(step: JobStep, written: Written, at: datetime) -> dict[str, Any]:
    over_at = written.happened_at
    step.began_at = written.began_at or min(step.began_at or over_at, over_at)
    return written.told(typed_at=at)


def _looked_at(step: JobStep, *, by: Any, at: datetime) -> JobStep:
    """Their word starts a look; the appliance's answer ends the step."""
    step.next_at = at
    step.observed = {**step.observed, "confirmed_at": at.isoformat()}
    step.save()
    stepping.note(StepEvent.CONFIRMED, step, by, at)
    enqueue("upgrades.ring")
    return step


def report(step: JobStep, *, by: Any, reason: str, at: datetime) -> JobStep:
    """It does not work: the step is held; a problem in a base update halts the job (G-PREP-12)."""
    reason = stepping.reason_given(reason)
    stepping.seize(step)
    step.hold(reason=reason)
    step.save()
    stepping.note(StepEvent.HELD, step, by, at, reason=reason)
    if step.halts:
        halting.base_problem(step.job, step, reason=reason, by=by, at=at)
    else:
        notices.step_held(step.job, step, at=at)
    return step


def retry(step: JobStep, *, by: Any, at: datetime) -> JobStep:
    """Try again: never a one-way step, never under a base hold."""
    stepping.runs(step)
    if step.effect == do.ONE_WAY:
        raise OneWay(_("This step is done once or never: it cannot be tried again."))
    stepping.no_hold(step)
    stepping.seize(step)
    step.retry(at=at)
    step.began_at = step.deadline_at = None
    step.observed = {}
    step.save()
    stepping.note(StepEvent.RETRIED, step, by, at)
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
    """It is done although the portal could not see it: with evidence, on a person's word. Raises
    WaitNotOver as `confirm`."""
    stepping.runs(step)
    stepping.no_hold(step)
    stepping.seize(step)
    waited.demand(step, at)
    action = do.find(step.action)
    evidence = proofs.read(step, action, values, files or {}, by=by, at=at)
    _check_base(step, action, evidence)
    evidence = judging.judge(step, evidence)
    step.accept(by=by, at=at)
    step.evidence = {**step.evidence, **evidence}
    step.save()
    return _over(StepEvent.ACCEPTED, step, evidence, by=by, at=at)


def _over(
    event: StepEvent, step: JobStep, evidence: dict[str, Any], *, by: Any, at: datetime
) -> JobStep:
    """It is told now; what it proves counts since the step ended."""
    stepping.note(event, step, by, at, evidence=evidence)
    proving.keep(step, step.appliance, evidence, carried=None, at=step.ended_at or at)
    following.go_on(step.job, after=step, at=at)
    return step


def _can_see(step: JobStep) -> bool:
    return step.appliance is not None and step.appliance.can_be_asked


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
                "If the page shows another version, report a problem. Do not restart the appliance."
            ),
            fields={"base_version": sentence},
        )
