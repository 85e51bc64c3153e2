"""Who has answered: noted while appliances are asked, written once a transaction is open again.

with hearing.listening() as heard:   # outside any transaction
    ...
hearing.keep(heard)                  # inside the customer's
"""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime

from django.db.models import Q

from appliances.models import Appliance
from portal import clock

Heard = dict[uuid.UUID, datetime]
_heard: ContextVar[Heard | None] = ContextVar("heard", default=None)


@contextmanager
def listening() -> Iterator[Heard]:
    """Inside, every appliance that answers is noted with the portal's time."""
    heard: Heard = {}
    token = _heard.set(heard)
    try:
        yield heard
    finally:
        _heard.reset(token)


def answered(appliance: Appliance) -> None:
    """It has answered as the appliance it should be, whatever it said of its health."""
    heard = _heard.get()
    if heard is not None:
        heard[appliance.pk] = clock.now()


def keep(heard: Mapping[uuid.UUID, datetime]) -> None:
    """Write when each was last heard. In order of id, so that two who write do not cross."""
    for pk in sorted(heard):
        older = Q(last_seen_at=None) | Q(last_seen_at__lt=heard[pk])
        Appliance.known.filter(older, pk=pk).update(last_seen_at=heard[pk])
