"""What a person may do with a message that did not leave: have it sent again."""

from datetime import datetime
from typing import Any

from portal import audit
from portal.background import enqueue
from portal.models import Message


def send_again(message: Message, *, by: Any, at: datetime) -> Message:
    """Put a failed message, or one given up, into the outbox anew: due now, its tries forgotten.

    The attempts made so far stay in the ledger. Raises TransitionNotAllowed for any other state.
    """
    message.retry()
    message.next_at, message.again_at, message.tries = at, None, 0
    message.save()
    audit.record("message.retried", message, by=by, at=at)
    enqueue("portal.send_due_mail")
    return message
