"""What the portal itself does or reads for a step, one function an action. No transaction."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.translation import gettext_noop as _

from appliances import actions as do
from appliances.models import Appliance
from appliances.services import backups, readiness, remote
from appliances.services.observations import Trouble as Unanswered
from portal import tenancy
from portal.services import customers
from upgrades.services import planning
from upgrades.services.ticks import claims
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

AGAIN_SECONDS = 30
CLIENTS_AGAIN = timedelta(hours=1)
CLOCK_BAD_SECONDS = 120
BACKUP_COMES = "BACKUP"  # the job itself takes it, right before the first package
NO_APPLIANCE = _("This site has no appliance that could be asked.")
LOST_LEASE = _("The transfer was stopped: another worker has the step.")
CLOCK_OFF = _(
    "The appliance's clock is %(seconds)s seconds off. Set its time server, then try again."
)


def unanswered(work: Work, trouble: Unanswered) -> Outcome:
    """A read that failed: unreachable is asked again; for anything else a person is needed."""
    if trouble.kind == "unreachable":
        return NotYet(work.later(AGAIN_SECONDS), trouble.detail)
    return Trouble(f"{trouble.detail} {trouble.said}".strip())


def check_readiness(work: Work) -> Outcome:
    """G-PREP-3, 9: reachable, well, the right one, entitled, its path still whole."""
    with tenancy.transaction(work.claim.customer_id):
        path_problem = planning.still_holds(work.job)
        day = work.job.bookings.order_by("slot").values_list("slot", flat=True).first()
        entitled = customers.has_contract(day.lower.date() if day else work.at.date())
        asked = readiness.question(work.site)
    findings = readiness.ask(asked, path_problem=path_problem, entitled=entitled)
    counting = [one for one in findings if one.blocks and one.name != BACKUP_COMES]
    away = [one for one in counting if one.seen is not None and one.seen.kind == "unreachable"]
    bad = [one for one in counting if one.status == "BAD" and one not in away]
    unknown = away or [one for one in counting if one.status == "UNKNOWN"]
    seen = {"findings": [finding.line() for finding in findings]}
    if bad and not away:  # unreachable is not failed: it is asked again
        return Trouble(bad[0].reason, observed=seen, carried=findings)
    if unknown:
        return NotYet(work.later(AGAIN_SECONDS), unknown[0].reason, observed=seen, carried=findings)
    return Proven(seen, carried=findings)


def announce(work: Work) -> Outcome:
    """G-PREP-10: the users' people are told when the site is away; the record writes the mails."""
    return Proven({})


def back_up(work: Work) -> Outcome:
    """G-PREP-1, G-AUTO-2: streamed to the file store, encrypted, the lease renewed meanwhile."""
    appliance = _appliance(work)
    if isinstance(appliance, Outcome):
        return appliance

    def progress(_bytes: int) -> None:
        if not claims.renew(work.claim):
            raise InterruptedError(LOST_LEASE)

    try:
        backup = backups.fetch(
            appliance, work.claim.customer_id, step_id=work.step.pk, progress=progress
        )
    except Unanswered as trouble:
        return unanswered(work, trouble)
    return Proven({"sha256": backup.sha256, "size": backup.size, "backup": str(backup.pk)})


def check_clock(work: Work) -> Outcome:
    """G-MANUAL-5: many functions depend on the right time, the download key among them."""
    appliance = _appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        offset = remote.clock_offset(appliance)
    except Unanswered as trouble:
        return unanswered(work, trouble)
    seconds = round(offset or 0)
    if abs(seconds) > CLOCK_BAD_SECONDS:
        return Trouble(CLOCK_OFF % {"seconds": seconds}, observed={"offset_seconds": seconds})
    return Proven({"offset_seconds": seconds})


def check_others(work: Work) -> Outcome:
    """G-CLIENT-8: Jumpoints and agents update by themselves; see that they are back."""
    appliance = _appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        found = remote.jumpoints(appliance)
    except Unanswered as trouble:
        if trouble.kind == "refused":
            return Proven({"jumpoints": None, "note": trouble.detail})
        return unanswered(work, trouble)
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
    appliance = _appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        tally = remote.client_tally(appliance)
    except Unanswered as trouble:
        return unanswered(work, trouble)
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
    appliance = _appliance(work)
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
        return unanswered(work, trouble)
    return Sent(work.settled_at, ", ".join(str(one.id) for one in made))


def _appliance(work: Work) -> Appliance | Outcome:
    return work.appliance or Trouble(NO_APPLIANCE)


Deed = Callable[[Work], Outcome]
DEEDS: dict[str, Deed] = {
    do.CHECK_READINESS.name: check_readiness,
    do.ANNOUNCE.name: announce,
    do.BACK_UP.name: back_up,
    do.CHECK_CLOCK.name: check_clock,
    do.CHECK_OTHERS.name: check_others,
    do.DWELL.name: dwell,
    do.CHECK_CLIENTS.name: check_clients,
    do.REGENERATE_INSTALLERS.name: regenerate_installers,
}
