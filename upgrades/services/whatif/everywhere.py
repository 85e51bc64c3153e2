"""A change for every customer: saved once, then each customer that it hits by itself.

One transaction covers one customer: the jobs of it that were hit, treated as chosen, with messages
and audit. The change itself (the freeze, the withdrawal) is a transaction of its own before them,
so that nothing begins inside it meanwhile. Killed in between, the rest is found again as `Settle`
finds it, and done by asking once more; a customer that is done has nothing left to do.
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal import tenancy
from portal.models import Customer
from portal.services import customers
from upgrades.models import Booking
from upgrades.services.misfits import TO_COME
from upgrades.services.whatif.edits import Edit
from upgrades.services.whatif.outcomes import Strategy
from upgrades.services.whatif.preview import (
    ChangedMeanwhile,
    NotSettled,
    Preview,
    apply,
    preview,
)


@dataclass(frozen=True)
class Hit:
    """A customer with upgrades hit, and what was shown of it."""

    customer: Customer
    found: Preview


@dataclass(frozen=True)
class Left:
    """A customer that was left as it is, and why: looked at again, it can be settled."""

    customer: Customer
    why: str


def preview_all(edit: Edit, *, by: Any, at: datetime) -> list[Hit]:
    """Every customer that has upgrades ahead, asked in its own transaction; those hit, by name."""
    found = []
    for customer_id in _with_upgrades_ahead(at):
        with tenancy.transaction(customer_id):
            seen = preview(edit, by=by, at=at)
            if seen.rows:
                found.append(Hit(customers.current(), seen))
    return sorted(found, key=lambda hit: (hit.customer.name.casefold(), hit.customer.pk))


def settle_all(
    edit: Edit, *, strategy: Strategy, digests: Mapping[uuid.UUID, str], by: Any, at: datetime
) -> list[Left]:
    """What `edit` (it stands already: `Settle`) displaces, customer by customer, where it is still
    what was shown (`digests`, by customer); the others are left, and named."""
    left = []
    for customer_id in _with_upgrades_ahead(at):
        try:
            with tenancy.transaction(customer_id):
                customer = customers.current()
                apply(
                    edit, strategy=strategy, per_job={}, digest=digests.get(customer_id, ""),
                    by=by, at=at,
                )  # fmt: skip
        except (ChangedMeanwhile, NotSettled) as refusal:
            left.append(Left(customer, str(refusal)))
    return left


def _with_upgrades_ahead(at: datetime) -> list[uuid.UUID]:
    """Read across customers, ids alone; whatever is done is done inside each."""
    rows = Booking.across.filter(state__in=TO_COME, slot__endswith__gt=at)
    return sorted(rows.order_by().values_list("customer_id", flat=True).distinct())
