"""Terms of notice agreed with a customer. Staff promise more, and only the customer itself may be
content with less: a promise that its giver can take back is none."""

from datetime import date, datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from portal import audit, tenancy
from portal.errors import Refused
from portal.models import Promise

MOST_DAYS = 180
USUAL = {Promise.Kind.ANSWER: 7}  # where nothing was agreed


class BadPromise(Refused):
    """What was written cannot be a promise; `fields` says where."""

    code = "promise-not-possible"


class OnlyTheCustomer(Refused):
    code = "only-the-customer"


def make(*, kind: str, days: int, agreed_on: date, by: Any, at: datetime) -> Promise:
    """Agree on a term; one that stands is changed. Raises BadPromise, OnlyTheCustomer."""
    found = {}
    if kind not in Promise.Kind.values:
        found["kind"] = _("Choose what the promise is about.")
    if not 1 <= days <= MOST_DAYS:
        found["days"] = _("A promise is of 1 to 180 days.")
    if found:
        raise BadPromise(" ".join(map(str, found.values())), fields=found)
    standing = Promise.objects.select_for_update().filter(kind=kind).first()
    before = facts(standing) if standing else None
    if standing is not None and days < standing.days:
        _demand_customer(by)
    promise = standing or Promise(customer_id=tenancy.current_customer_id(), kind=kind)
    promise.days, promise.agreed_on = days, agreed_on
    promise.save()
    data = {**facts(promise)} | ({"before": before} if before else {})
    audit.record("promise.changed" if before else "promise.made", promise, by=by, at=at, data=data)
    return promise


def end(promise: Promise, *, by: Any, at: datetime) -> None:
    """It binds nobody any more. Raises OnlyTheCustomer."""
    _demand_customer(by)
    audit.record("promise.ended", promise, by=by, at=at, data=facts(promise))
    Promise.objects.filter(pk=promise.pk).delete()


def term(kind: str) -> timedelta:
    """What the current customer was promised, or is usual."""
    promise = Promise.objects.filter(kind=kind).first()
    return timedelta(days=promise.days if promise else USUAL.get(Promise.Kind(kind), 0))


def facts(promise: Promise) -> dict[str, Any]:
    return {"kind": promise.kind, "days": promise.days, "agreed_on": promise.agreed_on}


def _demand_customer(by: Any) -> None:
    if by is None or by.is_staff:
        raise OnlyTheCustomer(
            _("Only the customer itself may be content with less than was promised."),
            remedy=_("Ask the customer’s administrator to change it."),
        )
