"""Looking at the two appliances of a relationship: what each says, and what follows when one says
nothing. Shared by what the portal reads of a pair and what it sees people do. No transaction."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import remote
from appliances.services.observations import Observation
from upgrades.models import JobStep
from upgrades.services.ticks.outcomes import Ask, Look, Outcome, Proven, Trouble
from upgrades.services.ticks.work import Work

S = JobStep.State
WATCH_SECONDS = 15
OTHER_APPLIANCE = _("Another appliance answers under this name. Nothing more is done to it.")
FAILED = re.compile(r"fail|error|unable|could not|abort|interrupt|refused|not complete", re.I)


@dataclass(frozen=True)
class Sight:
    """An appliance of ours, and what it said of itself."""

    box: Appliance
    seen: Observation

    @property
    def role(self) -> str:
        return self.seen.failover_role


@dataclass(frozen=True)
class Synced:
    """The last data sync as the pair tells it. `at` None: there was none since they are related."""

    at: datetime | None
    status: str

    @property
    def failed(self) -> bool:
        return bool(FAILED.search(self.status))

    def later_than(self, baseline: str) -> bool:
        """`baseline` is an instant, or empty for no sync before."""
        if self.at is None:
            return False
        return not baseline or self.at > datetime.fromisoformat(baseline)


def can_look(work: Work) -> bool:
    """Both are known, and both have an interface to ask."""
    boxes = pair_of(work)
    return len(boxes) > 1 and all(box.can_be_asked for box in boxes)


def pair_of(work: Work) -> list[Appliance]:
    """The appliance on whose page the step is, then those it is about."""
    return [*([work.appliance] if work.appliance else []), *work.about]


def look(work: Work) -> list[Sight]:
    boxes = pair_of(work)
    return [Sight(*each) for each in zip(boxes, remote.observe_each(boxes), strict=True)]


def strange(sights: list[Sight]) -> Trouble | None:
    """Somebody else answers under one of the names: nothing is believed of it."""
    return Trouble(OTHER_APPLIANCE) if any(one.seen.kind == "wrong" for one in sights) else None


def silent(work: Work, sights: list[Sight]) -> Outcome | None:
    """One of them says nothing: a person is at it, or is believed to be. Unreachable is not
    failed; whoever stays away is looked for until the step's deadline, then a person decides."""
    away = [one for one in sights if not one.seen.answered]
    if not away:
        return None
    told = {"detail": away[0].seen.detail, "silent": [one.box.letter for one in away]}
    again = work.later(WATCH_SECONDS)
    if work.claim.was in (S.READY, S.ASKING):
        return Ask(again, observed=told)
    return Look(again, observed=told)


def on_their_word(work: Work) -> Outcome:
    """The appliances cannot tell: the person who was asked is believed."""
    return Proven({}) if work.step.observed.get("confirmed_at") else Ask()


def not_so(work: Work, why: str, **told: object) -> Outcome:
    """Asked, they say that it is not done. Whoever said it was is given the time it may take to
    show, and is then asked again; what is done once or never is decided by a person."""
    again, confirmed = work.later(WATCH_SECONDS), work.step.observed.get("confirmed_at")
    if not confirmed:
        return Ask(again, observed=told)
    if work.at < datetime.fromisoformat(confirmed) + (work.settled_at - work.at):
        return Look(again, observed=told)
    if work.step.effect == do.ONE_WAY:
        return Trouble(why, observed=told)
    return Ask(again, why=why, observed={**told, "confirmed_at": ""})


def synced(sights: list[Sight]) -> Synced | None:
    """The newest sync that either tells. None: nobody who would know has answered (in the JSON API
    only the primary tells)."""
    told = [one.seen for one in sights if one.seen.answered and one.seen.last_sync_at]
    if told:
        newest = max(
            told, key=lambda seen: seen.last_sync_at.timestamp() if seen.last_sync_at else 0
        )
        return Synced(newest.last_sync_at, newest.last_sync_status)
    knows = [one.seen for one in sights if one.seen.answered and one.role in ("primary", "none")]
    return Synced(None, knows[0].last_sync_status) if knows else None


def instant(synced: Synced | None) -> str:
    return synced.at.isoformat() if synced and synced.at else ""
