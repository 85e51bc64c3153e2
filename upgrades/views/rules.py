"""The rules of every plan in the reader's words, and which of them a plan is asked at all."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.rules import RULES, breaches
from upgrades.planning.vocabulary import Shape
from upgrades.reports.rules import SENTENCES

LAST_OF_GUIDE = 11
PAIRED = frozenset({Shape.PAIR, Shape.CLUSTER_WITH_FAILOVER})


Broken = Mapping[int, Sequence[PlannedStep]]


def marks(plan: Plan, broken: Broken | None = None) -> list[dict[str, Any]]:
    """Every rule with its sentence, and whether the plan keeps it: where not, at which steps.

    A plan that breaks one is never offered: it is shown where a person changed it, to say why.
    """
    broken = breaches(plan) if broken is None else broken
    return [
        {
            "state": _state(plan, number, broken),
            "number": number,
            "text": _(SENTENCES[number]),
            "guide": f"G-RULE-{number}" if number <= LAST_OF_GUIDE else "",
            "steps": sorted({item.seq for item in broken.get(number, ())}),
        }
        for number in RULES
    ]


def at_steps(broken: Broken) -> dict[int, list[int]]:
    """The numbers of the rules that each step breaks, or at which it lacks what they ask."""
    found: dict[int, list[int]] = {}
    for number, items in broken.items():
        for seq in sorted({item.seq for item in items}):
            found.setdefault(seq, []).append(number)
    return found


def _state(plan: Plan, number: int, broken: Broken) -> str:
    if number in broken:
        return "BROKEN"
    return "HOLDS" if _applies(plan, number) else "DOES_NOT_APPLY"


def _applies(plan: Plan, number: int) -> bool:
    asked = {
        2: any(hop.product for hop in plan.hops),
        3: len(plan.hops) > 1,
        5: plan.site.shape in PAIRED,
        6: plan.procedure.exchanges_roles,
        7: bool(plan.site.nodes),
        10: plan.procedure.replaces,
        16: plan.site.shape in PAIRED,
    }
    return asked.get(number, True)
