"""Checks of several appliances together: of a pair, and of a cluster."""

from collections.abc import Sequence
from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance, Site
from appliances.services.checks.asked import GOOD, WARNING, Name, Question, Verdict, unknown
from appliances.services.measuring import Measured
from appliances.services.versions import same

Found = Sequence[Measured]
Shape, Cluster = Site.Shape, Appliance.ClusterRole
WITH_FAILOVER = (Shape.PAIR, Shape.CLUSTER_WITH_FAILOVER)
CLUSTERS = (Shape.CLUSTER, Shape.CLUSTER_WITH_FAILOVER)
NOT_ALL = _("Not every appliance of it told this.")


def pair_roles(asked: Question, found: Found) -> Verdict | None:
    """Exactly one primary and one backup, while the relationship is to stand (G-PAIR-5)."""
    if asked.site.shape not in WITH_FAILOVER or not asked.expected.related:
        return None
    both = [one for one in found if one.box.cluster_role != Cluster.TRAFFIC]
    if len(both) < 2 or not all(one.seen.answered and one.seen.failover_role for one in both):
        return unknown(NOT_ALL, _roles(both))
    if sorted(one.seen.failover_role for one in both) != ["backup", "primary"]:
        reason = _("There must be exactly one primary and one backup.")
        return Verdict(asked.worse(Name.PAIR_ROLES), _roles(both), reason)
    return Verdict(GOOD, _roles(both))


def pair_versions(asked: Question, found: Found) -> Verdict | None:
    """The relationship is made only between the same version and build (G-SYNC-7)."""
    if asked.site.shape not in WITH_FAILOVER or not asked.expected.level:
        return None
    both = [one for one in found if one.box.cluster_role != Cluster.TRAFFIC]
    observed = ", ".join(f"{m.box.letter} {m.seen.version} {m.seen.build}".strip() for m in both)
    if len(both) < 2 or not all(one.seen.answered and one.seen.version for one in both):
        return unknown(NOT_ALL, observed)
    first, second = (one.seen for one in both)
    if not same(first.version, second.version) or first.build != second.build:
        reason = _("The two do not run the same version and build.")
        return Verdict(asked.worse(Name.PAIR_VERSIONS), observed, reason)
    return Verdict(GOOD, observed)


def keys(asked: Question, found: Found) -> Verdict | None:
    """psk_confirmed: no interface tells the keys, so the procedure's own step has a person compare
    them before the two are joined (G-SYNC-7, G-ASYNC-9); a rule keeps the step in every plan."""
    if not asked.expected.keys:
        return None
    if asked.expected.keys_at is None:
        return unknown(
            _("A person compares them in a step of the upgrade, before they are joined.")
        )
    return Verdict(GOOD, asked.expected.keys_at.isoformat(timespec="minutes"))


def sync_fresh(asked: Question, found: Found) -> Verdict | None:
    """On the primary: it tells when the data crossed last, and how that went (G-SYNC-2). Within a
    hop, while the two run different releases on purpose, nothing crosses."""
    if asked.site.shape not in WITH_FAILOVER:
        return None
    if not asked.expected.related or not asked.expected.level:
        return None
    seen = next((m.seen for m in found if m.seen.failover_role == "primary"), None)
    if seen is None or seen.last_sync_at is None:
        return unknown(_("The primary does not tell when the data was synchronised."))
    # Where the job itself synchronises before the break, an old one only warns.
    bad = WARNING if asked.expected.syncs else asked.worse(Name.SYNC_FRESH)
    observed = f"{seen.last_sync_at.isoformat(timespec='minutes')} {seen.last_sync_status}".strip()
    if _went_wrong(seen.last_sync_status):
        return Verdict(bad, observed, _("The last data sync did not go well."))
    left = seen.last_sync_at + timedelta(hours=asked.values["SYNC_FRESH.hours"]) - asked.at
    if left <= timedelta():
        return Verdict(bad, observed, _("The last data sync was too long ago."))
    return Verdict(GOOD, observed)


