"""Looks at all Jump Clients of a site: written a page at a time, the latest one a hop kept."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from portal import prepared
from upgrades.models import ClientLook, ClientRow, UpgradeJob
from upgrades.models.clients import ClientKind
from upgrades.services.clients import kinds

# One statement a page: a row of values for each client would be planned anew each time.
WRITE = """
INSERT INTO upgrades_clientrow (id, customer_id, look_id, number, key, name, hostname, jump_group,
    kind, passive, status, seen_at)
SELECT gen_random_uuid(), %(customer)s, %(look)s, f.*
FROM unnest(%(number)s::bigint[], %(key)s::text[], %(name)s::text[], %(hostname)s::text[],
    %(jump_group)s::text[], %(kind)s::text[], %(passive)s::boolean[], %(status)s::text[],
    %(seen_at)s::timestamptz[]) AS f
"""
COLUMNS = ("number", "key", "name", "hostname", "jump_group", "kind", "passive", "status",
           "seen_at")  # fmt: skip
LONGEST = {"name": 120, "hostname": 120, "jump_group": 120, "status": 160}


@dataclass(frozen=True)
class Seen:
    """One client as it was read, before it is a row."""

    number: int
    name: str
    kind: str
    hostname: str = ""
    jump_group: str = ""
    passive: bool = False
    status: str = ""
    seen_at: datetime | None = None

    @property
    def key(self) -> str:
        return kinds.key_of(self.name[:120], self.hostname[:120])


@dataclass
class Looking:
    """A look that is being written; it counts what passes. Each call in a transaction."""

    look: ClientLook
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(ClientKind.values, 0))

    def write(self, clients: Iterable[Seen]) -> None:
        found = list(clients)
        for one in found:
            self.counts[one.kind] += 1
        columns: dict[str, Any] = {
            name: [_short(name, getattr(one, name)) for one in found] for name in COLUMNS
        }
        owner = {"customer": self.look.customer_id, "look": self.look.pk}
        prepared.run(WRITE, columns | owner)

    def end(self, *, at: datetime) -> ClientLook:
        """It is complete: older ones of the same hop go."""
        self.look.ended_at, self.look.counts = at, self.counts
        self.look.save()
        old = ClientLook.objects.filter(job_id=self.look.job_id, hop=self.look.hop)
        _forget(old.exclude(pk=self.look.pk).filter(ended_at__isnull=False))
        return self.look

    def forget(self) -> None:
        """Nothing could be read: it never was."""
        _forget(ClientLook.objects.filter(pk=self.look.pk))


def forget(look_id: uuid.UUID | None) -> None:
    """What was written of a look by somebody who is gone; nothing if it came to its end."""
    _forget(ClientLook.objects.filter(pk=look_id, ended_at=None))


def _short(name: str, value: Any) -> Any:
    return value[: LONGEST[name]] if name in LONGEST else value


def begin(job: UpgradeJob, hop: int, *, source: str, at: datetime, **known: Any) -> Looking:
    """A new look. What a dead worker left of an earlier one goes: only the holder of the step
    looks, so no other is being read."""
    if source == ClientLook.Source.API:
        _forget(ClientLook.objects.filter(job=job, hop=hop, source=source, ended_at=None))
    return Looking(
        ClientLook.objects.create(
            customer_id=job.customer_id, job=job, hop=hop, source=source, began_at=at, **known
        )
    )


def latest(job_id: uuid.UUID, hop: int) -> ClientLook | None:
    found = ClientLook.objects.filter(job_id=job_id, hop=hop, ended_at__isnull=False)
    return found.order_by("-ended_at", "-began_at").first()


def paged(clients: list[Any], *, release_at: datetime | None, at: datetime) -> list[Seen]:
    """Clients of the configuration API as rows. It names groups by number only."""
    return [
        Seen(
            number=one.id,
            name=one.name or one.hostname or str(one.id),
            hostname=one.hostname,
            jump_group=str(one.jump_group_id or ""),
            passive=one.connection_type == "passive",
            kind=kinds.of_client(one, release_at=release_at, at=at),
            seen_at=one.last_connected_at,
        )
        for one in clients
    ]


def _forget(looks: Any) -> None:
    ids = list(looks.values_list("pk", flat=True))
    if ids:
        ClientRow.objects.filter(look_id__in=ids).delete()
        ClientLook.objects.filter(pk__in=ids).delete()
