"""What a person may do with a message: have one sent again that did not leave, and say of one that
left that it came back."""

from datetime import datetime
from typing import Any

from portal import audit
from portal.background import enqueue
from portal.models import Message
from portal.services import contacts


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


def came_back(message: Message, *, by: Any, at: datetime) -> Message:
    """The mail came back later, as a person (or the program that reads the mailbox) saw. Its
    contact is not written to any more; whoever is next is told. Raises TransitionNotAllowed for
    a message that has not left."""
    message.bounce()
    message.save()
    audit.record("message.bounced", message, by=by, at=at)
    if message.contact is not None and message.contact.email == message.address:
        contacts.came_back(message.contact, at=at)
    return message
