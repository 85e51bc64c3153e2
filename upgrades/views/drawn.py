"""What a running job is doing to each appliance now, for the drawn site and for who is emptied."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import ngettext

from appliances import actions as do
from appliances.models import Appliance
from appliances.views.topology import Doing
from upgrades.models import JobStep
from upgrades.models.step import OPEN
from upgrades.views.lanes import text_of

S = JobStep.State
INSTALLS = (do.INSTALL_BASE.name, do.INSTALL_PRODUCT.name)
AT_IT = (S.CLAIMED, S.WATCHING, S.ASKING, S.VERIFYING, S.HELD)


def doing(steps: Iterable[JobStep]) -> dict[Any, Doing]:
    """By appliance: a package goes onto it, or it is being emptied."""
    found: dict[Any, Doing] = {}
    for step in steps:
        if step.state not in AT_IT or step.appliance_id is None:
            continue
        if step.action in INSTALLS:
            found[step.appliance_id] = _installing(step)
        elif step.action == do.DRAIN.name:
            found[step.appliance_id] = Doing("EMPTIES", said(step))
    return found


def _installing(step: JobStep) -> Doing:
    if step.state == S.HELD:
        return Doing("FAILED" if step.halts else "UPGRADING", text_of(step))
    return Doing("UPGRADING", step.package.name if step.package else "")


def said(step: JobStep) -> str:
    """How many are still connected to the node of a drain; empty before the first count."""
    number = step.observed.get("connected")
    if number is None:
        return ""
    return ngettext("%(count)d connected", "%(count)d connected", number) % {"count": number}


@dataclass(frozen=True)
class Drain:
    """A node that is being emptied: how many are on it, and until when that is waited for."""

    step: JobStep
    box: Appliance
    connected: int | None
    most: int
    since: datetime | None
    until: datetime | None

    @property
    def cut_id(self) -> str:
        return f"cut-{self.step.seq}"

    @property
    def counts(self) -> list[tuple[str, int]]:
        left = self.connected or 0
        return [("good", max(self.most - left, 0)), ("wait", left)]


def drains(steps: Sequence[JobStep], boxes: Mapping[Any, Appliance]) -> list[Drain]:
    """Those that are going on; one that is held asks among the things to do."""
    return [
        Drain(
            step=step, box=boxes[step.appliance_id], connected=step.observed.get("connected"),
            most=step.observed.get("most", 0), since=step.began_at, until=_until(step),
        )
        for step in steps
        if step.action == do.DRAIN.name and step.state in OPEN and step.state != S.HELD
        and step.appliance_id in boxes and step.began_at
    ]  # fmt: skip


def _until(step: JobStep) -> datetime | None:
    return step.began_at + timedelta(minutes=step.worst_minutes) if step.began_at else None
