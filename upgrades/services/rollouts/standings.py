"""How far each wave is: counted across customers, for the thresholds and for whoever looks."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from upgrades.models import Enrolment, Rollout

E = Enrolment.State
# They took no part: a share is of those who do.
APART = frozenset({E.EXCLUDED, E.DECLINED, E.LAPSED})


@dataclass(frozen=True)
class Standing:
    """One wave: sites by state, and how many are in trouble (failed, or held by a base problem)."""

    by_state: dict[str, int]
    trouble: int = 0

    @property
    def taking_part(self) -> int:
        return sum(count for state, count in self.by_state.items() if state not in APART)

    @property
    def upgraded(self) -> int:
        return self.by_state.get(E.UPGRADED, 0)

    def reaches(self, percent: int) -> bool:
        """That share of them is upgraded. An empty wave has nothing to wait for."""
        return self.upgraded * 100 >= percent * self.taking_part

    def stops_above(self, percent: int) -> int:
        """More failures than this stop the rollout."""
        return self.taking_part * percent // 100


NOBODY = Standing({})


def of(rollout: Rollout) -> dict[Any, Standing]:
    """By the wave's id; None: those in no wave."""
    counts: dict[Any, dict[str, int]] = {}
    rows = Enrolment.across.filter(rollout=rollout).order_by()
    for wave, state, number in rows.values_list("wave_id", "state").annotate(Count("pk")):
        counts.setdefault(wave, {})[state] = number
    troubled = failures(rollout)
    return {wave: Standing(states, troubled.get(wave, 0)) for wave, states in counts.items()}


def failures(rollout: Rollout) -> dict[Any, int]:
    """By wave: failed, and halted by a base problem, which may still end well or badly."""
    bad = Q(state=E.FAILED) | Q(state=E.UPGRADING, job__state="HALTED", job__base_problem=True)
    rows = Enrolment.across.filter(bad, rollout=rollout).order_by()
    return dict(rows.values_list("wave_id").annotate(Count("pk")))
