"""Reads that span rows of several kinds: the ledger of messages, and the audit trail.

Lists are turned by key, not by number of page: a page costs the same wherever it lies.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Window,
)

from portal.models import (
    AuditEvent,
    CompanyDomain,
    Delivery,
    Membership,
    Message,
    Passkey,
    PlatformEvent,
    SecondStep,
    StaffTie,
    User,
    Webhook,
    WebhookDelivery,
    WebhookTry,
)

ROWS, MOST_WAITING = 50, 20


class _Among(Func):
    """A column among ids that are found first. An IN would be joined last, to every row."""

    template, arg_joiner = "%(expressions)s)", " = ANY("
    output_field = BooleanField()


def foremost(rows: "QuerySet[Any]", *order: Any, most: int) -> "QuerySet[Any]":
    """The first of a list, each with how many there are in all (`in_all`): found and counted by
    themselves, so that what is shown with them is joined to these few alone."""
    found = rows.select_related(None).order_by()
    counted = found.annotate(in_all=Func(F("pk"), function="COUNT")).values("in_all")
    ids = ArraySubquery(found.order_by(*order).values("pk")[:most])
    first = rows.filter(_Among(F("pk"), ids))
    return first.annotate(in_all=Subquery(counted)).order_by(*order)


@dataclass(frozen=True)
class Page:
    """Rows, and the key after which the older ones begin (empty: these are the last)."""

    rows: list[Any]
    older: str = ""


def messages(*, state: str = "", before: str = "", across: bool = False) -> Page:
    """Messages newest first, each with `tried` (its deliveries, oldest first).

    Of the current customer; with `across`, of all customers (staff), with theirs beside them.
    """
    found = (Message.across if across else Message.objects).select_related("customer")
    if state:
        found = found.filter(state=state)
    page = turn(found, ("written_at", "id"), before)
    tries = _tries((row.pk for row in page.rows), across=across)
    for row in page.rows:
        row.tried = tries.get(row.pk, [])
    return page


def _tries(ids: Iterable[uuid.UUID], *, across: bool) -> dict[uuid.UUID, list[Delivery]]:
    manager = Delivery.across if across else Delivery.objects
    tries: dict[uuid.UUID, list[Delivery]] = {}
    for delivery in manager.filter(message_id__in=list(ids)).order_by("at"):
        tries.setdefault(delivery.message_id, []).append(delivery)
    return tries


def waiting_domains() -> list[CompanyDomain]:
    """E-mail domains of all customers that wait for the vendor, oldest first; each knows who named
    it (`asked_by`, a name or None) and how many there are (`in_all`)."""
    names = User.objects.filter(pk=OuterRef("asked_by_id")).values("name")[:1]
    rows = CompanyDomain.across.filter(confirmed_at=None).select_related("customer")
    counted = rows.annotate(asked_by=Subquery(names), in_all=Window(Count("pk")))
    return list(counted.order_by(F("asked_at").asc(nulls_first=True), "pk")[:MOST_WAITING])


def deliveries_of(message: Message) -> QuerySet[Delivery]:
    return Delivery.objects.filter(message_id=message.pk).order_by("at")


def webhook_deliveries(hook: Webhook, *, state: str = "", before: str = "") -> Page:
    """What was sent to an endpoint, newest first, each with `tried` (its tries, oldest first)."""
    found = WebhookDelivery.objects.filter(webhook=hook).select_related("event")
    if state:
        found = found.filter(state=state)
    page = turn(found, ("queued_at", "id"), before)
    tries: dict[uuid.UUID, list[WebhookTry]] = {}
    for each in WebhookTry.objects.filter(delivery__in=page.rows).order_by("at"):
        tries.setdefault(each.delivery_id, []).append(each)
    for row in page.rows:
        row.tried = tries.get(row.pk, [])
    return page


def events(*, name: str = "", before: str = "", across: bool = False) -> Page:
    """The audit trail newest first; `name` is an event or how it begins ("job")."""
    found = (AuditEvent.across if across else AuditEvent.objects).select_related("customer")
    if name:
        found = found.filter(name__startswith=name)
    # Of one customer its chain's numbers are the order of time, too.
    return turn(found, ("at", "number", "id") if across else ("number",), before)


def platform_events(*, name: str = "", before: str = "") -> Page:
    """The platform's own trail, newest first; `name` as in `events`."""
    found = PlatformEvent.objects.all()
    if name:
        found = found.filter(name__startswith=name)
    return turn(found, ("at", "number", "id"), before)


def last_platform_verification() -> PlatformEvent | None:
    return PlatformEvent.objects.filter(name="audit.verified").order_by("-number").first()


def staff_people() -> list[User]:
    """The vendor's staff: those who may sign in first, by name; `has_second_step`
    and `has_tie` are set."""
    people = User.objects.exclude(staff_role="").annotate(
        has_second_step=_has_second_step("pk"),
        has_tie=Exists(StaffTie.objects.filter(user=OuterRef("pk"))),
    )
    return list(people.order_by("-is_active", "name", "email"))


def members() -> QuerySet[Membership]:
    """The current customer's people by name; `has_second_step` is set."""
    found = Membership.objects.select_related("user").order_by("user__name")
    return found.annotate(has_second_step=_has_second_step("user_id"))


def _has_second_step(person: str) -> Exists:
    """Whether more than the password is asked for; `person` is the field with the person's id."""
    app = SecondStep.objects.filter(user=OuterRef(person), confirmed_at__isnull=False)
    return Exists(app) | Exists(Passkey.objects.filter(user=OuterRef(person)))


def last_verification() -> AuditEvent | None:
    return AuditEvent.objects.filter(name="audit.verified").order_by("-number").first()


def turn(found: QuerySet[Any], order: Sequence[str], before: str) -> Page:
    """One page in falling `order`, whose fields together are unique."""
    if key := _key(before, order):
        found = found.filter(_after(order, key))
    rows = list(found.order_by(*(f"-{name}" for name in order))[: ROWS + 1])
    if len(rows) <= ROWS:
        return Page(rows)
    last = rows[ROWS - 1]
    return Page(rows[:ROWS], "_".join(_text(getattr(last, name)) for name in order))


def _after(order: Sequence[str], key: Sequence[Any]) -> Q:
    """What comes after a row in falling order: less in one field, the same in those before it."""
    first, *rest = order
    less = Q(**{f"{first}__lt": key[0]})
    return less | (Q(**{first: key[0]}) & _after(rest, key[1:])) if rest else less


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _key(text: str, order: Sequence[str]) -> list[Any] | None:
    """The key of an address; one that was tampered with is the first page."""
    parts = text.split("_")
    if len(parts) != len(order):
        return None
    try:
        return [READ[name](part) for name, part in zip(order, parts, strict=True)]
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("an instant without its offset")
    return moment


READ = {
    "written_at": _instant,
    "queued_at": _instant,
    "at": _instant,
    "number": int,
    "id": uuid.UUID,
}
