"""Audit events in words. `{% load happenings %}{{ event.name|happening }}`.

The codes are those that the apps give to audit.record(); the portal knows them as words only. An
event without words shows its code, and a test names it.
"""

import re
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.templatetags.fact_values import code_word
from portal.templatetags.fact_words import FACTS
from portal.templatetags.happenings_of_boxes import OF_BOXES
from portal.templatetags.happenings_of_people import OF_PEOPLE

register = template.Library()
INSTANT = re.compile(r"([\d-]{10})T([\d:]{8})(?:\.\d+)?(?:Z|\+00:00)")  # RFC 3339

HAPPENINGS: dict[str, str | Promise] = {
    **OF_PEOPLE,
    **OF_BOXES,
    "customer.opened": _("Customer taken on"),
    "sandbox.advanced": _("The sandbox’s clock was put forward"),
    "customer.export_asked": _("An export of everything asked for"),
    "customer.erased_again": _("Erased again by its receipt, after a backup was restored"),
    "sandbox.ended": _("The sandbox was ended"),
    "customer.exported": _("Everything kept of the customer downloaded"),
    "customer.changed": _("Customer changed"),
    "fleet.import_begun": _("Import of customers and sites begun"),
    "rollout.drafted": _("Rollout drafted"),
    "rollout.edited": _("Rollout edited"),
    "rollout.drawn": _("Sites of a rollout worked out"),
    "rollout.opened": _("Rollout opened"),
    "rollout.paused": _("Rollout paused"),
    "rollout.resumed": _("Rollout resumed"),
    "rollout.stopped": _("Rollout stopped"),
    "rollout.lifted": _("Stopped rollout lifted"),
    "rollout.letters_written": _("Letters of a stopped rollout written"),
    "rollout.told": _("Letters of a stopped rollout sent"),
    "rollout.closed": _("Rollout closed"),
    "rollout.cancelled": _("Rollout cancelled"),
    "rollout.wave_passed": _("Wave passed"),
    "rollout.wave_opened": _("Wave opened"),
    "rollout.report_made": _("Report of a rollout made"),
    "fleet.imported": _("Customers and sites imported"),
    "fleet.exported": _("Customers and sites exported"),
    "keyring.key_added": _("Key that seals secrets added"),
    "keyring.resealed": _("Secrets sealed anew"),
    "keyring.key_dropped": _("Key that sealed secrets removed"),
    "catalogue.loaded": _("Packages and requirements loaded"),
    "package.withdrawn": _("Package withdrawn"),
    "package.restored": _("Package may be chosen again"),
    "settlement.asked": _("Change for every customer asked for"),
    "settlement.confirmed": _("Change for every customer decided"),
    "settlement.dropped": _("Change for every customer dropped"),
    "settlement.done": _("Change for every customer carried out"),
    "settlement.retried": _("Change for every customer tried again where it had failed"),
    "webhook.made": _("Endpoint for webhooks made"),
    "webhook.changed": _("Endpoint for webhooks changed"),
    "webhook.rotated": _("Endpoint given a new secret"),
    "webhook.disabled": _("Endpoint disabled"),
    "webhook.enabled": _("Endpoint enabled"),
    "webhook.ended": _("Endpoint removed"),
    "webhook.tested": _("Endpoint tried out"),
    "webhook.sent_again": _("Event sent to an endpoint again"),
    "key.issued": _("API key issued"),
    "key.rotated": _("API key renewed"),
    "key.revoked": _("API key revoked"),
    "contact.made": _("Contact written down"),
    "contact.changed": _("Contact changed"),
    "contact.ended": _("Contact told no more"),
    "contact.bounced": _("Contact’s address came back"),
    "promise.made": _("Promise made"),
    "promise.changed": _("Promise changed"),
    "promise.ended": _("Promise ended"),
    "message.bounced": _("Message came back"),
    "enrolment.silent": _("Nobody answered yet"),
    "decision.made": _("Decided by a link"),
    "call.asked": _("Support is asked to telephone"),
    "call.made": _("Telephoned"),
    "notice.shortened": _("Shorter notice agreed to"),
    "customer.agreed": _("How alerts go was agreed"),
    "feed.made": _("Calendar address made"),
    "feed.ended": _("Calendar address ended"),
    "live_link.made": _("Link for the night shift made"),
    "live_link.opened": _("Link for the night shift opened"),
    "live_link.ended": _("Link for the night shift ended"),
    "calendar.lost": _("Calendar of freezes silent for long"),
    "calendar.found": _("Calendar of freezes answers again"),
    "message.retried": _("Message put into the outbox again"),
    "audit.verified": _("Audit trail verified"),
    "site.registered": _("Site registered"),
    "site.changed": _("Site changed"),
    "site.closed": _("Site closed"),
    "rehearsal.asked": _("Rehearsal asked for"),
    "rehearsal.cancelled": _("Rehearsal cancelled"),
    "replacement.registered": _("Replacement registered"),
    "replacement.withdrawn": _("Replacement withdrawn"),
    "credentials.stored": _("Credentials stored"),
    "credentials.removed": _("Credentials removed"),
    "version.read": _("Version read"),
    "licence.read": _("Licence read"),
    "backup.taken": _("Backup taken"),
    "backup.failed": _("Backup failed"),
    "backup.pruned": _("Backups thrown away, kept for long enough"),
    "backup.downloaded": _("Backup downloaded"),
    "certificate.noted": _("Certificate noted"),
    "readiness.checked": _("Readiness checked"),
    "snapshot.taken": _("State kept to compare"),
    "freeze.added": _("Freeze written down"),
    "freeze.lifted": _("Freeze lifted"),
    "freeze.begun": _("Settings are to be left alone"),
    "freeze.ended": _("Settings may be changed again"),
    "nodes.read": _("Which nodes accept was read"),
    "production.moved": _("Another appliance serves"),
    "roles.changed": _("Failover roles changed"),
    "interim.begun": _("Without failover: nothing protects the site"),
    "interim.too_long": _("Too long without failover"),
    "interim.ended": _("Failover works again"),
    "question.asked": _("Support asked"),
    "question.answered": _("Question answered"),
    "question.withdrawn": _("Question withdrawn"),
    "word.recorded": _("Appliance’s own words recorded"),
    "window.added": _("Maintenance window added"),
    "window.changed": _("Maintenance window changed"),
    "window.removed": _("Maintenance window removed"),
    "booking.held": _("Time kept"),
    "booking.confirmed": _("Time booked"),
    "booking.moved": _("Booking moved"),
    "booking.clocks_changed": _("Its time on the site’s clocks changed"),
    "booking.begun": _("Booked time begun"),
    "booking.ended": _("Booked time ended"),
    "booking.missed": _("Booked time missed"),
    "booking.found_used": _("Missed time was kept, by paper"),
    "booking.lapsed": _("Kept time lapsed"),
    "booking.cancelled": _("Booking cancelled"),
    "job.drafted": _("Upgrade drafted"),
    "job.submitted": _("Upgrade submitted for approval"),
    "job.approved": _("Upgrade approved"),
    "job.rejected": _("Upgrade rejected"),
    "job.withdrawn": _("Upgrade withdrawn"),
    "job.revised": _("Approval void: the plan must be made anew"),
    "job.proposed_again": _("Approval void: a window was moved out of the approved dates"),
    "job.started": _("Upgrade started"),
    "job.missed": _("Upgrade missed its window"),
    "job.found_begun": _("Upgrade was begun in its window, by paper"),
    "job.rebooked": _("Upgrade booked again"),
    "job.pause_asked": _("Pause asked for"),
    "job.paused": _("Upgrade paused"),
    "job.resumed": _("Upgrade resumed"),
    "job.went_on": _("Begun again where nothing of it was open"),
    "job.halted": _("Upgrade halted"),
    "job.abandoned": _("Upgrade abandoned"),
    "job.ended_early": _("Upgrade ends after the current hop"),
    "job.cancelled": _("Upgrade cancelled"),
    "job.finished": _("Upgrade finished"),
    "job.noted": _("Note written"),
    "job.record_printed": _("Record printed"),
    "enrolment.ready": _("Ready in its rollout"),
    "enrolment.alerted": _("Upgrade offered"),
    "enrolment.booked": _("Offer accepted: booked"),
    "enrolment.moved": _("Booked upgrade of a rollout moved"),
    "enrolment.unbooked": _("To be answered again"),
    "enrolment.begun": _("Upgrade of a rollout begun"),
    "enrolment.completed": _("Upgraded by a rollout"),
    "enrolment.failed": _("Upgrade of a rollout failed"),
    "enrolment.declined": _("Offer declined"),
    "enrolment.reopened": _("Offered again"),
    "enrolment.lapsed": _("Offer lapsed"),
    "enrolment.excluded": _("Left out of a rollout"),
    "enrolment.included": _("Taken in again"),
    "enrolment.retried": _("To be tried again"),
    "enrolment.held": _("Held: the vendor stopped the rollout"),
    "enrolment.released": _("Goes on: the vendor’s rollout does"),
    "clients.decided": _("Decided about clients that have not followed"),
    "clients.export_read": _("Exported list of clients read"),
    "step.ready": _("Step ready"),
    "step.asked": _("A person is asked"),
    "step.watched": _("Step is watched"),
    "step.waited": _("Step waits"),
    "step.woken": _("Wait over"),
    "step.released": _("Step given back: nothing was sent"),
    "step.lost": _("Worker lost: the appliance is asked"),
    "step.sent": _("Sent to the appliance"),
    "step.done": _("Step done"),
    "step.held": _("Step held"),
    "step.retried": _("Step tried again"),
    "step.accepted": _("Step accepted with evidence"),
    "step.skipped": _("Step skipped"),
    "step.cancelled": _("Step cancelled"),
    "step.taken": _("Step taken"),
    "step.given_back": _("Step given back"),
    "step.handed_over": _("Step offered to somebody else"),
    "step.handover_accepted": _("Step taken over"),
    "step.escalated": _("Nobody has the step: more people told"),
    "step.confirmed": _("Step confirmed"),
    "step.extended": _("Wait extended"),
    "step.look_asked": _("Looked at again, asked for by a person"),
    "step.gap_long": _("Too long between the two: no appliance held the shared address"),
    "step.asked_again": _("Asked again: what was kept has grown old"),
    "thresholds.changed": _("Thresholds changed"),
    "waiver.given": _("Check waived"),
    "waiver.withdrawn": _("Waiver withdrawn"),
    "drift.ended": _("Drift ended"),
    "difference.found": _("Other than before the window"),
    "difference.acknowledged": _("Difference acknowledged"),
    "test_site.marked": _("Test site marked"),
    "step.waived": _("Wait waived"),
    "hold.opened": _("Appliance locked after a base problem"),
    "hold.release_asked": _("Release of the lock asked for"),
    "hold.released": _("Lock released"),
}


@register.filter
def happening(name: str) -> str | Promise:
    return HAPPENINGS.get(name, name)


@register.filter
def plain_data(data: dict[str, Any]) -> list[tuple[str | Promise, str]]:
    """An event's facts, each under its word; what is empty says nothing."""
    return [
        (fact_word(key), _written(value, key))
        for key, value in data.items()
        if value not in ("", None, [], {})
    ]


@register.filter
def fact_word(key: str) -> str | Promise:
    return FACTS.get(key, str(key).replace("_", " "))


def _written(value: Any, of: str) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{fact_word(key)}: {_written(part, key)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_written(part, of) for part in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    if isinstance(value, str) and (found := INSTANT.fullmatch(value)):
        return f"{found[1]} {found[2]} UTC"
    return str(code_word(of, value))
