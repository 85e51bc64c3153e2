"""The one table of state marks: for each code a family (its hue), a symbol (its shape), a word.

A code that means different things in different lives is written "life.CODE"; the mark asks for
the life first and for the code alone after it. The symbols are those of components/sprite.html.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, pgettext_lazy


@dataclass(frozen=True)
class Mark:
    family: str  # idle live wait asks stop good
    symbol: str
    word: str | Promise


MARKS = {
    # UpgradeJob
    "DRAFT": Mark("idle", "draft", _("Draft")),
    "PROPOSED": Mark("live", "proposed", _("Proposed")),
    "SCHEDULED": Mark("live", "scheduled", _("Scheduled")),
    "MISSED": Mark("asks", "missed", _("Missed")),
    "RUNNING": Mark("live", "running", _("Running")),
    "PAUSED": Mark("wait", "paused", _("Paused")),
    "HALTED": Mark("stop", "halted", _("Halted")),
    "ABANDONED": Mark("stop", "abandoned", _("Abandoned")),
    "CANCELLED": Mark("idle", "cancelled", _("Cancelled")),
    "DONE": Mark("good", "done", _("Done")),
    # JobStep
    "PLANNED": Mark("idle", "planned", _("Planned")),
    "READY": Mark("live", "ready", _("Ready")),
    "CLAIMED": Mark("live", "ready", _("Claimed")),
    "WATCHING": Mark("live", "watching", _("Watching")),
    "WAITING": Mark("wait", "waiting", _("Waiting")),
    "ASKING": Mark("asks", "asking", _("Asking")),
    "VERIFYING": Mark("live", "verifying", _("Verifying")),
    "HELD": Mark("stop", "held", _("Held")),
    "SKIPPED": Mark("idle", "skipped", _("Skipped")),
    # Booking
    "booking.HELD": Mark("idle", "draft", pgettext_lazy("a booking", "Kept")),
    "BOOKED": Mark("live", "scheduled", _("Booked")),
    "IN_USE": Mark("live", "running", _("In use")),
    "USED": Mark("good", "done", _("Used")),
    "LAPSED": Mark("idle", "declined", _("Lapsed")),
    # Rollout, and a site's place in it
    "OPEN": Mark("live", "running", pgettext_lazy("a rollout", "Open")),
    "STOPPED": Mark("stop", "halted", _("Stopped")),
    "rollout.CANCELLED": Mark("idle", "cancelled", pgettext_lazy("a rollout", "Cancelled")),
    "rollout.CLOSED": Mark("good", "done", _("Closed")),
    "enrolment.WAITING": Mark("idle", "planned", _("To come")),
    "enrolment.READY": Mark("live", "ready", pgettext_lazy("a site in a rollout", "Ready")),
    "enrolment.BOOKED": Mark("live", "scheduled", pgettext_lazy("a site in a rollout", "Booked")),
    "enrolment.LAPSED": Mark("idle", "declined", pgettext_lazy("a site in a rollout", "Lapsed")),
    "ALERTED": Mark("asks", "asking", _("Not answered")),
    "UPGRADED": Mark("good", "done", _("Upgraded")),
    "DECLINED": Mark("idle", "declined", pgettext_lazy("a site in a rollout", "Declined")),
    "EXCLUDED": Mark("idle", "declined", _("Left out")),
    # Message
    "QUEUED": Mark("idle", "planned", _("Queued")),
    "SENT": Mark("good", "done", _("Sent")),
    "message.FAILED": Mark("asks", "warn", _("Failed, will be tried again")),
    "BOUNCED": Mark("stop", "failed", _("Came back")),
    "DEAD": Mark("stop", "failed", _("Given up")),
    "message.WITHDRAWN": Mark("idle", "declined", pgettext_lazy("a message", "Withdrawn")),
    # Webhook, and a delivery to it
    "ACTIVE": Mark("good", "running", pgettext_lazy("webhook", "Active")),
    "DISABLED": Mark("stop", "halted", _("Disabled")),
    "webhook.SENT": Mark("good", "done", pgettext_lazy("webhook", "Taken")),
    "webhook.FAILED": Mark("asks", "warn", _("Failed, will be tried again")),
    # CompanyProvider
    "ENABLED": Mark("good", "running", _("Enabled")),
    "company.DISABLED": Mark("idle", "halted", pgettext_lazy("company sign-in", "Disabled")),
    # SupportQuestion
    "ASKED": Mark("asks", "asking", _("Asked")),
    "ANSWERED": Mark("good", "done", _("Answered")),
    "WITHDRAWN": Mark("idle", "cancelled", _("Withdrawn")),
    # HardwareReturn
    "REQUESTED": Mark("live", "proposed", _("Requested")),
    "return.REFUSED": Mark("stop", "declined", _("Refused")),
    "AUTHORISED": Mark("live", "scheduled", _("Authorised")),
    "REPLACED": Mark("live", "done", _("Replacement confirmed")),
    "WIPED": Mark("live", "done", _("Wiped")),
    "DELETED": Mark("good", "done", _("Deleted")),
    "POWERED_OFF": Mark("live", "done", _("Shut down")),
    "PACKED": Mark("live", "box", _("Packed")),
    "PICKUP_BOOKED": Mark("live", "scheduled", _("Pickup booked")),
    "IN_TRANSIT": Mark("wait", "running", _("In transit")),
    "LOST": Mark("stop", "failed", _("Lost on the way")),
    "RECEIVED": Mark("good", "done", _("Received")),
    "return.CANCELLED": Mark("idle", "cancelled", pgettext_lazy("a return", "Cancelled")),
    "return.CLOSED": Mark("good", "done", _("Closed")),
    # ReadinessCheck
    "GOOD": Mark("good", "done", _("good")),
    "WARNING": Mark("asks", "warn", _("to watch")),
    "BAD": Mark("stop", "failed", _("bad")),
    "UNKNOWN": Mark("idle", "declined", _("could not be asked")),
    # Facts of an appliance and of a site
    "SERVES": Mark("good", "done", _("Serves")),
    "STANDS_BY": Mark("live", "ready", _("Stands by")),
    "ACCEPTS": Mark("good", "done", _("Accepts")),
    "EMPTIES": Mark("wait", "waiting", _("Empties")),
    "OFF_LINE": Mark("idle", "declined", _("Off line")),
    "NO_ANSWER": Mark("stop", "failed", _("No answer")),
    "LOCKED": Mark("idle", "lock", _("Locked")),
    "FAILED": Mark("stop", "failed", _("Failed")),
    "HEALTHY": Mark("good", "done", _("Healthy")),
    "UPGRADING": Mark("live", "running", _("Upgrading")),
    "NO_FAILOVER": Mark("stop", "broken", _("No failover")),
    "FAILOVER_BROKEN": Mark("asks", "broken", _("Failover broken")),
    "SYNCS": Mark("live", "sync", _("Syncs")),
    "OVERDUE": Mark("asks", "warn", _("Overdue")),
    "INTERIM_TOO_LONG": Mark("asks", "warn", _("Interim too long")),
    # A rule of the guide, asked of a plan
    "HOLDS": Mark("good", "done", _("holds")),
    "TO_WATCH": Mark("asks", "warn", _("to watch")),
    "BROKEN": Mark("stop", "failed", _("broken")),
    "DOES_NOT_APPLY": Mark("idle", "declined", _("does not apply")),
    # A contract or a licence on a date
    "COVERED": Mark("good", "done", _("covered")),
    "ENDS_SOON": Mark("asks", "warn", _("ends soon")),
    "ENDED": Mark("stop", "failed", _("ended")),
}

# What a notice or a queue line wears when it has no state of its own.
FAMILY_SYMBOLS = {
    "idle": "info",
    "live": "info",
    "wait": "waiting",
    "asks": "warn",
    "stop": "failed",
    "good": "done",
}

PROVENANCES = {
    "DOCUMENTED": Mark("documented", "book", _("documented")),
    "INFERRED": Mark("inferred", "hunch", _("inferred")),
    "DEMO": Mark("demo", "flask", _("demo")),
    "APPLIANCE": Mark("documented", "box", _("the appliance’s own words")),
}

# What came of a try to deliver a webhook (portal/services/webhooks/sending.py).
HOOK_OUTCOMES = {
    "taken": _("taken"),
    "refused": pgettext_lazy("webhook", "refused"),
    "redirects": _("leads elsewhere"),
    "unreachable": _("no answer"),
    "not-allowed": _("address not allowed"),
    "too-much": _("answer too large"),
    "fault": _("a fault of the portal"),
}


def mark_of(code: str, life: str = "") -> Mark:
    """The mark of a state. Raises KeyError for a code without one: a state must have its shape."""
    return MARKS.get(f"{life}.{code}") or MARKS[code]
