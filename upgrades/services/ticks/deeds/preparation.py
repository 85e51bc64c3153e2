"""What the portal does before a change: readiness, announcement, backup, clock. No transaction."""

from dataclasses import replace

from django.utils.translation import gettext_noop as _

from appliances.services import backups, remote
from appliances.services.observations import Trouble as Unanswered
from portal import tenancy
from upgrades.services import looks
from upgrades.services.ticks import claims, opening
from upgrades.services.ticks.deeds import asked
from upgrades.services.ticks.outcomes import Opened, Outcome, Proven, Trouble
from upgrades.services.ticks.work import Work

CLOCK_BAD_SECONDS = 120
LOST_LEASE = _("The transfer was stopped: another worker has the step.")
CLOCK_OFF = _(
    "The appliance's clock is %(seconds)s seconds off. Set its time server, then try again."
)


def check_readiness(work: Work) -> Outcome:
    """G-PREP-3, 9: reachable, well, the right one, entitled, its path still whole, and whatever
    else vendor.md §9.1 asks of a site of this shape."""
    with tenancy.transaction(work.claim.customer_id):
        question = looks.question(work.site, work.job)
    outcome = opening.ask(work, question)
    if not isinstance(outcome, Opened):
        return outcome
    seen = {"findings": [finding.line() for finding in outcome.answers]}
    if outcome.ok:
        return Proven(seen, carried=outcome.answers)
    return replace(outcome, observed=seen)


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
