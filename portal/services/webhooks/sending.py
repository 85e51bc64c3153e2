"""The worker that delivers: leased in one statement, called with no transaction open, written down
in a transaction of its own.

A crash between the call and its record sends the same again, under the same webhook-id: receivers
know it. Whatever is no 2xx is tried again with growing pauses for three days, then given up. An
endpoint that fails rests, so that a slow one costs one call a pause and not a worker; one that
took nothing for as long as something was tried, or says 410, is disabled, and told so by mail.
"""

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django_fsm import ConcurrentTransition

from portal import audit, clock, egress, rehearsing, secrets, tenancy
from portal.models import Webhook, WebhookDelivery, WebhookTry
from portal.permissions import ADMINISTRATOR
from portal.services import customers, messages
from portal.services.webhooks import bodies, faults, signing

log = logging.getLogger(__name__)

BATCH = 20
SECONDS = 10.0  # a call may take, all in all
PASS_SECONDS = 30.0  # calls begin in one pass; with the last call less than the lease of 60 s
SENDERS = 2  # passes at once, over all workers
LOCKS = 20_261_129  # of advisory locks: this number, then the sender's
# The specification's example of pauses, stretched over three days: the last try is at 71.6 hours.
PAUSES = [
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 20)),
]  # fmt: skip
LONGEST = timedelta(days=3)
RESTS = [timedelta(seconds=seconds) for seconds in (5, 30, 60, 120, 300)]
GONE = 410
TAKEN, REFUSED, REDIRECTS = "taken", "refused", "redirects"


@dataclass(frozen=True)
class Call:
    """What is sent, read in one transaction."""

    delivery: WebhookDelivery
    address: str
    body: bytes
    headers: dict[str, str] = field(repr=False)


@dataclass(frozen=True)
class Outcome:
    """`status` None: there was no answer; `word` is one of a few, and never the answer's own."""

    word: str
    status: int | None
    milliseconds: int

    @property
    def good(self) -> bool:
        return self.word == TAKEN


def send_due(*, guard: egress.Guard | None = None) -> int:
    """Send what is due until nothing is, or some seconds have passed; how many were taken.

    Any number of processes may do this at once; more than SENDERS leave it to those.
    """
    if rehearsing.twin():
        return 0
    taken = 0
    with _turn() as mine:
        until = time.monotonic() + PASS_SECONDS
        while mine and time.monotonic() < until and (leased := _lease()):
            taken += _send_batch(leased, until, guard or egress.guard())
    return taken


def _send_batch(leased: list[tuple[uuid.UUID, uuid.UUID]], until: float, guard: Any) -> int:
    """What is left when the time is over, or when its endpoint just failed, waits for its lease."""
    taken, failed = 0, set()
    for owner_id, delivery_id in leased:
        if time.monotonic() >= until:
            break
        try:
            call = _take(owner_id, delivery_id, failed)
            if call is None:
                continue
            outcome = _make(call, guard)
            _write_down(call, outcome)
        except Exception:  # one delivery must not keep the others from being sent
            if not connection.is_usable():
                raise
            log.exception("a webhook failed", extra={"outcome": str(delivery_id)})
            faults.note(owner_id, delivery_id, pauses=PAUSES, longest=LONGEST)
            continue
        taken += outcome.good
        if not outcome.good:
            failed.add(call.delivery.webhook_id)
    return taken


@contextmanager
def _turn() -> Iterator[bool]:
    """One of the few places for senders: slow receivers must not fill all workers. The lock is the
    session's, so that it goes with a worker that dies."""
    with connection.cursor() as cursor:
        for number in range(SENDERS):
            cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCKS, number])
            if cursor.fetchone()[0]:
                break
        else:
            yield False
            return
    try:
        yield True
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCKS, number])


