"""Whether installers were made anew (G-CLIENT-10)."""

from appliances.services import remote
from appliances.services.observations import Trouble as Unanswered
from upgrades.services.ticks.outcomes import Look, NotDone, Outcome, Proven
from upgrades.services.ticks.work import Work

WATCH_SECONDS = 15
PROBES = 3


def installers(work: Work) -> Outcome:
    """Installers that were not there at the baseline: then they were made."""
    assert work.appliance is not None, work.step
    try:
        known = [str(one.id) for one in remote.installers(work.appliance)]
    except Unanswered as trouble:
        return Look(work.later(WATCH_SECONDS), observed={"detail": trouble.detail})
    made = sorted(set(known) - set(work.step.observed.get("baseline", [])))
    if made:
        return Proven({"installers": made})
    asked = work.step.observed.get("probes", 0) + 1
    if asked < PROBES:
        return Look(work.later(60), observed={"probes": asked})
    return NotDone(work.at, observed={"probes": 0})
