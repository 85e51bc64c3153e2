"""Whether a package is installed: seen by its going away, its coming back, its version."""

from datetime import datetime, timedelta

from django.utils.translation import gettext_noop as _

from appliances.services import remote
from appliances.services.observations import Observation
from appliances.services.versions import same
from upgrades.models import JobStep
from upgrades.services.ticks.outcomes import Ask, Look, Outcome, Proven, Trouble
from upgrades.services.ticks.sights import OTHER_APPLIANCE
from upgrades.services.ticks.work import Work

S = JobStep.State
WATCH_SECONDS = 15
OLD_VERSION = _("The appliance is back with version %(found)s, but %(wanted)s was to be installed.")
STAYS_AWAY = _("The appliance went away and has not come back in time.")


def product(work: Work) -> Outcome:
    """Down, up, the same GUID, the new version, and well: then it is installed."""
    assert work.appliance is not None, work.step
    assert work.package is not None, work.step
    seen = remote.observe(work.appliance)
    if seen.kind == "wrong":
        return Trouble(OTHER_APPLIANCE)
    if not seen.answered:
        return _away(work, seen)
    if same(seen.version, work.package.version):
        if seen.kind == "unwell":
            return Look(work.later(WATCH_SECONDS), observed={"unwell": seen.said})
        evidence = {"version": seen.version, "build": seen.build, "guid": seen.guid}
        return Proven(evidence, observed={"up_at": work.at.isoformat()}, carried=seen)
    return _old_version(work, seen)


def _away(work: Work, seen: Observation) -> Outcome:
    """It cannot be asked: installing, as far as we know. Unreachable is not failed."""
    since = work.step.observed.get("down_at") or work.at.isoformat()
    told = {"down_at": since, "detail": seen.detail}
    if work.claim.was == S.READY:
        return Ask(work.later(WATCH_SECONDS), observed=told)
    return Look(work.later(WATCH_SECONDS), observed=told)


def _old_version(work: Work, seen: Observation) -> Outcome:
    went_down = work.step.observed.get("down_at")
    if not went_down:
        return Ask(work.later(WATCH_SECONDS), observed={"version": seen.version})
    back_since = work.step.observed.get("back_at") or work.at.isoformat()
    settled = datetime.fromisoformat(back_since) + (work.settled_at - work.at)
    if work.at < settled:
        return Look(work.later(WATCH_SECONDS), observed={"back_at": back_since})
    values = {"found": seen.version, "wanted": work.package.version if work.package else ""}
    return Trouble(OLD_VERSION % values)


def base_typed(work: Work) -> Outcome:
    """A base version is in no API: we see it go and come back, and a person types what it shows.

    Not coming back is a base problem; nothing is done about it but telling people.
    """
    assert work.appliance is not None, work.step
    seen = remote.observe(work.appliance)
    if seen.kind == "wrong":
        return Trouble(OTHER_APPLIANCE)
    known = work.step.observed
    look_at = work.later(WATCH_SECONDS)
    if seen.answered:
        came_back = {"up_at": work.at.isoformat()} if known.get("down_at") else {}
        return Ask(look_at, observed={**came_back, "away": False})
    since = datetime.fromisoformat(known["down_at"]) if known.get("away") else work.at
    if work.at - since > timedelta(minutes=2 * work.step.worst_minutes):
        return Trouble(STAYS_AWAY)
    return Ask(look_at, observed={"down_at": since.isoformat(), "away": True})
