"""What people do to a pair, as both appliances say: roles, the relationship, the last sync, shared
addresses, and which appliance answers behind the public name."""

from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import remote
from appliances.services.observations import Trouble as Unanswered
from upgrades.services.ticks import sights
from upgrades.services.ticks.outcomes import Ask, NotYet, Outcome, Proven, Trouble
from upgrades.services.ticks.sights import WATCH_SECONDS, Sight
from upgrades.services.ticks.work import Work

BASELINE_SECONDS = 30
NAME_SECONDS = 60
ROLES_DIFFER = _("The appliances do not say so yet. Look at the Failover page of both.")
NO_SYNC = _("No newer data sync is shown. Press Sync Now and wait until the page shows its time.")
SYNC_FAILED = _("The data sync did not end well. Repair that, then synchronise again.")
NOT_RELEASED = _("The shared address is still enabled on this appliance.")
NOT_TAKEN = _("The shared address is not enabled on this appliance.")
TWO_HOLD = _("Both appliances have the same shared address enabled. Untick it on the other one.")

# The role of the appliance on whose page the step is, then of the one it is about.
WANTED = {
    do.BREAK_FAILOVER.name: ("none", "none"),
    do.ESTABLISH_FAILOVER.name: ("primary", "backup"),
    do.BECOME_BACKUP.name: ("backup", "primary"),
    do.BECOME_PRIMARY.name: ("primary", "backup"),
}


def roles(work: Work) -> Outcome:
    """Both appliances, known by their GUIDs, say the role that the step gives them.

    So already: then nothing is to be done (G-ATLASF-9 is "verify, or do").
    """
    if not sights.can_look(work):
        return sights.on_their_word(work)
    seen = sights.look(work)
    if outcome := sights.strange(seen) or sights.silent(work, seen):
        return outcome
    if not all(one.role for one in seen):  # a release that does not tell
        return sights.on_their_word(work)
    told = {one.box.letter: one.role for one in seen}
    kept = _sync_before(work, seen)
    wanted = WANTED[work.step.action]
    if all(one.role == role for one, role in zip(seen, wanted, strict=False)):
        return Proven({"roles_seen": _said(told)}, observed={"roles": told, **kept})
    return sights.not_so(work, ROLES_DIFFER, roles=told, **kept)


def _sync_before(work: Work, seen: list[Sight]) -> dict[str, str]:
    """The last sync as it was before: the first one afterwards must be later (G-SYNC-9)."""
    if "baseline" in work.step.observed:
        return {}
    return {"baseline": sights.instant(sights.synced(seen))}


def _said(told: dict[str, str]) -> str:
    return ", ".join(f"{letter}: {role}" for letter, role in sorted(told.items()))


def last_sync(work: Work) -> Outcome:
    """A data sync later than the one there was before anybody was asked for it (G-SYNC-2,
    G-ATLASF-10, G-ATLASF-13)."""
    if not sights.can_look(work) and not _tells_alone(work):
        return sights.on_their_word(work)
    seen = sights.look(work)
    if outcome := sights.strange(seen):
        return outcome
    told, known = sights.synced(seen), work.step.observed.get("baseline")
    if known is None and told is None:  # nobody is asked before it is known what was before
        return NotYet(work.later(BASELINE_SECONDS), _detail(seen))
    if known is None:
        kept = {"baseline": sights.instant(told), "baseline_status": told.status if told else ""}
        return Ask(work.later(WATCH_SECONDS), observed=kept)
    if told is None:
        return sights.silent(work, seen) or Ask(work.later(WATCH_SECONDS))
    later = told.later_than(known)
    status = {"sync_status": told.status}
    if told.failed and (later or told.status != work.step.observed.get("baseline_status")):
        return Trouble(SYNC_FAILED, observed=status)
    if not later:
        return sights.not_so(work, NO_SYNC, **status)
    return Proven({"synced_at": sights.instant(told), "sync_status": told.status})


def _tells_alone(work: Work) -> bool:
    """A cluster's Sync Now is pressed on the serving master, which tells the time of the last sync
    while it has a backup master; without failover no appliance tells it."""
    box = work.appliance
    of_cluster = work.step.action == do.CLUSTER_SYNC.name
    return of_cluster and bool(
        box and box.can_be_asked and box.failover_role != box.FailoverRole.NONE
    )


def _detail(seen: list[Sight]) -> str:
    return next((one.seen.detail for one in seen if one.seen.detail), ROLES_DIFFER)


def shared_ip(work: Work) -> Outcome:
    """Off on the one, then on on the other: never on both (G-ATLASF-8, G-ASYNC-4)."""
    assert work.appliance is not None, work.step
    others = [box for box in work.boxes if _could_hold(box, work.appliance)]
    seen = [Sight(b, s) for b, s in zip(
        [work.appliance, *others], remote.observe_each([work.appliance, *others]), strict=True
    )]  # fmt: skip
    mine, rest = seen[:1], seen[1:]
    if outcome := sights.strange(mine) or sights.silent(work, mine):
        return outcome
    held = set(mine[0].seen.shared_ips)
    if work.step.action == do.RELEASE_SHARED_IP.name:
        return _released(work, held)
    return _taken(work, held, {ip for one in rest for ip in one.seen.shared_ips})


def _could_hold(box: Appliance, mine: Appliance) -> bool:
    traffic = box.cluster_role == Appliance.ClusterRole.TRAFFIC
    return box.pk != mine.pk and not traffic and box.dialect != Appliance.Dialect.NO_API


def _released(work: Work, held: set[str]) -> Outcome:
    before = work.step.observed.get("addresses", sorted(held))
    still = held & set(before)
    if still:
        return sights.not_so(work, NOT_RELEASED, addresses=before)
    return Proven({"released": ", ".join(before)}, observed={"addresses": before},
                  carried=sorted(held))  # fmt: skip


def _taken(work: Work, held: set[str], elsewhere: set[str]) -> Outcome:
    """Those that the other one let go; not told which, any will do."""
    wanted = set(work.earlier.observed.get("addresses", [])) if work.earlier else set()
    if not held or wanted - held:
        return sights.not_so(work, NOT_TAKEN, addresses=sorted(wanted))
    if both := held & elsewhere:
        return Trouble(TWO_HOLD, observed={"both": sorted(both)})
    ended = work.earlier.ended_at if work.earlier else None
    gap = {"seconds_without": round((work.at - ended).total_seconds())} if ended else {}
    return Proven({"taken": ", ".join(sorted(held)), **gap}, carried=sorted(held))


def public_name(work: Work) -> Outcome:
    """Who answers behind the public name is shown to whoever changes it. Their word, with the
    record as it is now, ends the step; that it has arrived is the next step's to see."""
    again = work.later(NAME_SECONDS)
    try:
        guid = remote.public_guid(work.site, able(work))
    except Unanswered as trouble:
        return Ask(again, observed={"detail": trouble.detail})
    return Ask(again, observed={"answers": whose(work, guid)})


def able(work: Work) -> list[Appliance]:
    """Those whose accounts may be used behind the public name; the one that shall serve first."""
    traffic, none = Appliance.ClusterRole.TRAFFIC, Appliance.Dialect.NO_API
    boxes = {box.pk: box for box in [*sights.pair_of(work), *work.boxes]}
    return [b for b in boxes.values() if b.cluster_role != traffic and b.dialect != none]


def whose(work: Work, guid: str) -> str:
    """The name of the site's appliance with this GUID; empty for a stranger."""
    known = [*sights.pair_of(work), *work.boxes]
    return next((box.name for box in known if guid and box.guid == guid), "")
