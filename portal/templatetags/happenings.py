"""Audit events in words. `{% load happenings %}{{ event.name|happening }}`.

The codes are those that the apps give to audit.record(); the portal knows them as words only. An
event without words shows its code, and a test names it.
"""

from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

register = template.Library()

HAPPENINGS: dict[str, str | Promise] = {
    "customer.opened": _("Customer taken on"),
    "customer.changed": _("Customer changed"),
    "fleet.import_begun": _("Import of customers and sites begun"),
    "fleet.imported": _("Customers and sites imported"),
    "fleet.exported": _("Customers and sites exported"),
    "staff.made": _("Made a member of staff"),
    "staff.role_changed": _("Role of a member of staff changed"),
    "staff.link_made": _("Link for a new password made"),
    "person.disabled": _("Person disabled"),
    "session.ended": _("Sessions of a person ended by themselves"),
    "person.enabled": _("Person enabled again"),
    "keyring.key_added": _("Key that seals secrets added"),
    "keyring.resealed": _("Secrets sealed anew"),
    "keyring.key_dropped": _("Key that sealed secrets removed"),
    "catalogue.loaded": _("Packages and requirements loaded"),
    "package.withdrawn": _("Package withdrawn"),
    "package.restored": _("Package may be chosen again"),
    "staff.opened": _("Support opened this customer’s pages"),
    "member.added": _("Member added"),
    "member.invited": _("Member invited"),
    "member.changed": _("Member’s role changed"),
    "member.removed": _("Member removed"),
    "key.issued": _("API key issued"),
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
    "contract.recorded": _("Contract recorded"),
    "message.retried": _("Message put into the outbox again"),
    "audit.verified": _("Audit trail verified"),
    "evidence.added": _("File kept as evidence"),
    "evidence.downloaded": _("File of evidence downloaded"),
    "site.registered": _("Site registered"),
    "site.changed": _("Site changed"),
    "site.closed": _("Site closed"),
    "rehearsal.asked": _("Rehearsal asked for"),
    "rehearsal.cancelled": _("Rehearsal cancelled"),
    "replacement.registered": _("Replacement registered"),
    "replacement.withdrawn": _("Replacement withdrawn"),
    "appliance.replaced": _("Appliance replaced by new hardware"),
    "appliance.changed": _("Appliance changed"),
    "appliance.identified": _("Appliance identified"),
    "appliance.drifted": _("Appliance is not as recorded"),
    "credentials.stored": _("Credentials stored"),
    "credentials.removed": _("Credentials removed"),
    "version.read": _("Version read"),
    "licence.read": _("Licence read"),
    "backup.taken": _("Backup taken"),
    "backup.failed": _("Backup failed"),
    "backup.downloaded": _("Backup downloaded"),
    "certificate.noted": _("Certificate noted"),
    "readiness.checked": _("Readiness checked"),
    "snapshot.taken": _("State kept to compare"),
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
    "return.opened": _("Hardware return opened"),
    "return.described": _("Hardware return described"),
    "return.moved": _("Hardware return moved on"),
    "return.waiver_asked": _("Waiver of the wipe asked for"),
    "return.let_go": _("Hardware return goes on without its job"),
    "window.added": _("Maintenance window added"),
    "window.changed": _("Maintenance window changed"),
    "window.removed": _("Maintenance window removed"),
    "booking.held": _("Time kept"),
    "booking.confirmed": _("Time booked"),
    "booking.moved": _("Booking moved"),
    "booking.begun": _("Booked time begun"),
    "booking.ended": _("Booked time ended"),
    "booking.missed": _("Booked time missed"),
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
    "job.rebooked": _("Upgrade booked again"),
    "job.pause_asked": _("Pause asked for"),
    "job.paused": _("Upgrade paused"),
    "job.resumed": _("Upgrade resumed"),
    "job.halted": _("Upgrade halted"),
    "job.abandoned": _("Upgrade abandoned"),
    "job.ended_early": _("Upgrade ends after the current hop"),
    "job.cancelled": _("Upgrade cancelled"),
    "job.finished": _("Upgrade finished"),
    "job.noted": _("Note written"),
    "job.record_printed": _("Record printed"),
    "enrolment.enrolled": _("Taken into a rollout"),
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
    "step.confirmed": _("Step confirmed"),
    "step.extended": _("Wait extended"),
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
def plain_data(data: dict[str, Any]) -> list[tuple[str, str]]:
    """An event's facts as pairs of words; what is empty says nothing."""
    return [
        (key.replace("_", " "), _written(value))
        for key, value in data.items()
        if value not in ("", None, [], {})
    ]


def _written(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_written(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(_written(part) for part in value)
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    return str(value)
