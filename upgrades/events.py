"""Audit events of upgrades: facts, past tense."""

from enum import StrEnum


class JobEvent(StrEnum):
    DRAFTED = "job.drafted"
    SUBMITTED = "job.submitted"
    APPROVED = "job.approved"
    REJECTED = "job.rejected"
    WITHDRAWN = "job.withdrawn"
    REVISED = "job.revised"
    PROPOSED_AGAIN = "job.proposed_again"
    STARTED = "job.started"
    MISSED = "job.missed"
    REBOOKED = "job.rebooked"
    FOUND_BEGUN = "job.found_begun"
    PAUSE_ASKED = "job.pause_asked"
    PAUSED = "job.paused"
    RESUMED = "job.resumed"
    WENT_ON = "job.went_on"
    HALTED = "job.halted"
    ABANDONED = "job.abandoned"
    ENDED_EARLY = "job.ended_early"
    CANCELLED = "job.cancelled"
    FINISHED = "job.finished"
    NOTED = "job.noted"
    RECORD_PRINTED = "job.record_printed"


class StepEvent(StrEnum):
    READY = "step.ready"
    ASKED = "step.asked"
    WATCHED = "step.watched"
    WAITED = "step.waited"
    WOKEN = "step.woken"
    RELEASED = "step.released"
    LOST = "step.lost"
    SENT = "step.sent"
    DONE = "step.done"
    HELD = "step.held"
    RETRIED = "step.retried"
    ACCEPTED = "step.accepted"
    SKIPPED = "step.skipped"
    CANCELLED = "step.cancelled"
    TAKEN = "step.taken"
    GIVEN_BACK = "step.given_back"
    HANDED_OVER = "step.handed_over"
    HANDOVER_ACCEPTED = "step.handover_accepted"
    ESCALATED = "step.escalated"
    CONFIRMED = "step.confirmed"
    EXTENDED = "step.extended"
    WAIVED = "step.waived"
    ASKED_AGAIN = "step.asked_again"
    GAP_LONG = "step.gap_long"
    LOOK_ASKED = "step.look_asked"


class SandboxEvent(StrEnum):
    ADVANCED = "sandbox.advanced"
    ENDED = "sandbox.ended"


class LiveLinkEvent(StrEnum):
    """The secret page of one job for the night shift."""

    MADE = "live_link.made"
    OPENED = "live_link.opened"  # once an hour at most
    ENDED = "live_link.ended"


class HoldEvent(StrEnum):
    OPENED = "hold.opened"
    RELEASE_ASKED = "hold.release_asked"
    RELEASED = "hold.released"


class InterimEvent(StrEnum):
    """The time without failover (G-PAIR-4)."""

    BEGUN = "interim.begun"
    TOO_LONG = "interim.too_long"
    ENDED = "interim.ended"


class RehearsalEvent(StrEnum):
    ASKED = "rehearsal.asked"
    CANCELLED = "rehearsal.cancelled"


class ClientEvent(StrEnum):
    DECIDED = "clients.decided"
    EXPORT_READ = "clients.export_read"


class RolloutEvent(StrEnum):
    """In the platform's chain."""

    DRAFTED = "rollout.drafted"
    EDITED = "rollout.edited"
    DRAWN = "rollout.drawn"
    OPENED = "rollout.opened"
    PAUSED = "rollout.paused"
    RESUMED = "rollout.resumed"
    STOPPED = "rollout.stopped"
    LIFTED = "rollout.lifted"
    LETTERS_WRITTEN = "rollout.letters_written"
    TOLD = "rollout.told"
    CLOSED = "rollout.closed"
    CANCELLED = "rollout.cancelled"
    WAVE_PASSED = "rollout.wave_passed"
    WAVE_OPENED = "rollout.wave_opened"
    REPORT_MADE = "rollout.report_made"


class SettlementEvent(StrEnum):
    """In the platform's chain: a change for every customer."""

    ASKED = "settlement.asked"
    CONFIRMED = "settlement.confirmed"
    DROPPED = "settlement.dropped"
    DONE = "settlement.done"
    RETRIED = "settlement.retried"


class EnrolmentEvent(StrEnum):
    READY = "enrolment.ready"
    ALERTED = "enrolment.alerted"
    BOOKED = "enrolment.booked"
    MOVED = "enrolment.moved"
    UNBOOKED = "enrolment.unbooked"
    BEGUN = "enrolment.begun"
    COMPLETED = "enrolment.completed"
    FAILED = "enrolment.failed"
    DECLINED = "enrolment.declined"
    REOPENED = "enrolment.reopened"
    LAPSED = "enrolment.lapsed"
    EXCLUDED = "enrolment.excluded"
    INCLUDED = "enrolment.included"
    RETRIED = "enrolment.retried"
    HELD = "enrolment.held"
    RELEASED = "enrolment.released"


class AlertEvent(StrEnum):
    """What follows a readiness alert: silence, an answer, a call."""

    SILENT = "enrolment.silent"
    DECIDED = "decision.made"
    CALL_ASKED = "call.asked"
    CALLED = "call.made"
    SHORTENED = "notice.shortened"
