"""How long things took here before: past runs of the same action on the same kind of appliance."""

from collections import defaultdict

from portal import once
from upgrades.models import JobStep
from upgrades.planning.durations import Durations, durations_from_history

ENOUGH_ROWS = 2000


def durations() -> Durations:
    """Median and slow case of the current customer's finished steps; the guide's without any.

    Simulated sites teach nothing: their minutes are seconds.
    """
    return once.read(("durations",), _durations)


def _durations() -> Durations:
    rows = (
        JobStep.objects.filter(
            state=JobStep.State.DONE, began_at__isnull=False, job__site__simulated=False
        )
        .order_by("-ended_at")
        .values_list("action", "appliance__physical", "began_at", "ended_at")[:ENOUGH_ROWS]
    )
    past: dict[tuple[str, str], list[float]] = defaultdict(list)
    for action, physical, began, ended in rows:
        kind = "" if physical is None else "physical" if physical else "virtual"
        past[action, kind].append(max(1.0, (ended - began).total_seconds() / 60))
    return durations_from_history(past)
