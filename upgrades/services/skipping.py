"""Going on without a step, or giving a wait more time: with a reason, guards by two people."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from appliances import actions as do
from portal.errors import Refused
from upgrades.events import StepEvent
from upgrades.models import JobStep
from upgrades.services import following, stepping

S = JobStep.State
GUARDS = frozenset({do.CHECK_READINESS.name, do.BACK_UP.name, do.EXPORT_CERTIFICATES.name,
                    do.DWELL.name, do.VERIFY.name, do.VERIFY_BY_HOSTS_FILE.name,
                    do.SYNC_NOW.name, do.CHECK_BUILDS.name, do.AWAIT_SYNC.name,
                    do.CHECK_PRODUCTION.name, do.CHECK_FLAGS.name, do.CONFIRM_RELEASE.name,
                    do.CONFIRM_PRODUCTION.name})  # fmt: skip


class NeedsTwo(Refused):
    """A guard is skipped by two people: one asks with a reason, another one agrees."""

    code = "needs-two-people"


def skip(step: JobStep, *, by: Any, reason: str, at: datetime) -> JobStep:
    """Go on without it, with a reason. A guard needs a second person: the first call asks, the
    second one, by somebody else, agrees."""
    stepping.runs(step)
    stepping.no_hold(step)
    stepping.seize(step)
    asked = step.observed.get("skip_asked")
    if step.action in GUARDS and (asked is None or asked["by"] == str(by.pk)):
        if asked is not None:
            raise NeedsTwo(
                _("You asked for this yourself: a second person must agree."),
                remedy=_("Ask a colleague who may skip steps."),
            )
        return _ask_to_skip(step, by=by, reason=stepping.reason_given(reason), at=at)
    reason = asked["reason"] if asked else stepping.reason_given(reason)
    if step.state in (S.WAITING, S.ASKING, S.WATCHING):
        step.hold(reason=reason)
    step.skip(by=by, at=at, reason=reason)
    step.second_by = by if asked else None
    step.save()
    stepping.note(
        StepEvent.SKIPPED, step, by, at, reason=reason, asked_by=(asked or {}).get("name", "")
    )
    following.go_on(step.job, after=step, at=at)
    return step


def _ask_to_skip(step: JobStep, *, by: Any, reason: str, at: datetime) -> JobStep:
    told = {"by": str(by.pk), "name": str(by), "reason": reason, "at": at.isoformat()}
    step.observed = {**step.observed, "skip_asked": told}
    step.save()
    stepping.note(StepEvent.WAIVED, step, by, at, reason=reason, second="asked")
    return step


def extend(step: JobStep, *, hours: int, by: Any, at: datetime) -> JobStep:
    """Give the clients more time: the dwell ends later (G-CLIENT-6)."""
    if step.action != do.DWELL.name or step.state not in (S.WAITING, S.READY):
        raise Refused(_("Only a wait that is going on can be extended."))
    if not 1 <= hours <= 24 * 14:
        raise Refused(_("Extend by 1 to 336 hours."), fields={"hours": _("1 to 336")})
    stepping.seize(step)
    until = (step.waits_until or at) + timedelta(hours=hours)
    step.next_at = until
    step.observed = {**step.observed, "extended_until": until.isoformat()}
    step.save()
    stepping.note(StepEvent.EXTENDED, step, by, at, until=until)
    return step
