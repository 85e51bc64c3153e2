"""Work that one worker does at a time, with no transaction open: exports, papers, long lists.

A worker takes a row for a lease and under a number, the fence; it renews the lease while it works,
and whoever has the row still writes what came of it. Killed anywhere, it is free again when its
lease is over. What fails is tried again, and given up after so many tries. What tries have stored
and no row keeps is deleted; what a worker could not delete that was killed is swept (cleaning.py).
"""

import logging
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Generic, TypeVar

from django.apps import apps
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation

from portal import rehearsing, tenancy
from portal.errors import Refused
from portal.models import Leased

log = logging.getLogger(__name__)
Row = TypeVar("Row", bound=Leased)
Key = tuple[uuid.UUID | None, Any]  # whose (None: the platform's), and which


class Lost(Exception):
    """Another worker has it, or nobody may do it any more: nothing of this try stays."""


@dataclass(frozen=True)
class Work(Generic[Row]):
    """A kind of leased work.

    `do` does a row and ends it by `ending`; it may raise Lost. After one of `final` it is given up
    at once, after anything else it is tried again. `undo` takes back what a try before has written
    into the database, in the transaction in which the row is taken or given up.
    """

    model: type[Row]
    do: Callable[[Row], None]
    final: tuple[type[Exception], ...] = ()
    undo: Callable[[Row], None] = lambda row: None

    def turn(self, *, most: int) -> int:
        """Do what is due, one after another; how many were done. Any number of workers may."""
        return sum(self.one(*key) for key in due(self.model, most=most))

    def one(self, owner: uuid.UUID | None, pk: Any) -> bool:
        """Do one row. False: another worker has it, or it could not be done this time."""
        row = self.take(owner, pk)
        if row is None:
            return False
        done = False
        try:
            self.do(row)
            done = True
        except Lost:
            pass
        except self.final as why:
            self._give_up(row, why)
        except Exception:  # one row must not stop all others
            log.exception("%s %s could not be done", row._meta.label, row.pk)
            _let_go(row)
        clear(row)
        return done

    def take(self, owner: uuid.UUID | None, pk: Any) -> Row | None:
        """A row that nobody does, ours until the lease ends; one that was tried too often is given
        up. None: it is not ours."""
        now = _now()
        with _acting(owner):
            rows = self.model.objects.select_for_update(of=("self",), skip_locked=True)
            row: Row | None = rows.select_related("by").filter(pk=pk).first()
            if row is None or not row.is_open or (row.lease_until and row.lease_until > now):
                return None
            if row.tries < row.MOST_TRIES:
                self.undo(row)
                row.begin()
                row.tries, row.lease_until = row.tries + 1, now + row.LEASE
                row.save()
                return row
            self._end(row, None)
        clear(row)
        return None

    def _give_up(self, row: Row, why: Exception) -> None:
        with _acting(_owner(row)):
            if found := _mine(row).select_for_update().first():
                self._end(found, why if isinstance(why, Refused) else None)

    def _end(self, row: Row, why: Refused | None) -> None:
        self.undo(row)
        with translation.override(row.by.language):
            row.give_up(why)
        row.lease_until = None
        row.save()


def due(model: type[Leased], *, most: int = 50) -> list[Key]:
    """What waits and nobody does, or whose worker is gone; longest waiting first. A rehearsal does
    none of it."""
    if rehearsing.twin():
        return []
    free = Q(lease_until=None) | Q(lease_until__lt=_now())
    waiting = Q(free, state__in=model.OPEN)
    if not issubclass(model, tenancy.CustomerOwned):
        rows = model.objects.filter(waiting).order_by("at", "pk")
        return [(None, pk) for pk in rows.values_list("pk", flat=True)[:most]]
    with tenancy.with_sandboxes():
        rows = model.across.filter(waiting).order_by("at", "pk")
        return list(rows.values_list("customer_id", "pk")[:most])


def hold(row: Leased, *, every: timedelta = timedelta(0), **values: Any) -> None:
    """Lengthen the lease, and say how far it is; nothing within `every` of the last time. Raises
    Lost."""
    now = _now()
    if every and row.lease_until > now + row.LEASE - every:
        return
    with _acting(_owner(row)):
        if not _mine(row).update(lease_until=now + row.LEASE, **values):
            raise Lost
    row.lease_until = now + row.LEASE


@contextmanager
def ending(row: Row) -> Iterator[Row]:
    """The row as it is now, ours still and locked, in a transaction of its owner: whoever finishes
    it here is the only one. Saved at the end. Raises Lost; raised within, nothing of it stays."""
    with _acting(_owner(row)):
        found = _mine(row).select_for_update().first()
        if found is None:
            raise Lost
        yield found
        found.lease_until = None
        found.save()


def clear(row: Leased) -> None:
    """Delete what the row's tries so far have stored, but for what it keeps; the row may be gone.
    What it keeps is read anew: a worker may not know what became of its last transaction."""
    with _acting(_owner(row)):
        kept = type(row).objects.filter(pk=row.pk).values_list("stored_as", flat=True).first()
    for name in {row.file(number) for number in range(1, row.tries + 1)} - {kept}:
        try:
            default_storage.delete(name)
        except OSError:  # the sweep takes it
            log.exception("a file of %s %s could not be deleted", row._meta.label, row.pk)


def folders() -> dict[str, type[Leased]]:
    """The platform's folders of the store, and whose files lie there."""
    kinds = [model for model in apps.get_models() if issubclass(model, Leased)]
    ours = [model for model in kinds if not issubclass(model, tenancy.CustomerOwned)]
    return {model.FOLDER: model for model in ours}


def _let_go(row: Leased) -> None:
    with _acting(_owner(row)):
        _mine(row).update(lease_until=_now() + row.PAUSE)


def _mine(row: Row) -> QuerySet[Row]:
    return type(row).objects.filter(pk=row.pk, tries=row.tries, state=row.OPEN[1])


def _owner(row: Leased) -> uuid.UUID | None:
    return getattr(row, "customer_id", None)


def _acting(owner: uuid.UUID | None) -> AbstractContextManager[None]:
    return tenancy.transaction(owner) if owner else transaction.atomic()


def _now() -> datetime:
    """Leases are real time, whatever the portal's clock shows."""
    return datetime.now(UTC)
