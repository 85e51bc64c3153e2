"""A delivery that the portal itself fails at: a secret that does not open, an event that cannot be
written. It has its pauses and its end like any other, and is nothing that its endpoint did."""

import uuid
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from portal import tenancy
from portal.models import WebhookDelivery, WebhookTry

FAULT = "fault"
S = WebhookDelivery.State


def note(
    owner_id: uuid.UUID, delivery_id: uuid.UUID, *, pauses: Sequence[timedelta], longest: timedelta
) -> None:
    """The try, and when the next one is; given up once the last pause would be longer than that."""
    now = datetime.now(UTC)
    with tenancy.transaction(owner_id):
        rows = WebhookDelivery.objects.select_for_update().filter(pk=delivery_id)
        delivery = rows.filter(state__in=[S.QUEUED, S.FAILED]).first()
        if delivery is None:
            return
        WebhookTry.objects.create(
            customer_id=owner_id, delivery=delivery, at=now, status=None, outcome=FAULT,
            milliseconds=0,
        )  # fmt: skip
        if delivery.state == S.FAILED:
            delivery.retry()
        delivery.tries += 1
        again_at = now + pauses[min(delivery.tries, len(pauses)) - 1]
        delivery.fail(again_at=again_at)
        if again_at > delivery.queued_at + longest:
            delivery.give_up()
        delivery.save()
