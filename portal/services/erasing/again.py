"""A backup from before an erasure brings the customer back: it is erased again, by its receipt.

Two people decided it, and its receipt says so; nobody is asked or told a second time, and what
stood in the middle when the backup was made keeps nothing back.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from portal import audit, tenancy
from portal.errors import Refused
from portal.models import Customer, Erasure
from portal.services.erasing import asking, carrying_out

S = Erasure.State


class NoReceipt(Refused):
    """What was given is not the receipt of an erasure that is over."""

    code = "not-a-receipt"


def begin(receipt: Mapping[str, Any], *, at: datetime) -> uuid.UUID | None:
    """Begin the erasure that a receipt tells of (services/erasing/receipts.told), if the customer
    is here and not erased; its id, to be carried out. None: nothing is left of it here. Raises
    NoReceipt."""
    customer_id, receipt_id, moments = read(receipt)
    with tenancy.transaction(customer_id):
        if not Customer.objects.exists():
            return None
        erasure = asking.current()
        if erasure is not None and erasure.state in (S.ERASED, S.ERASING):
            return customer_id if erasure.state == S.ERASING else None
        if erasure is None:
            erasure = Erasure(
                pk=receipt_id, customer_id=customer_id, customer_name=receipt["name"],
                asked_by_name=receipt["asked_by"], asked_by_staff=False, due_at=moments["due_at"],
                asked_at=moments["asked_at"],
            )  # fmt: skip
            erasure.save(force_insert=True)
        if erasure.state == S.ASKED:
            erasure.confirm(at=moments["confirmed_at"])
            erasure.confirmed_by_name = receipt["confirmed_by"]
            erasure.save()
        told = {"receipt": str(receipt_id), "erased_at": moments["ended_at"]}
        audit.record("customer.erased_again", erasure, at=at, data=told)
        carrying_out.begin(erasure, at, tell=False)
    return customer_id


def read(receipt: Mapping[str, Any]) -> tuple[uuid.UUID, uuid.UUID, dict[str, Any]]:
    """Customer, receipt, and the instants of its life. Raises NoReceipt."""
    try:
        ids = uuid.UUID(receipt["customer"]), uuid.UUID(receipt["receipt"])
        names = ("asked_at", "due_at", "confirmed_at", "ended_at")
        moments = {name: parse_datetime(receipt[name]) for name in names}
        texts = [receipt[name] for name in ("name", "asked_by", "confirmed_by")]
        if receipt["state"] != S.ERASED or None in moments.values():
            raise ValueError
        if not all(isinstance(text, str) and len(text) <= 120 for text in texts):
            raise ValueError
    except (KeyError, TypeError, ValueError, AttributeError) as wrong:
        raise NoReceipt(
            _("This is no receipt of an erasure that is over."),
            remedy=_("Give what erase_customer --receipts --json printed."),
        ) from wrong
    return *ids, moments
