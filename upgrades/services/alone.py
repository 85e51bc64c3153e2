"""One worker at a time: a lock of the session's, which dies with its worker."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# Kinds of work: each has its own locks. Those of appliances are door_claim_step's too.
APPLIANCES, ROLLOUTS, SETTLEMENTS, BACKUPS, SANDBOXES, OWN_TIME = range(6)


@contextmanager
def alone(key: Any, kind: int) -> Iterator[bool]:
    """Whether nobody else is at it; then it is ours until the end of the block."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, %s))", [str(key), kind])
        free = bool(cursor.fetchone()[0])
    try:
        yield free
    finally:
        if free:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_advisory_unlock(hashtextextended(%s, %s))", [str(key), kind]
                )
