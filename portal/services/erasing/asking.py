"""Asking for a customer's erasure, taking it back, confirming it: two people and a time between.

An administrator of the customer asks, and an administrator of the vendor's staff confirms. Staff
may ask only once no contract is left; then another member of staff confirms. In every case the
customer's administrators are told, and may take it back until the worker begins.
"""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from portal import audit, permissions, tenancy
from portal.errors import Refused
from portal.models import Customer, Erasure, Membership, User
from portal.services import customers, messages
from portal.services.erasing import obstacles

S = Erasure.State
AFTER_CONFIRMING = timedelta(days=1)  # at least, for second thoughts


class CannotErase(Refused):
    """Something would be left in the middle."""

    code = "cannot-erase"


class ErasureAsked(Refused):
    """It was asked for already."""

    code = "erasure-already-asked"


class OtherName(Refused):
    """What was typed is not the customer's name."""

    code = "customer-name-differs"


class StillUnderContract(Refused):
    """Staff asks for no erasure of a customer who is, or will be, under contract."""

    code = "still-under-contract"


class SandboxStays(Refused):
    """A sandbox holds nothing of a customer."""

    code = "sandbox-not-erased"


class SamePerson(Refused):
    """Whoever asked does not confirm."""

    code = "self-approval"


class OfWholeCustomer(Refused):
    """Somebody who sees some sites alone decides nothing about all of them."""

    code = "only-own-sites"


def current() -> Erasure | None:
    """The current customer's erasure, if one was asked for and not taken back."""
    return Erasure.objects.exclude(state=S.TAKEN_BACK).first()


def ask(*, name: str, reason: str, by: User, at: datetime) -> Erasure:
    """Ask that everything of the current customer be erased, not before ERASURE_DAYS from `at`.

    `name` is the customer's as the person typed it; that it is still the person who signed in is
    asked before (proofs.check). Raises OtherName, SandboxStays,
    ErasureAsked, StillUnderContract, CannotErase.
    """
    _demand_whole(by)
    customers.lock()
    customer = customers.current()
    demand_name(customer, name)
    if customer.is_sandbox:
        raise SandboxStays(
            _("A sandbox holds simulated appliances alone: nothing is erased there.")
        )
    if current():
        raise ErasureAsked(_("The erasure was asked for already."))
    if by.is_staff and customers.contracts_from(at.date()):
        raise StillUnderContract(
            _("This customer has a contract that is not over."),
            remedy=_("Let an administrator of the customer ask for it, or end the contract first."),
        )
    demand_free(at)
    erasure = Erasure(
        customer=customer, customer_name=customer.name, reason=reason, asked_by_id=by.pk,
        asked_by_name=str(by), asked_by_staff=by.is_staff, asked_at=at,
        due_at=at + timedelta(days=settings.ERASURE_DAYS),
    )  # fmt: skip
    try:
        with transaction.atomic():
            erasure.save(force_insert=True)
    except IntegrityError as error:
        raise ErasureAsked(_("The erasure was asked for already.")) from error
    _note("customer.erasure_asked", erasure, by=by, at=at, reason=reason)
    _tell("erasure_asked", erasure, at)
    return erasure


def confirm(erasure: Erasure, *, name: str, by: User, at: datetime) -> Erasure:
    """By another person, of staff. It begins no sooner than a day later. Raises OtherName,
    SamePerson, CannotErase; TransitionNotAllowed when it is not waiting for that."""
    demand_name(customers.current(), name)
    if not by.is_staff or by.pk == erasure.asked_by_id:
        raise SamePerson(
            _("Whoever asked for the erasure does not confirm it."),
            remedy=_("Let another administrator of staff confirm it."),
        )
    demand_free(at)
    erasure.confirm(at=at)
    erasure.confirmed_by_id, erasure.confirmed_by_name = by.pk, str(by)
    erasure.due_at = max(erasure.due_at, at + AFTER_CONFIRMING)
    erasure.save()
    _note("customer.erasure_confirmed", erasure, by=by, at=at)
    _tell("erasure_confirmed", erasure, at)
    return erasure


def take_back(erasure: Erasure, *, by: User, at: datetime) -> Erasure:
    """Nothing is erased. Raises TransitionNotAllowed once it has begun."""
    _demand_whole(by)
    erasure.take_back(at=at)
    erasure.taken_back_by_name = str(by)
    erasure.save()
    _note("customer.erasure_taken_back", erasure, by=by, at=at)
    _tell("erasure_taken_back", erasure, at)
    return erasure


def demand_name(customer: Customer, typed: str) -> None:
    """Raises OtherName."""
    if " ".join(typed.split()) != " ".join(customer.name.split()):
        raise OtherName(
            _("That is not the customer’s name."),
            remedy=_("Type it as it stands at the top of the page."),
        )


def demand_free(at: datetime) -> None:
    """Raises CannotErase, which names the first that stands in the way."""
    if standing := obstacles.found(at):
        raise CannotErase(standing[0].sentence, remedy=standing[0].remedy)


def administrators() -> list[User]:
    """The current customer's administrators who see all of it, whether or not they get mail
    otherwise: of this they are told."""
    rows = Membership.objects.filter(
        role=permissions.ADMINISTRATOR, site_ids=None, user__is_active=True
    ).select_related("user")
    return [row.user for row in rows.order_by("user__email")]


def _demand_whole(by: User) -> None:
    if permissions.visible_sites(by) is not None:
        raise OfWholeCustomer(
            _("You see some sites alone, and decide for nobody about others."),
            remedy=_("Ask an administrator who sees every site."),
        )


def _note(event: str, erasure: Erasure, *, by: Any, at: datetime, **data: Any) -> None:
    """In the customer's trail, and in the platform's own, which shows when that is closed."""
    data["due_at"] = erasure.due_at
    audit.record(event, erasure, by=by, at=at, data=data)
    facts = {"due_at": erasure.due_at, "customer": erasure.customer_name}
    audit.record_platform(
        event, erasure, by=by if by.is_staff else None, at=at, data=facts,
        about_customer=tenancy.current_customer_id(),
    )  # fmt: skip


def _tell(kind: str, erasure: Erasure, at: datetime) -> None:
    page = f"{settings.PUBLIC_URL}/c/{customers.current().slug}/data/erasure/"
    messages.write_all(
        kind, to=administrators(), about=erasure, key=str(erasure.pk), at=at,
        context={
            "by": erasure.taken_back_by_name or erasure.confirmed_by_name or erasure.asked_by_name,
            "due_at": erasure.due_at, "link": page,
        },
    )  # fmt: skip
