"""Checks of who and what is connected: Jump Clients, Jumpoints, representatives."""

from collections.abc import Sequence

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services.checks.asked import GOOD, Name, Question, Verdict, unknown
from appliances.services.measuring import Measured

Found = Sequence[Measured]


def jump_clients(asked: Question, found: Found) -> Verdict | None:
    """Before the next release every client that can be reached has the last one (G-CLIENT-6)."""
    if not asked.expected.releases:
        return None
    one = serving(found)
    if one is None or one.tally is None:
        return unknown(_("The appliance cannot tell which clients have followed."))
    tally = one.tally
    observed = f"{tally.on_line_queued} + {tally.off_line} / {tally.total}"
    if tally.on_line_queued > asked.values["JUMP_CLIENTS.reachable"]:
        reason = _("Clients that can be reached still need the last release.")
        return Verdict(asked.worse(Name.JUMP_CLIENTS), observed, reason)
    return Verdict(GOOD, observed)


def jumpoints(asked: Question, found: Found) -> Verdict:
    """All that are enabled are connected (G-CLIENT-8)."""
    one = serving(found)
    if one is None or one.jumpoints is None:
        return unknown(_("The appliance cannot tell about its Jumpoints."))
    away = [row.name for row in one.jumpoints if row.enabled and not row.connected]
    observed = f"{len(one.jumpoints) - len(away)} / {len(one.jumpoints)}"
    if len(away) > asked.values["JUMPOINTS.away"]:
        reason = _("Jumpoints are not connected.")
        observed = f"{observed}: {', '.join(away)}"
        return Verdict(asked.worse(Name.JUMPOINTS), observed, reason)
    return Verdict(GOOD, observed)


def reps(asked: Question, found: Found) -> Verdict:
    """Everybody is signed out and open sessions end (G-PREP-10): better nobody is there."""
    told = [one.reps for one in found if one.reps is not None]
    if not told:
        return unknown(_("The appliance cannot tell who is signed in."))
    there = sum(told)
    if there > asked.values["REPS.signed_in"]:
        reason = _("Representatives are signed in: the upgrade signs them out.")
        return Verdict(asked.worse(Name.REPS), str(there), reason)
    return Verdict(GOOD, str(there))


def serving(found: Found) -> Measured | None:
    """The appliance that speaks for the site: no backup, no traffic node."""
    for one in found:
        role = one.seen.failover_role or one.box.failover_role.lower()
        if one.box.cluster_role != Appliance.ClusterRole.TRAFFIC and role != "backup":
            return one
    return None
