"""Sending what lies in the outbox, try by try, and saying what did not leave.

A message is leased in one statement, sent with no transaction open, and its outcome written in a
transaction of its own, which is committed before the mail server can take the next. A crash in
between sends that one mail again, with the same Message-ID. Whatever the server does, the whole
sending is over before the lease is, so that nobody else sends the same meanwhile.
"""

import logging
import time
import uuid
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from smtplib import SMTPRecipientsRefused, SMTPResponseException

from django.conf import settings
from django.db import transaction
from django.db.models import Q, QuerySet

from portal import clock, doors, prepared, tenancy
from portal.mailing.mime import Mail, NotWritable, mail
from portal.mailing.wire import Unanswered, Wire
from portal.models import Delivery, Message
from portal.services import contacts, links, mailed_links, still_true

log = logging.getLogger(__name__)

PAUSES = [timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60)]  # real time
MOST_TRIES = 12
MOST_UNANSWERED = 3  # times that a mail is given to a server which does not say what became of it
NO_ANSWER = "Unanswered"
BATCH = 50
LAST_BEGIN = 35.0  # seconds of a lease of 60 within which a mail may be begun
LAST_WORD = 50.0  # of those; then nothing is said or heard any more, only written down
LATE_AFTER = timedelta(minutes=15)
# Templates write this address; each try puts a link of its own there, and the one before is void.
FRESH_LINK = "https://link.invalid/"
# One statement, since a mail costs a transaction of its own: the try is kept if the message moves.
SETTLE = """
WITH moved AS (
    UPDATE portal_message SET state = %(state)s, tries = %(tries)s, sent_at = %(sent_at)s,
        again_at = %(again_at)s, lease_until = %(lease_until)s
    WHERE id = %(id)s AND state = 'QUEUED' RETURNING id, customer_id)
INSERT INTO portal_delivery (id, customer_id, message_id, at, good, detail)
SELECT gen_random_uuid(), customer_id, id, %(at)s, %(good)s, %(detail)s FROM moved
"""
Tried = tuple[Message, Exception | None]
PURPOSES = {"invitation": links.INVITATION, "password_link": links.PASSWORD}


def send_due(at: datetime) -> int:
    """Send what is due, a batch over one connection; returns how many left.

    Any number of processes may do this at once. Whatever fails is tried again after a pause.
    """
    began = time.monotonic()
    leased = _lease(at)
    if not leased:
        return 0
    sent = 0
    with Wire(settings.EMAIL_TIMEOUT, until=began + LAST_WORD) as wire:
        in_time = takewhile(lambda _: time.monotonic() - began <= LAST_BEGIN, _taken(leased, at))
        for message, problem in _tried(wire, in_time):
            sent += _write_down(message, problem, at)
    return sent


def _tried(wire: Wire, messages: Iterable[Tried]) -> Iterator[Tried]:
    """Each message with its problem, or None, to be written down at once: the envelope of the next
    is under way meanwhile, and its text waits. After a problem it may be a new connection that is
    waited for, so that is written down first."""
    last: Tried | None = None
    try:
        for message, problem in messages:
            if last and last[1]:
                given, last = last, None
                yield given
            problem = problem or _begun(wire, message)
            if last:
                given, last = last, None
                yield given
            last = message, problem or wire.finish()
    finally:  # also if the next could not even be read: this one has left
        if last:
            yield last


def _begun(wire: Wire, message: Message) -> Exception | None:
    """A fault of ours in one message keeps none of the others from leaving."""
    try:
        wire.begin(_mail(message))
    except NotWritable as problem:
        return problem
    except Exception as fault:
        return _noted(fault, message)
    return None


def _noted(fault: Exception, message: Message) -> Exception:
    log.exception("a message could not be made ready", extra={"outcome": str(message.pk)})
    return fault


def _lease(at: datetime) -> list[tuple[uuid.UUID, uuid.UUID]]:
    with doors.told() as cursor:
        cursor.execute("SELECT owner_id, message FROM door_lease_messages(%s, %s)", [at, BATCH])
        return cursor.fetchall()


def _taken(leased: list[tuple[uuid.UUID, uuid.UUID]], at: datetime) -> Iterator[Tried]:
    """The leased messages, QUEUED, each owner's read at once; without those settled meanwhile, and
    those withdrawn now since they are not true any more; with the fault of whatever could not be
    asked that. What becomes of each is written by itself: a worker that dies repeats one mail at
    most."""
    owners: dict[uuid.UUID, list[uuid.UUID]] = {}
    for owner_id, message_id in leased:
        owners.setdefault(owner_id, []).append(message_id)
    for owner_id, ids in owners.items():
        with tenancy.transaction(owner_id):
            rows = Message.objects.select_related("recipient", "contact").in_bulk(ids)
            taken = [rows[pk] for pk in ids if pk in rows]
            asked = [(message, _make_ready(message, at)) for message in taken]
        yield from (one for one in asked if one[0].state == Message.State.QUEUED)


