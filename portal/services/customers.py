"""Customers: who they are, opening one, their contracts and what those cover."""

import uuid
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from portal import audit, once, tenancy, times
from portal.errors import Refused
from portal.models import ChainHead, Contract, Customer

FIELDS = ("name", "language", "zone", "tags")


class BadCustomer(Refused):
    """What was written cannot be a customer; `fields` says where."""

    code = "customer-not-possible"


NOTHING_GIVEN: Any = object()


def id_of_slug(slug: str) -> uuid.UUID | None:
    """The customer behind an address, asked through the door; None if there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_customer_of_slug(%s)", [slug])
        return cursor.fetchone()[0]


def ids_of_person(user_id: uuid.UUID) -> list[uuid.UUID]:
    """The customers a person is a member of."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_customers_of_person(%s)", [user_id])
        return [row[0] for row in cursor.fetchall()]


def of_person(user: Any) -> list[Customer]:
    """The customers a person is a member of, by name. Enters each: there are few."""
    found = []
    for customer_id in ids_of_person(user.pk):
        with tenancy.transaction(customer_id):
            found.append(current())
    return sorted(found, key=lambda customer: customer.name.casefold())


def current() -> Customer:
    """The customer this transaction acts for."""
    return Customer.objects.get(pk=tenancy.current_customer_id())


def lock() -> None:
    """One at a time within the current customer, until its transaction ends. Not the row's key,
    which every new row of the customer refers to: those wait for nobody."""
    Customer.objects.select_for_update(no_key=True).get(pk=tenancy.current_customer_id())


def open_customer(name: str, *, at: datetime, by: Any = None, **values: Any) -> Customer:
    """Take a customer on: its row, its audit chain, and the first event in it."""
    customer = Customer(name=name, opened_at=at, **values)
    customer.slug = customer.slug or slugify(name)
    with transaction.atomic(), tenancy.transaction(customer):
        customer.save(force_insert=True)
        ChainHead.objects.create(customer=customer)
        audit.record("customer.opened", customer, by=by, at=at)
        if not customer.rehearses:
            audit.record_platform(
                "customer.opened", customer, by=by, at=at, about_customer=customer,
                data={"name": customer.name},
            )  # fmt: skip
    return customer


def change(customer: Customer, *, by: Any, at: datetime, **values: Any) -> Customer:
    """Change what is known of the current customer (FIELDS); its short name stays. Its own trail
    does not say how support calls it. Raises BadCustomer."""
    if strange := set(values) - set(FIELDS):
        raise TypeError(f"not to be changed here: {sorted(strange)}")
    changed = {
        name: [getattr(customer, name), value]
        for name, value in values.items()
        if getattr(customer, name) != value
    }
    for name, (_before, after) in changed.items():
        setattr(customer, name, after)
    if found := _refusals(customer):
        raise BadCustomer(" ".join(map(str, found.values())), fields=found)
    if changed:
        customer.save(update_fields=sorted(changed))
        told = {name: both for name, both in changed.items() if name not in Customer.STAYS_BEHIND}
        audit.record("customer.changed", customer, by=by, at=at, data=told)
    return customer


def _refusals(customer: Customer) -> dict[str, object]:
    """What is wrong, by the name of the input."""
    found: dict[str, object] = {}
    if not customer.name.strip() or len(customer.name) > 120:
        found["name"] = _("A customer has a name of at most 120 characters.")
    if customer.language not in dict(settings.LANGUAGES):
        found["language"] = _("Choose one of the portal’s languages: en, fr or tr.")
    if customer.zone not in times.zones():
        found["zone"] = _("Choose a time zone such as Europe/Istanbul.")
    if any(len(tag) > 40 for tag in customer.tags):
        found["tags"] = _("A tag has at most 40 characters.")
    return found


def has_contract(on: date) -> bool:
    """Whether the current customer is under maintenance on a day (G-PREP-3, G-LIC-2)."""
    return contract_for(on) is not None


def contract_for(on: date) -> Contract | None:
    covering = [contract for contract in contracts_from(on) if contract.starts_on <= on]
    return max(covering, key=lambda contract: contract.ends_on, default=None)


def contracts_from(day: date) -> list[Contract]:
    """The current customer's contracts that are not over by then, in order of their first days."""
    return [each for each in _contracts() if each.ends_on >= day]


def _contracts() -> list[Contract]:
    """The current customer's, all of them: there are few, and today is another day elsewhere."""
    found = Contract.objects.order_by("starts_on")
    return once.read(("contracts",), lambda: list(found))


def every_id() -> list[uuid.UUID]:
    """Every customer's id, for commands and sweeps that visit each in turn."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_every_customer()")
        return [row[0] for row in cursor.fetchall()]


def agree(
    *, silent_rule: str | None = None, links_need_sign_in: bool | None = None,
    account_manager: Any = NOTHING_GIVEN, by: Any, at: datetime,
) -> Customer:  # fmt: skip
    """How readiness alerts go at the current customer; what is not given stays. `silent_rule` and
    `account_manager` (None: nobody) are the vendor's to write down."""
    customer = Customer.objects.select_for_update(no_key=True).get(pk=tenancy.current_customer_id())
    given = {"silent_rule": silent_rule, "links_need_sign_in": links_need_sign_in}
    changed = {name: value for name, value in given.items() if value is not None}
    if account_manager is not NOTHING_GIVEN:
        changed["account_manager"] = account_manager
    for name, value in changed.items():
        setattr(customer, name, value)
    customer.save()
    said = {
        name: value if isinstance(value, bool) else str(value) for name, value in changed.items()
    }
    audit.record("customer.agreed", customer, by=by, at=at, data=said)
    return customer
