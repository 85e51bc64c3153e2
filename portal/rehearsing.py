"""Whether this process plays a rehearsal: then it acts for the twin, and for nobody else.

A twin is a simulated copy of a site under a hidden customer of its own. While `playing`, no other
customer can be entered, nothing is called but the rehearsal's own simulator, no bell is rung and
no message is written. Everywhere else the doors show twins to nobody.
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any


class NotTheTwin(RuntimeError):
    """A rehearsal tried to act for somebody else than its twin."""


@dataclass(frozen=True)
class Twin:
    """The hidden customer, and where its simulated appliances answer (host and port)."""

    customer_id: uuid.UUID
    simulator: tuple[str, int]


_twin: ContextVar[Twin | None] = ContextVar("twin", default=None)


@contextmanager
def playing(twin: Twin) -> Iterator[None]:
    """Inside, this thread belongs to the rehearsal."""
    token = _twin.set(twin)
    try:
        yield
    finally:
        _twin.reset(token)


def twin() -> Twin | None:
    """Whom a rehearsal plays; None in everyday life."""
    return _twin.get()


def tell(cursor: Any) -> None:
    """Before a door is called, inside a transaction: a rehearsal's sees its twin alone. Without
    this, a door sees no twin at all."""
    if found := _twin.get():
        assert cursor.db.in_atomic_block, "a rehearsal goes to a door inside a transaction"
        cursor.execute("SELECT set_config('app.twin', %s, true)", [str(found.customer_id)])


def demand(customer_id: object) -> None:
    """Raises NotTheTwin if a rehearsal is played and this customer is not its twin."""
    found = _twin.get()
    if found is not None and str(found.customer_id) != str(customer_id):
        raise NotTheTwin("A rehearsal acts for its twin alone.")
