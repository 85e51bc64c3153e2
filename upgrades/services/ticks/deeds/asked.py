"""What every question to an appliance begins and ends with."""

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services.observations import Trouble as Unanswered
from upgrades.services.ticks.outcomes import NotYet, Outcome, Trouble
from upgrades.services.ticks.work import Work

AGAIN_SECONDS = 30
NO_APPLIANCE = _("This site has no appliance that could be asked.")


def appliance(work: Work) -> Appliance | Outcome:
    """The appliance to ask, or the outcome of there being none."""
    return work.appliance or Trouble(NO_APPLIANCE)


def unanswered(work: Work, trouble: Unanswered) -> Outcome:
    """A read that failed: unreachable is asked again; for anything else a person is needed."""
    if trouble.kind == "unreachable":
        return NotYet(work.later(AGAIN_SECONDS), trouble.detail)
    return Trouble(f"{trouble.detail} {trouble.said}".strip())
