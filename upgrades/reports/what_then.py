"""What people would do where a played upgrade stops: one sentence each."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _, gettext_noop

from appliances import actions as do
from upgrades.models import Rehearsal
from upgrades.reports import left_behind

Outcome = Rehearsal.Outcome
NEVER_RESTART = gettext_noop(
    "Do not restart the appliance. Contact the vendor's support and write their ticket number here."
)


def told(outcome: str, stopped: Mapping[str, Any]) -> list[str]:
    """The way out, then what has to be put right if the job is given up there."""
    lines = [_(sentence) for sentence in _ways(outcome, stopped)]
    lines += [
        _("If it is given up there: %(repair)s") % {"repair": repair}
        for repair in left_behind.told(stopped["left"])
    ]
    if page := stopped.get("repair"):
        lines.append(_("The repair that fits then: %(page)s.") % {"page": _(page)})
    return lines


def _ways(outcome: str, stopped: Mapping[str, Any]) -> list[str]:
    if stopped["base_problem"]:
        return [
            NEVER_RESTART,
            gettext_noop("Two people release the hold with that ticket; then the job is resumed."),
        ]
    if outcome == Outcome.MISSES:
        return [gettext_noop("Book another window: the job goes on where it stands.")]
    if outcome == Outcome.HOLDS and stopped["effect"] == do.ONE_WAY:
        return [gettext_noop("Look at the appliance, then accept the step with evidence.")]
    if outcome == Outcome.HOLDS:
        return [
            gettext_noop("Put right what the reason says, then try the step again."),
            gettext_noop(
                "If it is done already, accept it with evidence. If it is not needed, skip it with"
                " a reason."
            ),
        ]
    return [gettext_noop("Somebody must look at the job's page and decide.")]
