"""What a door of what is due is told before it opens: for whom this process acts."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction

from portal import own_clock, rehearsing


def tell(cursor: Any) -> None:
    """In the transaction of the call: the twin that a rehearsal plays, the sandbox whose clock
    runs. Without either the door shows neither twins nor sandboxes whose clock is ahead."""
    rehearsing.tell(cursor)
    own_clock.tell(cursor)


@contextmanager
def told() -> Iterator[Any]:
    """A cursor for a call of a door, without a transaction where there is nothing to tell."""
    if rehearsing.twin() is None and own_clock.whose() is None:
        with connection.cursor() as cursor:
            yield cursor
        return
    with transaction.atomic(), connection.cursor() as cursor:
        tell(cursor)
        yield cursor