def interim(asked: Question, found: Found) -> Verdict | None:
    """G-PAIR-4: short enough to limit the time without failover."""
    since = asked.expected.interim_since
    if asked.site.shape not in WITH_FAILOVER or since is None:
        return None
    days = asked.expected.interim_days or asked.values["INTERIM.days"]
    if asked.at - since > timedelta(days=days):
        reason = _("The site has been without failover for too long.")
        return Verdict(asked.worse(Name.INTERIM), since.isoformat(timespec="minutes"), reason)
    return Verdict(GOOD, since.isoformat(timespec="minutes"))


def cluster_flags(asked: Question, found: Found) -> Verdict | None:
    """At rest every node accepts; those that are changed next do not (G-ATLASF-2)."""
    if asked.site.shape not in CLUSTERS or not (asked.expected.flags or asked.expected.unticked):
        return None
    flags, letters = _flags(found), {m.box.guid: m.box.letter for m in found if m.box.guid}
    down = {m.box.guid for m in found if m.box.pk in asked.expected.unticked}
    known = {guid: flag for guid, flag in flags.items() if letters.get(guid)}
    if not known:
        return unknown(_("No master told which nodes accept connections."))
    observed = ", ".join(f"{letters[guid]} {'+' if flag else '-'}" for guid, flag in known.items())
    wrong = [g for g, flag in known.items() if flag and g in down]
    wrong += [g for g, flag in known.items() if asked.expected.flags and not flag and g not in down]
    if wrong:
        reason = _("Some nodes accept connections, or do not, other than expected.")
        return Verdict(asked.worse(Name.CLUSTER_FLAGS), observed, reason)
    return Verdict(GOOD, observed)


def cluster_versions(asked: Question, found: Found) -> Verdict | None:
    """A node accepts only at the serving primary's version (G-RULE-7)."""
    if asked.site.shape not in CLUSTERS or not asked.expected.level:
        return None
    told = [one for one in found if one.seen.answered and one.seen.version]
    observed = ", ".join(f"{one.box.letter} {one.seen.version}" for one in told)
    if len(told) < len(found):
        return unknown(NOT_ALL, observed)
    if any(not same(one.seen.version, told[0].seen.version) for one in told):
        reason = _("The nodes do not all run the same version.")
        return Verdict(asked.worse(Name.CLUSTER_VERSIONS), observed, reason)
    return Verdict(GOOD, observed)


def drained(asked: Question, found: Found) -> Verdict | None:
    """No node is updated while it has clients (G-RULE-7, G-ATLASF-3)."""
    down = [one for one in found if one.box.pk in asked.expected.takes_down]
    if asked.site.shape not in CLUSTERS or not down:
        return None
    counts = [(one.box.letter, one.clients) for one in down]
    observed = ", ".join(f"{letter} {row.total if row else '?'}" for letter, row in counts)
    most = asked.values["DRAINED.clients"]
    if any(row is not None and row.total > most for _letter, row in counts):
        reason = _("Somebody is still connected to a node that is changed next.")
        return Verdict(asked.worse(Name.DRAINED), observed, reason)
    if any(row is None for _letter, row in counts):
        return unknown(NOT_ALL, observed)
    return Verdict(GOOD, observed)


def _roles(both: Found) -> str:
    return ", ".join(f"{one.box.letter} {one.seen.failover_role or '?'}" for one in both)


def _went_wrong(status: str) -> bool:
    """The vendor's wording is not known (vendor.md §11): only clear words count."""
    words = status.lower()
    return any(word in words for word in ("fail", "error", "abort", "unable", "could not"))


def _flags(found: Found) -> dict[str, bool]:
    """By GUID, in the list of the master that serves."""
    masters = [one for one in found if one.box.cluster_role == Cluster.MASTER and one.nodes]
    masters.sort(key=lambda one: one.seen.failover_role == "backup")
    if not masters:
        return {}
    nodes = {one.box.guid for one in found if one.box.cluster_role == Cluster.TRAFFIC}
    return {
        row.guid: row.accepting_connections for row in masters[0].nodes or () if row.guid in nodes
    }
