"""What the portal does before a change: readiness, announcement, backup, clock. No transaction."""

from django.utils.translation import gettext_noop as _

from appliances.services import backups, readiness, remote
from appliances.services.observations import Trouble as Unanswered
from portal import tenancy
from portal.services import customers
from upgrades.services import planning
from upgrades.services.ticks import claims
from upgrades.services.ticks.deeds import asked
from upgrades.services.ticks.deeds.asked import AGAIN_SECONDS
from upgrades.services.ticks.outcomes import NotYet, Outcome, Proven, Trouble
from upgrades.services.ticks.work import Work

CLOCK_BAD_SECONDS = 120
BACKUP_COMES = "BACKUP"  # the job itself takes it, right before the first package
LOST_LEASE = _("The transfer was stopped: another worker has the step.")
CLOCK_OFF = _(
    "The appliance's clock is %(seconds)s seconds off. Set its time server, then try again."
)


def check_readiness(work: Work) -> Outcome:
    """G-PREP-3, 9: reachable, well, the right one, entitled, its path still whole."""
    with tenancy.transaction(work.claim.customer_id):
        path_problem = planning.still_holds(work.job)
        day = work.job.bookings.order_by("slot").values_list("slot", flat=True).first()
        entitled = customers.has_contract(day.lower.date() if day else work.at.date())
        question = readiness.question(work.site)
    findings = readiness.ask(question, path_problem=path_problem, entitled=entitled)
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
    appliance = asked.appliance(work)
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
        return asked.unanswered(work, trouble)
    return Proven({"sha256": backup.sha256, "size": backup.size, "backup": str(backup.pk)})


def check_clock(work: Work) -> Outcome:
    """G-MANUAL-5: many functions depend on the right time, the download key among them."""
    appliance = asked.appliance(work)
    if isinstance(appliance, Outcome):
        return appliance
    try:
        offset = remote.clock_offset(appliance)
    except Unanswered as trouble:
        return asked.unanswered(work, trouble)
    seconds = round(offset or 0)
    if abs(seconds) > CLOCK_BAD_SECONDS:
        return Trouble(CLOCK_OFF % {"seconds": seconds}, observed={"offset_seconds": seconds})
    return Proven({"offset_seconds": seconds})