def _make_ready(message: Message, at: datetime) -> Exception | None:
    was, fault = message.state, None
    if was == Message.State.FAILED:
        message.retry()
    if message.state == Message.State.QUEUED and still_true.is_asked(message):
        try:
            with transaction.atomic():
                why = still_true.why_not(message, at)
        except Exception as broken:
            why, fault = "", _noted(broken, message)
        if why:
            message.withdraw(why=why, at=at)
    if message.state != was:
        message.save()
    return fault


def _mail(message: Message) -> Mail:
    """Raises NotWritable."""
    text, html = message.body_text, message.body_html
    if purpose := PURPOSES.get(message.kind):
        link = links.issue(purpose, user=message.recipient)
        text, html = text.replace(FRESH_LINK, link), html.replace(FRESH_LINK, link)
    elif message.link_id:
        link = mailed_links.address(message.link_id)
        text, html = text.replace(FRESH_LINK, link), html.replace(FRESH_LINK, link)
    return mail(
        sender=settings.DEFAULT_FROM_EMAIL,
        to=message.address,
        subject=message.subject,
        text=text,
        html=html,
        calendars=message.calendars,
        headers={
            "Message-ID": message.message_id,
            "Content-Language": message.language,
            "Auto-Submitted": "auto-generated",
        },
    )


def _write_down(message: Message, problem: Exception | None, at: datetime) -> bool:
    """The try and what came of it; whether the message left."""
    _move(message, problem, at, unanswered=_unanswered(message, problem))
    facts = {**message.__dict__, "at": at, "good": problem is None}
    facts["detail"] = _said(problem) if problem else ""
    if problem is None:
        written = tenancy.at_once(message.customer_id, SETTLE, facts, wait_for_disk=False)
    else:
        with tenancy.transaction(message.customer_id):
            written = prepared.run(SETTLE, facts)
            if message.contact and written.rowcount and _knows_nobody(problem):
                contacts.came_back(message.contact, at=at)
    if written.rowcount != 1:
        log.warning("a message was sent by two at once", extra={"outcome": str(message.pk)})
    return problem is None


def _unanswered(message: Message, problem: Exception | None) -> int:
    """How often it was given to a server that did not say what became of it."""
    if not isinstance(problem, Unanswered):
        return 0
    with tenancy.transaction(message.customer_id):
        tries = Delivery.objects.filter(message_id=message.pk, detail__startswith=NO_ANSWER)
        return 1 + tries.count()


def _move(message: Message, problem: Exception | None, at: datetime, *, unanswered: int) -> None:
    message.tries += 1
    if problem is None:
        message.send(at=at)
        return
    pause = PAUSES[min(message.tries, len(PAUSES)) - 1]
    message.fail(again_at=datetime.now(UTC) + pause)
    if is_final(problem, message.tries) or unanswered >= MOST_UNANSWERED:
        message.give_up()


def is_final(problem: Exception, tries: int) -> bool:
    """A server that is away is waited for without end; one that says no, or nothing once it has all
    of it, only so often; what no mail can be made of stays so."""
    said_no = isinstance(problem, SMTPRecipientsRefused | SMTPResponseException | Unanswered)
    hopeless = isinstance(problem, NotWritable) or _knows_nobody(problem)
    return hopeless or (tries >= MOST_TRIES and said_no)


def _knows_nobody(problem: Exception | None) -> bool:
    """The server says for good that nobody has this address."""
    if not isinstance(problem, SMTPRecipientsRefused):
        return False
    return all(code >= 500 for code, _ in problem.recipients.values())


def _said(problem: Exception) -> str:
    """What the server or the network said, without addresses of people."""
    if isinstance(problem, SMTPRecipientsRefused):
        answers = [f"{code} {_text(words)}" for code, words in problem.recipients.values()]
        return "; ".join(answers)[:300]
    if isinstance(problem, NotWritable):
        return str(problem)
    if isinstance(problem, SMTPResponseException):
        return f"{problem.smtp_code} {_text(problem.smtp_error)}"[:300]
    return f"{type(problem).__name__}: {problem}"[:300]


def _text(words: bytes | str) -> str:
    return words.decode(errors="replace") if isinstance(words, bytes) else words


def late(at: datetime) -> QuerySet[Message]:
    """The watchdog's list over all customers: notices due for a while that have not left, and
    those given up."""
    due = at - patience()
    waiting = Q(state__in=[Message.State.QUEUED, Message.State.FAILED], next_at__lt=due)
    given_up = Q(state=Message.State.DEAD)
    return Message.across.filter(waiting | given_up).order_by("next_at")


def patience() -> timedelta:
    """For how long a notice may be due. On a scaled clock it is scaled too."""
    dial = clock.read_dial() if settings.SCALED_CLOCK else None
    return LATE_AFTER * max(dial.rate if dial else 1.0, 1.0)
