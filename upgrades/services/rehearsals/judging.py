"""Every rule asked of what really happened, and the counts of the appliances themselves."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType
from typing import Any

from django.db import connection

from appliances import actions as do
from upgrades.models import JobStep
from upgrades.models.step import OVER
from upgrades.planning.plan import Plan
from upgrades.planning.rules import breaches

Json = dict[str, Any]
# An effect in an appliance's own log, and the actions of a plan that may cause it.
CAUSED_BY = {
    "install_base": [do.INSTALL_BASE],
    "install_product": [do.INSTALL_PRODUCT],
    "regenerate_installers": [do.REGENERATE_INSTALLERS],
    "create_installer": [do.REGENERATE_INSTALLERS],
    "break_failover": [do.BREAK_FAILOVER],
    "establish_failover": [do.ESTABLISH_FAILOVER],
    "become_backup": [do.BECOME_BACKUP],
    "become_primary": [do.BECOME_PRIMARY],
    "sync_now": [do.SYNC_NOW],
    "factory_reset": [do.FACTORY_RESET],
    "shut_down": [do.SHUT_DOWN],
    "remove_clients": [do.REMOVE_CLIENTS],
    "reinstall_clients": [do.REINSTALL_CLIENTS],
}
CHAIN = """
SELECT count(*), coalesce(bool_and(e.hash = portal_event_digest(e)), true),
       coalesce(max(e.number), 0)
FROM portal_auditevent e WHERE e.customer_id = %s
"""
TWICE = """
SELECT count(*) FROM (
    SELECT subject_id FROM portal_auditevent
    WHERE customer_id = %s AND name = 'step.done' GROUP BY subject_id HAVING count(*) > 1) AS two
"""


def broken_rules(plan: Plan, steps: Iterable[JobStep]) -> dict[str, list[int]]:
    """Numbers of the rules that the steps as they ended break, each with the steps to mark.

    Of a play that stopped half-way, what its beginning lacks is no breach: the same beginning
    in the planned order lacks it too.
    """
    rows = {step.seq: step for step in steps}
    over = [item for item in plan.steps if rows[item.seq].state in OVER]
    if not over:  # it stopped at its first step: there is nothing to judge
        return {}
    as_ended = sorted(over, key=lambda item: (rows[item.seq].ended_at, item.seq))
    found = breaches(replace(plan, steps=tuple(as_ended)))
    if len(over) < len(plan.steps):
        lacking = breaches(replace(plan, steps=tuple(over)))
        found = {number: items for number, items in found.items() if number not in lacking}
    return {str(number): [item.seq for item in items] for number, items in found.items()}


def short_dwells(plan: Plan, steps: Iterable[JobStep]) -> list[int]:
    """G-PREP-6 by the clock: products that began before the day of the one before was over."""
    rows = {step.seq: step for step in steps}
    short, last, hours, hop = [], None, 0, 0
    for item in plan.steps:
        row = rows[item.seq]
        if item.action.name != do.INSTALL_PRODUCT.name or row.ended_at is None:
            continue
        waits = any(one.action.name == do.DWELL.name for one in plan.steps)
        began = row.began_at or row.ended_at
        if waits and last and item.hop > hop and began < last + timedelta(hours=hours):
            short.append(item.seq)
        hop, last = item.hop, row.ended_at
        hours = item.package.dwell_hours if item.package else 24
    return short


def repeated_effects(
    plan: Plan, truths: Iterable[Json], presses: Counter[tuple[int, str]],
    before: Mapping[str, int] = MappingProxyType({}),
) -> list[str]:  # fmt: skip
    """Effects that the appliances counted more often than people pressed for them, or the plan
    has steps in which the portal causes them; `before` were counted when the play began."""
    wanted: Counter[str] = Counter(
        item.action.name for item in plan.steps if item.action.by is do.PORTAL
    )
    for (_seq, action), times in presses.items():
        wanted[action] += times
    counted: Counter[str] = Counter()
    for truth in truths:
        counted.update({name: truth["effect_counts"].get(name, 0) for name in CAUSED_BY})
    may = {name: sum(wanted[action.name] for action in CAUSED_BY.get(name, [])) for name in counted}
    return sorted(
        name for name, count in counted.items() if count - before.get(name, 0) > may[name]
    )


def trail(customer_id: Any) -> Json:
    """Whether the twin's own audit chain is whole, and no step was recorded as done twice."""
    with connection.cursor() as cursor:
        cursor.execute(CHAIN, [customer_id])
        events, whole, last = cursor.fetchone()
        cursor.execute(TWICE, [customer_id])
        twice = cursor.fetchone()[0]
    return {"events": events, "whole": bool(whole) and events == last, "done_twice": twice}
