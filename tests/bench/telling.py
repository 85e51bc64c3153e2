"""How a worker of the soak acts: as the real deeds do, against the appliance that counts.

It asks again whether the step is still its own right before it tells, and after any doubt it asks
the appliance instead of telling it once more.
"""

from tests.bench.effects import ask
from upgrades.services.ticks import claims
from upgrades.services.ticks.outcomes import Doubt, Look, NotDone, NotYet, Outcome, Proven
from upgrades.services.ticks.work import Work


def act(work: Work) -> Outcome:
    return _tell(work) if work.claim.was == "READY" else _look(work)


def _tell(work: Work) -> Outcome:
    if work.attempt is None:  # a person tried it again: what was seen before is forgotten
        return NotYet(work.at, "", observed={"baseline": []})
    if not claims.still_ours(work.claim):
        return NotYet(work.later(1), "")
    try:
        said = ask(f"DO {work.step.pk}")
    except OSError as error:
        return Doubt(work.settled_at, str(error))
    if said == "refused":
        return NotYet(work.later(1), "refused")
    return Proven({"said": said})


def _look(work: Work) -> Outcome:
    try:
        said = ask(f"ASK {work.step.pk}")
    except OSError:
        return Look(work.later(1))
    return Proven({"said": said}) if said == "done" else NotDone(work.at)
