"""An appliance's measured state, kept before an upgrade to compare with afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from appliances.events import Event
from appliances.models import Appliance, Snapshot
from appliances.services import remote
from portal import audit, clock

Data = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """What was there and is not, what is new, and what has another value (before, after)."""

    missing: Mapping[str, Any]
    added: Mapping[str, Any]
    changed: Mapping[str, tuple[Any, Any]]

    def __bool__(self) -> bool:
        return bool(self.missing or self.added or self.changed)


def measure(appliance: Appliance) -> Data:
    """Version, health, roles, clients, Jump Clients, Jumpoints. Outside any transaction.

    Flat, so that two can be compared key by key; what the appliance cannot tell is left out.
    """
    seen = remote.observe(appliance)
    found: Data = {"health": seen.kind, "version": seen.version, "build": seen.build}
    found |= {"failover_role": seen.failover_role, "shared_ips": sorted(seen.shared_ips)}
    if not seen.answered:
        return found
    return found | _counts(appliance) | _tally(appliance) | _jumpoints(appliance)


def _counts(appliance: Appliance) -> Data:
    try:
        rows = remote.connected(appliance)
    except remote.Trouble:
        return {}
    own = [row for row in rows if row.guid == appliance.guid] or rows[:1]
    return {f"clients.{kind}": count for row in own for kind, count in row.by_type.items()}


def _tally(appliance: Appliance) -> Data:
    try:
        tally = remote.client_tally(appliance)
    except remote.Trouble:
        tally = None
    if tally is None:
        return {}
    return {"jump_clients.total": tally.total, "jump_clients.lost": tally.lost}


def _jumpoints(appliance: Appliance) -> Data:
    try:
        found = remote.jumpoints(appliance)
    except remote.Trouble:
        return {}
    return {f"jumpoint.{one.name}": one.connected for one in found}


def keep(appliance: Appliance, data: Data, *, job: Any = None) -> Snapshot:
    """Write a measured state down, inside the customer's transaction."""
    snapshot = Snapshot.objects.create(
        customer_id=appliance.customer_id,
        appliance=appliance,
        job_id=getattr(job, "pk", job),
        taken_at=clock.now(),
        data=data,
    )
    audit.record(Event.SNAPSHOT_TAKEN, appliance, job=job)
    return snapshot


def compare(before: Data, after: Data) -> Difference:
    return Difference(
        missing={key: value for key, value in before.items() if key not in after},
        added={key: value for key, value in after.items() if key not in before},
        changed={
            key: (before[key], after[key])
            for key in before.keys() & after.keys()
            if before[key] != after[key]
        },
    )
