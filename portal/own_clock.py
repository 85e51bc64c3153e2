"""A sandbox's own clock: it is ahead of the installation's by as much as it was put forward.

Whoever acts for a sandbox reads its clock (portal/clock.py). What time brings over all customers
goes by the installation's clock, and its doors then show no sandbox that is ahead; while `running`
the clock of one they show that sandbox alone. PostgreSQL's policies say so (own_clock), so that no
sandbox's time ever reaches a row of somebody else.

A sandbox's id says that it may be ahead, as its keys say whose they are: a UUID of version 8
(RFC 9562 §5.8). Nobody else's time costs a question to the database.
"""

import secrets
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import timedelta
from typing import Any

from django.db import connection

from portal import tenancy

VERSION = 8
_running: ContextVar[uuid.UUID | None] = ContextVar("running", default=None)


def new_id() -> uuid.UUID:
    """An id for a customer with a clock of its own; 122 random bits."""
    bits = secrets.randbits(128)
    bits = bits & ~(0xF << 76) | VERSION << 76
    return uuid.UUID(int=bits & ~(0x3 << 62) | 0x2 << 62)


def may_differ(customer_id: uuid.UUID | None) -> bool:
    return customer_id is not None and customer_id.version == VERSION


@contextmanager
def running(customer_id: uuid.UUID) -> Iterator[None]:
    """Inside, time is that of this sandbox also between its transactions, and the doors of what is
    due show it alone."""
    token = _running.set(customer_id)
    try:
        yield
    finally:
        _running.reset(token)


def whose() -> uuid.UUID | None:
    """The sandbox whose clock is running; None: the installation's is."""
    return _running.get()


def tell(cursor: Any) -> None:
    """Before a door of what is due is called, inside a transaction: whose clock is running. Without
    this it shows everybody whose clock is the installation's."""
    if (found := _running.get()) is not None:
        assert cursor.db.in_atomic_block, "whose clock it is is told inside a transaction"
        cursor.execute("SELECT set_config('app.own_clock', %s, true)", [str(found)])


def ahead() -> timedelta:
    """By how much the clock of whom this code acts for is ahead of the installation's."""
    found = tenancy.current_customer_id() if tenancy.acting() else _running.get()
    return of(found) if found is not None and may_differ(found) else timedelta()


def of(customer_id: uuid.UUID) -> timedelta:
    """Asked each time: a kept value would outlive what another process put forward."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_clock_ahead(%s)", [customer_id])
        found: timedelta | None = cursor.fetchone()[0]
    return found or timedelta()


def all_ahead() -> list[uuid.UUID]:
    """The sandboxes whose clock is ahead, whose time brings what is theirs."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT door_customers_ahead()")
        return [row[0] for row in cursor.fetchall()]