def _lease() -> list[tuple[uuid.UUID, uuid.UUID]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner_id, delivery FROM door_lease_webhooks(%s)", [BATCH])
        return cursor.fetchall()


def _take(owner_id: uuid.UUID, delivery_id: uuid.UUID, failed: set[uuid.UUID]) -> Call | None:
    """The leased delivery, QUEUED, and what it sends. None if it was settled meanwhile, or if its
    endpoint is not to be called now."""
    with tenancy.transaction(owner_id):
        known = WebhookDelivery.objects.select_related("webhook", "event")
        delivery = known.filter(pk=delivery_id).first()
        if delivery is None:
            return None
        hook = delivery.webhook
        if hook.pk in failed or hook.state != Webhook.State.ACTIVE:
            return None
        if delivery.state == WebhookDelivery.State.FAILED:
            delivery.retry()
            delivery.save()
        if delivery.state != WebhookDelivery.State.QUEUED:
            return None
        body = bodies.written(delivery.event)
        signed = signing.headers(
            _secrets(hook), message_id=str(delivery.event_id), body=body,
            timestamp=int(datetime.now(UTC).timestamp()),
        )  # fmt: skip
        fixed = {"Content-Type": "application/json", "User-Agent": "Changeover-Webhooks/1"}
        return Call(delivery, hook.address, body, {**fixed, **signed})


def _secrets(hook: Webhook) -> list[str]:
    """Those that sign now, the newest first."""
    context = secrets.context_of(hook, "secret")
    found = [secrets.unseal(hook.secret, key_id=hook.secret_key_id, context=context)]
    if hook.old_until and hook.old_until > datetime.now(UTC) and hook.old_secret is not None:
        context = secrets.context_of(hook, "old_secret")
        old = secrets.unseal(hook.old_secret, key_id=hook.old_secret_key_id, context=context)
        found.append(old)
    return found


def _make(call: Call, guard: egress.Guard) -> Outcome:
    began, status = time.monotonic(), None
    try:
        status = guard.tell(call.address, headers=call.headers, body=call.body, seconds=SECONDS)
        word = TAKEN if 200 <= status < 300 else REDIRECTS if 300 <= status < 400 else REFUSED
    except egress.OutgoingError as error:
        word = error.code
    return Outcome(word, status, round((time.monotonic() - began) * 1000))


def _write_down(call: Call, outcome: Outcome) -> None:
    """The try and what came of it. Whoever disabled or changed the endpoint meanwhile, or had it
    sent again, goes first."""
    delivery, now = call.delivery, datetime.now(UTC)
    try:
        with tenancy.transaction(delivery.customer_id):
            hook = Webhook.objects.select_for_update().get(pk=delivery.webhook_id)
            WebhookTry.objects.create(
                customer_id=delivery.customer_id, delivery=delivery, at=now,
                status=outcome.status, outcome=outcome.word, milliseconds=outcome.milliseconds,
            )  # fmt: skip
            delivery.tries += 1
            if outcome.good:
                delivery.send(at=now)
                hook.failures, hook.last_good_at, hook.rests_until = 0, now, None
            else:
                _fail(delivery, hook, outcome, now)
            delivery.save()
            hook.save()
    except ConcurrentTransition:
        log.warning("a webhook was sent by two at once", extra={"outcome": str(delivery.pk)})


def _fail(delivery: WebhookDelivery, hook: Webhook, outcome: Outcome, now: datetime) -> None:
    pause = PAUSES[min(delivery.tries, len(PAUSES)) - 1]
    delivery.fail(again_at=now + pause)
    hook.failures += 1
    hook.rests_until = now + RESTS[min(hook.failures, len(RESTS)) - 1]
    given_up = now + pause > delivery.queued_at + LONGEST
    if given_up:
        delivery.give_up()
    nothing_taken = hook.last_good_at is None or hook.last_good_at < delivery.queued_at
    gone = outcome.status == GONE
    if hook.state == Webhook.State.ACTIVE and (gone or (given_up and nothing_taken)):
        _disable(hook, now)


def _disable(hook: Webhook, now: datetime) -> None:
    """The customer's administrators are told; where there is none, the account manager."""
    at = clock.now()
    hook.disable(at=now)
    audit.record("webhook.disabled", hook, at=at, data={"by_failure": True})
    customer = customers.current()
    people = messages.people_of(roles=[ADMINISTRATOR])
    for person in people or ([customer.account_manager] if customer.account_manager else []):
        messages.write(
            "webhook_disabled", to=person, about=hook, at=at,
            key=f"{hook.pk}:{now:%Y-%m-%dT%H:%M:%S}", context={
                "webhook": hook.name,
                "link": f"{settings.PUBLIC_URL}/c/{customer.slug}/webhooks/{hook.pk}/",
            },
        )  # fmt: skip


def forget_old(*, days: int = 90) -> int:
    """Deliveries that were written long ago, with their tries; how many. The events stay."""
    before, gone = datetime.now(UTC) - timedelta(days=days), 0
    for customer_id in customers.every_id():
        with tenancy.transaction(customer_id):
            old = WebhookDelivery.objects.filter(queued_at__lt=before)
            WebhookTry.objects.filter(delivery__in=old).delete()
            gone += old.delete()[0]
    return gone
