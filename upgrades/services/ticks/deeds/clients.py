"""What the portal reads and does about client software, and the day it is given. No transaction."""

from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances.models import Appliance
from appliances.services import client_lists, remote
from appliances.services.observations import Trouble as Unanswered
from portal import tenancy
from upgrades.models import ClientLook
from upgrades.services.clients import counting, looks
from upgrades.services.ticks import claims
from upgrades.services.ticks.deeds import asked
from upgrades.services.ticks.outcomes import (
    Ask,
    Doubt,
    Json,
    NotYet,
    Outcome,
    Proven,
    Sent,
    Trouble,
    Wait,
)  # fmt: skip
from upgrades.services.ticks.work import Work

CLIENTS_AGAIN = timedelta(hours=1)
DWELL_LOOKS = timedelta(hours=6)
JUMPOINTS_AGAIN = timedelta(minutes=15)
NOT_BACK = _("Jumpoints that are not back yet")
STAYED_AWAY = _("These Jumpoints were connected before the upgrade and are not: %(names)s")
LOST_LEASE = "The reading was stopped: another worker has the step."
CANNOT_TELL = _("The appliance cannot tell which clients have followed.")
STILL_PENDING = _(
    "Clients that can be reached still need the update. Decide for each of them on the page of the "
    "clients."
)


def note_jumpoints(work: Work) -> Outcome:
    """G-CLIENT-8: which Jumpoints are connected before anything is changed."""
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        found = remote.jumpoints(appliance)
    except Unanswered as trouble:
        return _asked_of_a_person(work, trouble)
    names = sorted(one.name for one in found if one.connected)
    return Proven({"connected": len(names), "names": names})


def check_others(work: Work) -> Outcome:
    """G-CLIENT-8: Jumpoints and agents update by themselves. Every Jumpoint that was connected
    before must be back; without a reading of then, every one that is enabled."""
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        found = remote.jumpoints(appliance)
    except Unanswered as trouble:
        return _asked_of_a_person(work, trouble)
    back = {one.name for one in found if one.connected}
    expected = work.jumpoints_before
    if expected is None:
        expected = [one.name for one in found if one.enabled]
    away = sorted(set(expected) - back)
    seen = {"jumpoints": len(found), "connected": len(back), "away": away}
    if not away:
        return Proven(seen)
    if work.past_deadline:
        return Trouble(STAYED_AWAY % {"names": ", ".join(away)[:300]}, observed=seen)
    return Wait(work.at + JUMPOINTS_AGAIN, NOT_BACK, observed=seen)


def _asked_of_a_person(work: Work, trouble: Unanswered) -> Outcome:
    """Where the interface cannot tell, a person looks on the appliance's own page."""
    if trouble.kind == "refused":
        return Ask(observed={"note": trouble.detail})
    return asked.unanswered(work, trouble)


def dwell(work: Work) -> Outcome:
    """G-PREP-6: at least 24 h after the last product package of the release, on any appliance.

    It is a wait for time: who has followed is looked at on the way, and judged by the next step.
    """
    until = work.dwell_until
    try:
        seen = look(work, work.appliance) if work.appliance else None
    except Unanswered:
        seen = None
    if work.at < until:
        again = min(until, work.at + DWELL_LOOKS)
        return Wait(until, _("24 hours for the clients to follow"), again, observed=seen or {})
    return Proven({"until": until.isoformat(), **(seen or {})})


def check_clients(work: Work) -> Outcome:
    """G-CLIENT-5, 7: no client that can be reached still needs the update, unless a person with a
    reason let it go; the rest is listed. Where the appliance cannot tell, a person brings the
    exported list."""
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        seen = look(work, appliance)
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    if seen is None:
        return Ask(observed={"note": CANNOT_TELL})
    if seen["undecided"] and not work.past_deadline:
        return Wait(work.at + CLIENTS_AGAIN, _("Clients that still need the update"), observed=seen)
    if seen["undecided"]:
        return Trouble(STILL_PENDING, observed=seen)
    return Proven(seen)


def look(work: Work, appliance: Appliance) -> Json | None:
    """Read every client and keep the list, a page at a time under our lease; the figures of it.

    None where the appliance cannot tell. Raises Trouble if it did not answer.
    """
    customer, release_at = work.claim.customer_id, work.release_at
    with tenancy.transaction(customer):
        looking = looks.begin(
            work.job, work.step.hop, source=ClientLook.Source.API, at=work.at,
            appliance=appliance, release_at=release_at,
        )  # fmt: skip

    def page(clients: list[client_lists.JumpClient]) -> None:
        if not claims.renew(work.claim):
            raise InterruptedError(LOST_LEASE)
        with tenancy.transaction(customer):
            looking.write(looks.paged(clients, release_at=release_at, at=work.at))

    told = client_lists.read_clients(appliance, page)
    with tenancy.transaction(customer):
        if not told:
            looking.forget()
            return None
        looking.end(at=work.at)
        return counting.figures(looking.look)


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
