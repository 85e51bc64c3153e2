"""What an answer that changes nothing asks several times is read once.

A page is put together of services that know nothing of each other: each asks for the catalogue,
the windows, the reader's role. While a safe request is answered they share what was read, each
customer's apart. Whatever writes never shares: outside `answering()` everything is read anew.
"""

import uuid
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from portal import tenancy

Found = TypeVar("Found")
Key = tuple[uuid.UUID | None, tuple[Hashable, ...]]
_known: ContextVar[dict[Key, Any] | None] = ContextVar("known", default=None)


@contextmanager
def answering(*, share: bool = True) -> Iterator[None]:
    """While this lasts, what was read is kept, then it is forgotten. Without `share` nothing is."""
    token = _known.set({} if share else None)
    try:
        yield
    finally:
        _known.reset(token)


def sharing() -> bool:
    """Whether a safe request is being answered: what is read for one is there for all."""
    return _known.get() is not None


def read(what: tuple[Hashable, ...], find: Callable[[], Found]) -> Found:
    """`find()`, or what it found for `what` before. Nobody changes what this returns."""
    if (known := _known.get()) is None:
        return find()
    key = (tenancy.current_customer_id() if tenancy.acting() else None, what)
    if key not in known:
        known[key] = find()
    found: Found = known[key]
    return found
