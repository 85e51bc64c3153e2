"""What a tick needs to act without a transaction: read once, then plain use."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from appliances import actions as do
from appliances.actions import Action
from appliances.models import Appliance, Package, Site
from appliances.services.checks import Question
from appliances.services.hearing import Heard
from portal import rehearsing
from upgrades.models import Attempt, Booking, JobStep, UpgradeJob
from upgrades.services import waited
from upgrades.services.ticks.claims import Claim

SIMULATED_SETTLE = 1 / 300  # a simulated install takes seconds


@dataclass
class Work:
    """A claimed step with all it speaks of."""

    claim: Claim
    step: JobStep
    job: UpgradeJob
    site: Site
    appliance: Appliance | None
    package: Package | None
    at: datetime
    booking: Booking | None = None
    attempt: Attempt | None = None
    on_hold: bool = False  # a base problem is open at the site
    opening: Question | None = None  # what the site is asked before its window's first change
    left_alone: frozenset[Any] = frozenset()  # nodes that the window to open does not touch
    heard: Heard = field(default_factory=dict)  # who answered meanwhile
    served_since: datetime | None = None  # when the last product package was proven
    boxes: list[Appliance] = field(default_factory=list)  # of the site; where the step needs them
    cut_off: bool = False  # a person decided to cut off whoever is still connected to the node
    earlier: JobStep | None = None  # the step whose effect this one looks for or follows at once
    release_at: datetime | None = None  # since when clients meet the release
    jumpoints_before: list[str] | None = None  # connected before the first change; None: not known

    @property
    def action(self) -> Action:
        return do.find(self.step.action)

    @property
    def by_portal(self) -> bool:
        return self.step.doer == do.PORTAL

    @property
    def about(self) -> list[Appliance]:
        """The appliances that the step is about, in order of their letters."""
        named = set(self.step.about_ids)
        return [box for box in self.boxes if box.pk in named]

    @property
    def dwell_until(self) -> datetime:
        """The end of the wait: from the last product package of the release on any appliance
        (rule 3, the stricter reading), or as somebody extended it."""
        return waited.until(self.step, self.package, self.served_since or self.at)

    @property
    def past_deadline(self) -> bool:
        return self.step.deadline_at is not None and self.at > self.step.deadline_at

    def later(self, seconds: float) -> datetime:
        """A time to look again: as asked, or soon for a simulated site."""
        soon = self.site.simulated and rehearsing.twin() is None  # a rehearsal's clock jumps
        scale = SIMULATED_SETTLE if soon else 1
        return self.at + timedelta(seconds=max(1.0, seconds * scale))

    @property
    def settled_at(self) -> datetime:
        """When a probe of this action may be believed."""
        return self.later(self.action.settle_seconds)
