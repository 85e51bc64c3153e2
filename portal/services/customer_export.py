"""Everything that the portal keeps of one customer, as a ZIP that is written while it is read.

    manifest.json    written last: each table with its rows and SHA-256, each file, what is missing
    people.jsonl     the customer's members
    tables/NAME.jsonl    each table, a row a line, in the words of the data model
    files/ID-NAME    the files kept as evidence, opened; a backup of an appliance too

Secrets stay behind: no credential, no key, no link. So do the staff's notes to each other.
"""

import hashlib
import io
import json
import re
import uuid
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from django.apps import apps
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import BinaryField, Model, QuerySet

from portal import tenancy
from portal.models import AuditEvent, Customer, EvidenceFile, Membership
from portal.services import evidence
from portal.services.evidence import FileMissing

FORMAT = 1
ROWS = 500  # of one transaction
PEOPLE = ("user_id", "user__name", "user__email", "user__language", "role", "site_ids", "gets_mail")
Demand = Callable[[], None]


class Closed(RuntimeError):
    """The customer is being erased: what was begun of its archive breaks off."""


class _Pipe(io.RawIOBase):
    """What the archive writes to: taken away piece by piece, so that nothing piles up."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.pieces.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        found, self.pieces = b"".join(self.pieces), []
        return found


def pack(customer_id: uuid.UUID, *, demand: Demand, at: datetime) -> Iterator[bytes]:
    """The archive in pieces. `demand` is asked in each transaction, and raises when the reader may
    not read on: then the archive breaks off, without its directory and its manifest."""
    pipe = _Pipe()
    told: dict[str, Any] = {"format": FORMAT, "made_at": at, "tables": {}, "files": {}}
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        with _within(customer_id, demand):
            told["customer"] = _plain(Customer.objects.values(*columns(Customer)).get())
        for name, lines in _tables(customer_id, demand):
            count, digest = 0, hashlib.sha256()
            with archive.open(_entry(name, at), "w", force_zip64=True) as entry:
                for line in lines:
                    entry.write(line)
                    digest.update(line)
                    count += 1
                    yield pipe.taken()
            told["tables"][name] = {"rows": count, "sha256": digest.hexdigest()}
        for file in _files(customer_id, demand):
            name = f"files/{file.pk}-{_safe(file.name)}"
            try:
                content = evidence.open_file(file)
            except FileMissing:
                told["files"][name] = {"missing": True}
                continue
            with archive.open(_entry(name, at), "w", force_zip64=True) as entry:
                for piece in content:
                    entry.write(piece)
                    yield pipe.taken()
            told["files"][name] = {"sha256": file.sha256}
        archive.writestr(_entry("manifest.json", at), json.dumps(told, **_JSON, indent=1))
    yield pipe.taken()


_JSON: dict[str, Any] = {"cls": DjangoJSONEncoder, "ensure_ascii": False}


def tables() -> list[type[Model]]:
    """Every table whose rows belong to a customer, by name, but for those that are the staff's
    alone as a whole (FOR_STAFF_ALONE without a condition)."""
    owned = [
        model
        for model in apps.get_models()
        if issubclass(model, tenancy.CustomerOwned)
        and getattr(model, "FOR_STAFF_ALONE", None) != {}
    ]
    return sorted(owned, key=lambda model: model._meta.label_lower)


def columns(model: type[Model]) -> list[str]:
    """What is given of a row. Binary columns are secrets and digests, but for the chain's; what
    support alone reads, or the portal itself, is in STAYS_BEHIND. A test asks of every text."""
    behind = getattr(model, "STAYS_BEHIND", ())
    return [
        field.attname
        for field in model._meta.concrete_fields
        if field.attname not in behind
        and (model is AuditEvent or not isinstance(field, BinaryField))
    ]


@contextmanager
def _within(customer_id: uuid.UUID, demand: Demand) -> Iterator[None]:
    """The customer's transaction, begun by asking whether the reader still may."""
    with tenancy.transaction(customer_id):
        demand()
        if Customer.objects.exclude(closed_at=None).exists():
            raise Closed
        yield


def _tables(customer_id: uuid.UUID, demand: Demand) -> Iterator[tuple[str, Iterator[bytes]]]:
    yield "people.jsonl", _people(customer_id, demand)
    for model in tables():
        yield f"tables/{model._meta.label_lower}.jsonl", _rows(model, customer_id, demand)


def _people(customer_id: uuid.UUID, demand: Demand) -> Iterator[bytes]:
    with _within(customer_id, demand):
        found = list(Membership.objects.order_by("pk").values(*PEOPLE))
    for row in found:
        yield _line({name.removeprefix("user__"): value for name, value in row.items()})


def _rows(model: type[Model], customer_id: uuid.UUID, demand: Demand) -> Iterator[bytes]:
    key = "number" if model is AuditEvent else "pk"  # that the table has an index for
    last: Any = None
    while True:
        with _within(customer_id, demand):
            rows = _given(model)
            further = rows if last is None else rows.filter(**{f"{key}__gt": last})
            found = list(further.order_by(key).values(*columns(model))[:ROWS])
        for row in found:
            yield _line(_plain(row))
        if len(found) < ROWS:
            return
        last = found[-1]["number" if key == "number" else "id"]


def _given(model: type[Model]) -> QuerySet[Any]:
    alone = getattr(model, "FOR_STAFF_ALONE", None)
    rows = tenancy.every_row(model)
    return rows.exclude(**alone) if alone else rows


def _files(customer_id: uuid.UUID, demand: Demand) -> Iterator[EvidenceFile]:
    last = uuid.UUID(int=0)
    while True:
        with _within(customer_id, demand):
            found = list(EvidenceFile.objects.filter(pk__gt=last).order_by("pk")[:ROWS])
        yield from found
        if len(found) < ROWS:
            return
        last = found[-1].pk


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value.hex() if isinstance(value, bytes | memoryview) else _told(value)
        for name, value in row.items()
    }


def _told(value: Any) -> Any:
    """A range as its ends; everything else as JSON has it."""
    if hasattr(value, "lower") and hasattr(value, "upper") and hasattr(value, "isempty"):
        return {"from": value.lower, "until": value.upper}
    return value


def _safe(name: str) -> str:
    """For unpacking: a name that stays in its folder on every system."""
    return re.sub(r'[\\/:*?"<>|]', "_", name)


def _line(row: dict[str, Any]) -> bytes:
    return (json.dumps(row, **_JSON, separators=(",", ":")) + "\n").encode()


def _entry(name: str, at: datetime) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, at.astimezone(UTC).timetuple()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry
