"""What the portal reads and does about client software, and the day it is given. No transaction."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances.services import remote
from appliances.services.observations import Trouble as Unanswered
from upgrades.services.ticks import claims
from upgrades.services.ticks.deeds import asked
from upgrades.services.ticks.outcomes import (
    Doubt,
    NotYet,
    Outcome,
    Proven,
    Sent,
    Trouble,
    Wait,
)  # fmt: skip
from upgrades.services.ticks.work import Work

CLIENTS_AGAIN = timedelta(hours=1)


def check_others(work: Work) -> Outcome:
    """G-CLIENT-8: Jumpoints and agents update by themselves; see that they are back."""
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        found = remote.jumpoints(appliance)
    except Unanswered as trouble:
        if trouble.kind == "refused":
            return Proven({"jumpoints": None, "note": trouble.detail})
        return asked.unanswered(work, trouble)
    away = [one.name for one in found if one.enabled and not one.connected]
    if away and not work.past_deadline:
        return Wait(work.at + timedelta(minutes=15), _("Jumpoints that are not back yet"),
                    observed={"away": away})  # fmt: skip
    return Proven({"jumpoints": len(found), "away": away})


def dwell(work: Work) -> Outcome:
    """G-PREP-6: at least 24 h after the last product package of the release, on any appliance."""
    until = work.dwell_until
    if work.at < until:
        return Wait(until, _("24 hours for the clients to follow"))
    if work.appliance is None:
        return Proven({"until": until.isoformat()})
    try:
        tally = remote.client_tally(work.appliance)
    except Unanswered:
        tally = None  # it is a wait for time: what the clients did is checked by the next step
    known = {} if tally is None else {"total": tally.total, "to_come": tally.to_come}
    return Proven({"until": until.isoformat(), **known})


def check_clients(work: Work) -> Outcome:
    """G-CLIENT-5, 7: no client that can be reached still needs the update; the rest is listed."""
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        tally = remote.client_tally(appliance)
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    if tally is None:
        return Proven({"note": _("The appliance cannot tell which clients have followed.")})
    seen = {
        "total": tally.total, "updated": tally.updated, "to_come": tally.to_come,
        "on_line_queued": tally.on_line_queued, "off_line": tally.off_line, "lost": tally.lost,
    }  # fmt: skip
    if tally.on_line_queued and not work.past_deadline:
        return Wait(work.at + CLIENTS_AGAIN, _("Clients that still need the update"), observed=seen)
    if tally.on_line_queued:
        return Trouble(_("Clients that can be reached still need the update."), observed=seen)
    return Proven(seen)


def regenerate_installers(work: Work) -> Outcome:
    """G-CLIENT-10. First a baseline is read; the next tick, with its intent written, sends."""
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        if work.attempt is None:
            known = [str(one.id) for one in remote.installers(appliance)]
            if not known:
                return Proven({"installers": [], "note": _("There were none to make anew.")})
            return NotYet(work.at, "", observed={"baseline": known})
        if not claims.still_ours(work.claim):
            return NotYet(work.later(5), "")
        made = remote.make_installers(appliance)
    except Unanswered as trouble:
        if trouble.effect_possible and work.attempt is not None:
            return Doubt(work.settled_at, trouble.detail)
        return asked.unanswered(work, trouble)
    return Sent(work.settled_at, ", ".join(str(one.id) for one in made))
