"""No customer, no query. The first of two walls; PostgreSQL's row security is the second."""

import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ClassVar

import psycopg
from django.db import connections, models, transaction as django_transaction

from portal import prepared, rehearsing

TELL = "SELECT set_config('app.customer', %(customer)s, true)"
TELL_SOON = f"{TELL}, set_config('synchronous_commit', 'off', true)"


class NoCustomer(RuntimeError):
    """Customer data was asked for while acting for nobody: open tenancy.transaction() first."""


@dataclass
class _Acting:
    customer_id: uuid.UUID
    using: str
    closing: list[Callable[[], None]] = field(default_factory=list)


_acting: ContextVar[_Acting | None] = ContextVar("customer", default=None)


@contextmanager
def transaction(customer: Any, *, using: str = "default") -> Iterator[None]:
    """Open a transaction that acts for one customer (a Customer or its id).

    The customer is set inside the transaction and ends with it, so that a pooled connection
    never carries it on. Nested, it is a savepoint, and the outer customer comes back after it.
    """
    acting = _Acting(getattr(customer, "pk", customer), using)
    rehearsing.demand(acting.customer_id)
    outer, nested = _acting.get(), connections[using].in_atomic_block
    told = str(outer.customer_id) if nested and outer and outer.using == using else ""
    another = told != str(acting.customer_id)
    with django_transaction.atomic(using=using):
        if another:
            _tell(using, str(acting.customer_id))
        token = _acting.set(acting)
        try:
            yield
            if connections[using].needs_rollback:  # what was written goes; the setting goes with it
                return
            for close in acting.closing:
                close()
        finally:
            _acting.reset(token)
        if nested and another:
            _tell(using, told)


def at_once(
    customer: Any, statement: str, values: Mapping[str, Any], *, wait_for_disk: bool = True
) -> psycopg.Cursor[Any]:
    """One statement as a transaction of its own for one customer, in one journey to PostgreSQL in
    place of four. All that is sent up to the journey's end is one transaction, and the setting ends
    with it. Without waiting for the disk a commit outlives this process at once, but a fallen
    PostgreSQL only after some tenths of a second. Refuses inside another transaction."""
    customer_id = getattr(customer, "pk", customer)
    rehearsing.demand(customer_id)
    connection = connections["default"]
    connection.ensure_connection()
    if connection.in_atomic_block:
        raise RuntimeError("A statement that goes at once is a transaction of its own.")
    with connection.wrap_database_errors, connection.connection.pipeline():
        told = {"customer": str(customer_id)}
        prepared.run(TELL if wait_for_disk else TELL_SOON, told)
        return prepared.run(statement, values)


def _tell(using: str, value: str) -> None:
    prepared.run(TELL, {"customer": value}, using=using)


def current_customer_id() -> uuid.UUID:
    """Whom this code acts for. Raises NoCustomer outside tenancy.transaction()."""
    return _now().customer_id


def acting() -> bool:
    """Whether this code acts for a customer."""
    return _acting.get() is not None


def before_commit(close: Callable[[], None]) -> None:
    """Call this right before the customer's transaction ends, after everything else was written."""
    _now().closing.append(close)


def _now() -> _Acting:
    if (acting := _acting.get()) is None:
        raise NoCustomer("Wrap this code in tenancy.transaction(customer).")
    return acting


class CustomerManager(models.Manager):  # type: ignore[type-arg]
    """Sees the current customer's rows; refuses to build a query while there is none."""

    def get_queryset(self) -> models.QuerySet[Any]:
        return super().get_queryset().filter(customer_id=_now().customer_id)


def every_row(model: type[models.Model]) -> models.QuerySet[Any]:
    """The current customer's rows of an owned table, those too that its manager leaves out."""
    return models.QuerySet(model).filter(customer_id=_now().customer_id)


class AcrossCustomers(models.Manager):  # type: ignore[type-arg]
    """Staff lists over customers: reads through the SELECT-only role, never writes."""

    def get_queryset(self) -> models.QuerySet[Any]:
        rehearsing.demand(None)
        return super().get_queryset().using("staff")


@contextmanager
def with_sandboxes() -> Iterator[None]:
    """Inside, staff's reads over customers show what is in sandboxes too, which a policy of
    PostgreSQL leaves out of them otherwise."""
    _show("shown")
    try:
        yield
    finally:
        _show("")


def _show(what: str) -> None:
    with connections["staff"].cursor() as cursor:
        cursor.execute("SELECT set_config('app.sandboxes', %s, false)", [what])


class CustomerOwned(models.Model):
    """A row with exactly one owner. `Secure` in the migration raises the second wall."""

    SECURED: ClassVar[bool] = True

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    customer = models.ForeignKey("portal.Customer", models.PROTECT, related_name="+")

    objects = CustomerManager()
    across = AcrossCustomers()

    class Meta:
        abstract = True


class OwnedForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference between owned rows. `Secure` writes it as a key over (customer, id), since a
    plain foreign key ignores row security and would accept another customer's row."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs
