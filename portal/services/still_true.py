"""Is what a message asks for still to be done? Asked once, right before it leaves.

After an outage of the mail server a reminder may be about a step that was taken, or a night that is
over. The kinds that ask for something have a judge, told here by the app that knows the facts;
kinds that record a fact always leave, however late. A kind is one or the other (a test asks).
"""

from collections.abc import Callable, Mapping
from datetime import datetime

from portal.models import Message

# Why it is not true any more, as a message id; empty while it is.
Judge = Callable[[Message, datetime], str]
FACTS = frozenset({
    "appliance_drifted", "backup_failed", "booked_as_agreed", "domain_confirmed", "dwell_over",
    "erasure_asked", "erasure_confirmed", "erasure_done", "erasure_taken_back", "freeze_calendar",
    "interim_too_long", "invitation", "line_lifted", "line_stopped", "member_added", "notices_late",
    "offer_lapsed", "password_link", "question_answered", "sandbox_ends", "second_step_reset",
    "upgrade_approved", "upgrade_cancelled", "upgrade_done", "upgrade_halted", "upgrade_rejected",
    "webhook_disabled",
    "window_clocks", "window_differs", "window_kept", "window_missed", "window_moved",
})  # fmt: skip
_JUDGES: dict[str, tuple[Judge, str]] = {}


def judge_by(judges: Mapping[str, Judge], *, row: str) -> None:
    """Told by each app when it is loaded. `row`: which of the message's ids names the row that
    decides, `asks_id` or `about_id`; a message without it leaves."""
    _JUDGES.update({kind: (judge, row) for kind, judge in judges.items()})


def judged() -> frozenset[str]:
    return frozenset(_JUDGES)


def is_asked(message: Message) -> bool:
    """Whether its kind has a judge."""
    return message.kind in _JUDGES


def why_not(message: Message, at: datetime) -> str:
    """Inside the customer's transaction."""
    judge, row = _JUDGES.get(message.kind, (None, ""))
    if judge is None or getattr(message, row) is None:
        return ""
    return judge(message, at)
