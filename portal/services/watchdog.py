"""The watchdog over promised and due notices: what has not left, or was never even written, is told
to staff, on their start page at once, and by a mail a day and customer. Its own mails are not
watched: no chain of alarm."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Min

from portal import rehearsing, sweeps, tenancy
from portal.models import Customer, User
from portal.services import delivery, messages

KIND = "notices_late"
ADMINISTERS = (User.StaffRole.ROLLOUT_MANAGER, User.StaffRole.ADMINISTRATOR)
MOST = 200  # customers on one page


@dataclass(frozen=True)
class Late:
    """How many notices to one customer have not left, how many more were never written, and since
    when the oldest is due."""

    customer_id: Any
    name: str
    slug: str
    number: int
    since: datetime
    unwritten: int = 0


@dataclass(frozen=True)
class Unwritten:
    """A notice that a fact asks for and that is not in the outbox: other apps know the facts."""

    customer_id: Any
    name: str
    slug: str
    since: datetime


def late(at: datetime, unwritten: Iterable[Unwritten] = ()) -> list[Late]:
    """By customer, those that wait longest first."""
    found = {each.customer_id: each for each in _not_left(at)}
    for one in unwritten:
        nothing = Late(one.customer_id, one.name, one.slug, 0, one.since)
        known = found.get(one.customer_id, nothing)
        since = min(known.since, one.since)
        found[one.customer_id] = replace(known, since=since, unwritten=known.unwritten + 1)
    return sorted(found.values(), key=lambda each: (each.since, each.name))[:MOST]


def _not_left(at: datetime) -> list[Late]:
    rows = (
        delivery.late(at).exclude(kind=KIND).order_by()
        .values("customer_id", "customer__name", "customer__slug")
        .annotate(number=Count("pk"), since=Min("next_at")).order_by("since", "customer_id")[:MOST]
    )  # fmt: skip
    return [
        Late(r["customer_id"], r["customer__name"], r["customer__slug"], r["number"], r["since"])
        for r in rows
    ]


def look_after(at: datetime, unwritten: Iterable[Unwritten] = ()) -> None:
    """Write the alarms: to the customer's account manager, else to whoever administers. One a day
    and customer, whoever else looks at the same time. A mail server that is away gets them late;
    the start page shows them meanwhile."""
    if rehearsing.twin():
        return
    sweeps.each(late(at, unwritten), lambda one: _alarm(one, at))


def _alarm(found: Late, at: datetime) -> None:
    with tenancy.transaction(found.customer_id):
        customer = Customer.objects.select_related("account_manager").get(pk=found.customer_id)
        for person in _told(customer.account_manager):
            messages.write(
                KIND, to=person, about=customer, key=f"{at:%Y-%m-%d}", at=at,
                context={
                    "number": found.number, "unwritten": found.unwritten, "since": found.since,
                    "link": f"{settings.PUBLIC_URL}/c/{customer.slug}/messages/",
                },
            )  # fmt: skip


def _told(manager: User | None) -> Iterable[User]:
    if manager is not None and manager.is_active:
        return [manager]
    return messages.support_people(ADMINISTERS)
