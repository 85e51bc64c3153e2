"""What the portal itself reads of a pair: equal builds, the first sync, who serves. No transaction.

All are reads, so they may be repeated as often as they like: a worker that dies has done nothing.
"""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances.services import remote
from appliances.services.observations import Observation, Trouble as Unanswered
from appliances.services.versions import same
from upgrades.services.ticks import sights
from upgrades.services.ticks.deeds import asked
from upgrades.services.ticks.deeds.asked import AGAIN_SECONDS
from upgrades.services.ticks.outcomes import NotYet, Outcome, Proven, Trouble, Wait
from upgrades.services.ticks.probes import pair as probes
from upgrades.services.ticks.work import Work

SYNC_AGAIN_SECONDS = 60
NAME_AGAIN = timedelta(minutes=1)
NO_PAIR = _("The portal does not know both appliances of the pair. Compare them yourself.")
BUILDS_DIFFER = _(
    "Version or build of the two differ: the relationship would be refused. Bring both to the same "
    "package, then try again."
)
SAME_APPLIANCE = _("One appliance answers under both names. Correct the host names first.")
NO_SYNC_YET = _("The first data sync has not ended yet.")
NO_FIRST_SYNC = _(
    "The first data sync has not come in time. Press Sync Now, or look what keeps it."
)
FIRST_SYNC_FAILED = _(
    "The first data sync did not end well. Press Sync Now, wait until it ends well, then try again."
)
NOT_THERE_YET = _("The public name still leads to another appliance of this site.")
STRANGER = _("The public name leads to an appliance that is not one of this site.")
STILL_ANOTHER = _(
    "The public name still leads to another appliance. Look for a record, a hosts file or a cache "
    "that was forgotten."
)


def check_builds(work: Work) -> Outcome:
    """G-SYNC-7, G-ASYNC-9: the relationship is made only between equal installed packages."""
    if not sights.can_look(work):
        return Trouble(NO_PAIR)
    seen = sights.look(work)
    if trouble := sights.strange(seen):
        return trouble
    for one in seen:
        if not one.seen.answered:
            return _unanswered(work, one.seen)
    told = {one.box.letter: f"{one.seen.version} ({one.seen.build})" for one in seen}
    mine, other = seen[0].seen, seen[1].seen
    carried = [(one.box, one.seen) for one in seen]
    if mine.guid == other.guid:
        return Trouble(SAME_APPLIANCE, observed={"builds": told})
    if not same(mine.version, other.version) or mine.build != other.build:
        return Trouble(BUILDS_DIFFER, observed={"builds": told}, carried=carried)
    return Proven(
        {"product_version": mine.version, "build": mine.build, "compared": ", ".join(told)},
        observed={"builds": told}, carried=carried,
    )  # fmt: skip


def _unanswered(work: Work, seen: Observation) -> Outcome:
    if seen.kind == "unreachable":
        return NotYet(work.later(AGAIN_SECONDS), seen.detail)
    return Trouble(f"{seen.detail} {seen.said}".strip()[:400])


def await_sync(work: Work) -> Outcome:
    """G-SYNC-9: the first sync after the relationship; it begins after about 60 seconds and takes
    seconds to hours. It is later than whatever was told before the relationship was made."""
    if not sights.can_look(work):
        return Trouble(NO_PAIR)
    seen = sights.look(work)
    if trouble := sights.strange(seen):
        return trouble
    told = sights.synced(seen)
    if told is None:
        return _unanswered(work, next(one.seen for one in seen if not one.seen.answered))
    status = {"sync_status": told.status}
    if told.failed:
        return Trouble(FIRST_SYNC_FAILED, observed=status)
    if told.later_than(_before(work)):
        return Proven({"synced_at": sights.instant(told), "sync_status": told.status})
    if work.past_deadline:
        return Trouble(NO_FIRST_SYNC, observed=status)
    return Wait(work.later(SYNC_AGAIN_SECONDS), NO_SYNC_YET, observed=status)


def _before(work: Work) -> str:
    """The last sync there was when the relationship was asked for; on somebody's word, when that
    began."""
    made = work.earlier
    if made is None:
        return ""
    if "baseline" in made.observed:
        return str(made.observed["baseline"])
    return made.began_at.isoformat() if made.began_at else ""


def check_production(work: Work) -> Outcome:
    """G-ASYNC-4, G-ATLASF-8: who answers behind the public name, known by its GUID.

    A swing that is not seen yet is a wait, with what was seen instead; when it has taken longer
    than it ever should, a person decides. Nothing is sent in between.
    """
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        found = remote.public_guid(work.site, probes.able(work))
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    wanted = appliance.guid or remote.observe(appliance).guid
    if wanted and found == wanted:
        seen_at = work.at.isoformat(timespec="seconds")
        return Proven({"answers": appliance.name, "guid": found, "seen_at": seen_at})
    name = probes.whose(work, found)
    told = {"answers": name, "answers_guid": found}
    if work.past_deadline:
        return Trouble(STILL_ANOTHER if name else STRANGER, observed=told)
    return Wait(work.at + NAME_AGAIN, NOT_THERE_YET if name else STRANGER, observed=told)
