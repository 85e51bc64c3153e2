"""A plan as plain values for rows and JSON: its lines, its summary, its sentences.

For the runner: a step is READY when all steps of a lower rank are finished, and those before it in
its own lane of its rank.
"""

from collections.abc import Callable
from typing import Any

from upgrades.planning.downtime import away, downtime, unserved
from upgrades.planning.nodes import unserved_regions
from upgrades.planning.plan import Plan, PlannedStep
from upgrades.planning.vocabulary import Sentence, Value
from upgrades.planning.windows import HANDS, Pace, duration, length, windows

Json = dict[str, Any]
EXPECTED, WORST = Pace


def plan_lines(plan: Plan) -> list[Json]:
    """One dict a step, in order. Texts are msgids; minutes are minutes."""
    return [_line(plan, item) for item in plan.steps]


def _line(plan: Plan, item: PlannedStep) -> Json:
    action = item.action
    expected, worst = item.minutes
    return {
        "seq": item.seq,
        "rank": item.rank,
        "lane": item.lane,
        "hop": item.hop,
        "phase": item.phase,
        "window": item.window,
        "apart": item.window in plan.apart,
        "lead": item.lead,
        "text": item.step.text,
        "screen": action.screen,
        "how": list(action.instructions(plan.method.manual)),
        "action": action.name,
        "guide": item.step.guide,
        "role": item.role.value,
        "on": item.on,
        "about": list(item.about),
        "package": item.package.id if item.package else "",
        "expected": expected,
        "worst": worst,
        "deadline": action.deadline_minutes + max(0, worst - action.minutes[WORST]),
    }


def summary(plan: Plan, hands: int = HANDS) -> Json:
    """What a customer is told: how long, how long away, which windows, what is left out, and why.

    `expected` and `worst` are minutes of work and waiting, without the gaps between windows.
    """
    return {
        "procedure": plan.procedure.name,
        "method": plan.method.name,
        "expected": duration(plan, EXPECTED, hands),
        "worst": duration(plan, WORST, hands),
        "downtime": _both(downtime, plan, hands),
        "unserved": _both(unserved, plan, hands),
        "away": sorted(away(plan, WORST)),  # steps during which users are cut off
        "exchanges_roles": plan.procedure.exchanges_roles and len(plan.hops) % 2 == 1,
        "offline": sorted(plan.offline),
        "dark": sorted(unserved_regions(plan.site, plan.offline)),
        "all_dark": bool(plan.site.nodes) and len(plan.offline) in (0, len(plan.site.nodes)),
        "windows": [_window(plan, window, hands) for window in windows(plan)],
        "hops": [_hop(plan, number) for number in range(1, len(plan.hops) + 1)],
        "left_out": [
            {
                "text": out.step.text,
                "on": out.on,
                "action": out.step.action.name,
                "guide": out.step.guide,
                "why": dump(out.why),
            }
            for out in plan.left_out
        ],
    }


def _both(measure: Callable[[Plan, Pace, int], int], plan: Plan, hands: int) -> Json:
    return {"expected": measure(plan, EXPECTED, hands), "worst": measure(plan, WORST, hands)}


def _window(plan: Plan, window: int, hands: int) -> Json:
    items = [item for item in plan.steps if item.window == window]
    return {
        "window": window,
        "hop": items[-1].hop,
        "titles": list(dict.fromkeys(item.phase for item in items)),
        "apart": window in plan.apart,
        "expected": length(plan, window, EXPECTED, hands),
        "worst": length(plan, window, WORST, hands),
    }


def _hop(plan: Plan, number: int) -> Json:
    hop = plan.hops[number - 1]
    return {
        "hop": number,
        "product": hop.product.id if hop.product else "",
        "dwell_hours": hop.product.dwell_hours if hop.product else 0,
        "bases": {name: [base.id for base in bases] for name, bases in hop.bases.items()},
    }


def dump(sentence: Sentence) -> Json:
    """A sentence that JSON can keep, to be told later in any language."""
    values = {name: _dumped(value) for name, value in sentence.values.items()}
    return {"message": sentence.message, "values": values}


def _dumped(value: Value) -> Any:
    if isinstance(value, Sentence):
        return dump(value)
    if isinstance(value, tuple):
        return [dump(each) for each in value]
    return value


def load(data: Json) -> Sentence:
    """What `dump` kept. Raises KeyError for anything else."""
    return Sentence(data["message"], {n: _loaded(value) for n, value in data["values"].items()})


def _loaded(value: Any) -> Value:
    if isinstance(value, dict):
        return load(value)
    if isinstance(value, list):
        return tuple(load(each) for each in value)
    kept: str | int = value
    return kept
