"""Whether a frozen configuration was changed, as far as its numbers tell (vendor.md §10): users,
teams and installers on an appliance whose settings the next data sync will overwrite."""

from datetime import datetime

from appliances.models import ConfigurationFreeze, Drift, Snapshot
from appliances.services import drift
from appliances.services.measuring import Measured

COUNTED = ("users", "teams")


def counts(found: Measured) -> dict[str, int]:
    told = {"users": found.users, "teams": found.teams}
    return {name: number for name, number in told.items() if number is not None}


def compare(freeze: ConfigurationFreeze, found: Measured, *, at: datetime) -> Drift | None:
    """Against the first state that was kept under this freeze; none kept yet: nothing is said."""
    first = (
        Snapshot.objects.filter(appliance=freeze.appliance_id, taken_at__gte=freeze.began_at)
        .exclude(data__has_key="no_answer")
        .order_by("taken_at")
        .first()
    )
    if first is None:
        return None
    before = {name: first.data[name] for name in COUNTED if name in first.data}
    now = {name: number for name, number in counts(found).items() if name in before}
    before = {name: before[name] for name in now}
    standing = Drift.objects.filter(
        appliance=freeze.appliance_id, fact=Drift.Fact.CONFIGURATION, ended_at=None
    )
    if before == now or standing.exists() or _known(freeze, now):
        return None
    return drift.open_one(found.box, Drift.Fact.CONFIGURATION, _said(before), _said(now), at=at)


def _known(freeze: ConfigurationFreeze, now: dict[str, int]) -> bool:
    """Somebody has accepted this very change already."""
    found = Drift.objects.filter(
        appliance=freeze.appliance_id, fact=Drift.Fact.CONFIGURATION, found=_said(now),
        first_seen_at__gte=freeze.began_at,
    )  # fmt: skip
    return found.exists()


def _said(counted: dict[str, int]) -> str:
    return ", ".join(f"{name} {number}" for name, number in counted.items())
