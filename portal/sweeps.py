"""A sweep goes over many rows: what fails at one of them is noted, and keeps none of the others."""

import logging
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from typing import TypeVar

from django.db import connection, transaction
from django_fsm import ConcurrentTransition

log = logging.getLogger(__name__)
T = TypeVar("T")


def each(rows: Iterable[T], act: Callable[[T], object]) -> int:
    """Do it to each; how many went well. Inside a transaction each has a savepoint of its own.

    Whatever somebody moved at this moment the next pass sees as it is. A database that is away is
    no row's fault: that is raised.
    """
    done = 0
    for row in rows:
        try:
            with transaction.atomic() if connection.in_atomic_block else nullcontext():
                act(row)
        except ConcurrentTransition:
            continue
        except Exception:
            if not connection.is_usable():
                raise
            log.exception("a sweep failed at one of its rows", extra={"outcome": str(row)[:80]})
        else:
            done += 1
    return done
