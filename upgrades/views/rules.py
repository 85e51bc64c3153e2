"""The rules of every plan in the reader's words, and which of them a plan is asked at all."""

from django.utils.translation import gettext as _

from upgrades.planning.plan import Plan
from upgrades.planning.rules import RULES, breaches
from upgrades.planning.vocabulary import Shape
from upgrades.reports.rules import SENTENCES

PAIRED = frozenset({Shape.PAIR, Shape.CLUSTER_WITH_FAILOVER})


def marks(plan: Plan) -> list[dict[str, str]]:
    """Every rule with whether the plan keeps it. A plan that breaks one is never offered."""
    broken = breaches(plan)
    return [
        {
            "state": _state(plan, number, broken),
            "text": _(SENTENCES[number]),
            "guide": f"G-RULE-{number}" if number <= 11 else "",
        }
        for number in RULES
    ]


def _state(plan: Plan, number: int, broken: object) -> str:
    if number in broken:  # type: ignore[operator]
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
