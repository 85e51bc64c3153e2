"""How long an action takes: from past runs of the like, else from the guide."""

from collections.abc import Callable, Mapping, Sequence
from math import ceil
from statistics import median

from appliances.actions import Action, Probe
from upgrades.planning.site import Appliance

Minutes = tuple[int, int]  # expected, worst
Durations = Callable[[Action, Appliance | None], Minutes]
ENOUGH = 3  # past runs; fewer prove nothing


def from_the_guide(action: Action, appliance: Appliance | None) -> Minutes:
    """G-PREP-9: 15 to 60 minutes a package, with much stored data much longer."""
    expected, worst = action.minutes
    if action.interrupts and appliance:
        return expected + appliance.data_gb // 20, worst + appliance.data_gb // 4
    return expected, worst


def durations_from_history(history: Mapping[tuple[str, str], Sequence[float]]) -> Durations:
    """Median and slow case of past minutes by (action name, kind of appliance or "").

    The slow case is the 90th percentile, never under the median. Fewer than three runs: the
    guide's figure. A wait for the clock is what the guide says, however long it took.
    """

    def durations(action: Action, appliance: Appliance | None) -> Minutes:
        past = sorted(history.get((action.name, appliance.kind if appliance else ""), ()))
        if len(past) < ENOUGH or action.probe is Probe.TIME:
            return from_the_guide(action, appliance)
        expected = max(1, ceil(median(past)))
        slow = past[ceil(0.9 * len(past)) - 1]
        return expected, max(expected, ceil(slow))

    return durations
