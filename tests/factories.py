"""Rows that tests start from. Each app adds its own below its heading.

Inside `tenancy.transaction(customer)` where they make customer data: they say so.
"""

from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import count
from typing import Any

from django.contrib.auth.hashers import make_password

from portal import tenancy
from portal.models import Contract, Customer, Membership, User
from portal.services import customers

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
PASSWORD = "a long and quiet password"
_numbers = count(1)


@lru_cache(maxsize=1)
def _hash() -> str:
    """Argon2 is slow on purpose: the tests' one password is hashed once."""
    return make_password(PASSWORD)


def a_customer(name: str = "", **values: Any) -> Customer:
    """A customer with its audit chain. Opens its own transaction."""
    name = name or f"Customer {next(_numbers)}"
    return customers.open_customer(name, at=values.pop("at", NOON), **values)


def a_person(name: str = "", **values: Any) -> User:
    """A person without role, who signs in with PASSWORD."""
    name = name or f"Person {next(_numbers)}"
    email = values.pop("email", f"{name.lower().replace(' ', '.')}@example.com")
    return User.objects.create(email=email, name=name, password=_hash(), **values)


def staff(role: str = User.StaffRole.AGENT, name: str = "", **values: Any) -> User:
    """A member of the vendor's staff."""
    return a_person(name, staff_role=role, **values)


def a_member(
    customer: Customer,
    role: str = Membership.Role.ADMINISTRATOR,
    name: str = "",
    *,
    site_ids: Any = None,
    gets_mail: bool = True,
    **values: Any,
) -> User:
    """A customer's person with a role. Opens its own transaction."""
    user = a_person(name, **values)
    with tenancy.transaction(customer):
        Membership.objects.create(
            customer=customer, user=user, role=role, site_ids=site_ids, gets_mail=gets_mail
        )
    return user


def a_contract(
    customer: Customer, *, starts_on: date = date(2026, 1, 1), ends_on: date = date(2027, 12, 31)
) -> Contract:
    """A maintenance contract. Opens its own transaction."""
    with tenancy.transaction(customer):
        return Contract.objects.create(
            customer=customer,
            number=f"M-{next(_numbers):05}",
            starts_on=starts_on,
            ends_on=ends_on,
        )
