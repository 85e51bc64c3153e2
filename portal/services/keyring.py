"""Changing the keys that seal secrets: a new key, everything under it, the old one out.

What is sealed is found from the models themselves (`SEALED` names each sealed field and the field
with its key's id), so that no field can be forgotten. Backups of appliances are sealed as files.
"""

import uuid
from collections import Counter
from contextlib import suppress
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction

from portal import audit, secrets, tenancy
from portal.errors import Refused
from portal.models import DataExport, EvidenceFile
from portal.services import customers, evidence

FILES = (EvidenceFile, DataExport)  # whose content is sealed in the store


class KeyInUse(Refused):
    """Something is still sealed under this key."""

    code = "key-in-use"


class NoSuchKey(Refused):
    """The key ring has no key of this name."""

    code = "no-such-key"


def sealed_fields() -> list[tuple[Any, str, str]]:
    """Every sealed field: model, field, field of the key's id."""
    return [
        (model, field, key_field)
        for model in apps.get_models()
        for field, key_field in getattr(model, "SEALED", {}).items()
    ]


def is_owned(model: Any) -> bool:
    """Whether its rows belong to customers; else they are the platform's own."""
    return issubclass(model, tenancy.CustomerOwned)


def in_use() -> Counter[str]:
    """How many values and files are sealed with each key."""
    found: Counter[str] = Counter()
    with tenancy.with_sandboxes():
        for model, _field, key_field in sealed_fields():
            rows = model.across if is_owned(model) else model.objects
            found.update(rows.exclude(**{key_field: ""}).values_list(key_field, flat=True))
        for kept in FILES:
            sealed = kept.across.exclude(key_id="").values_list("key_id", flat=True)
            found.update(sealed)
    return found


def unopened() -> list[str]:
    """Keys by whose name something is sealed that this ring does not open: it has none of that name
    or, since the first key of every installation is k1, another installation's."""
    with tenancy.with_sandboxes():
        return sorted(name for name in in_use() if not _opens(name))


def _opens(name: str) -> bool:
    """Tried with one value and one file of each kind."""
    try:
        for model, field, key_field in sealed_fields():
            rows = model.across if is_owned(model) else model.objects
            if row := rows.filter(**{key_field: name}).first():
                context = secrets.context_of(row, field)
                secrets.unseal(getattr(row, field), key_id=name, context=context)
        for kept in FILES:
            if file := kept.across.filter(key_id=name).exclude(stored_as="").first():
                with suppress(evidence.FileMissing):
                    next(evidence.open_file(file), None)
    except secrets.CannotOpen:
        return False
    return True


def add_key() -> str:
    """A new newest key in the ring's file; running processes see it at once. Returns its id."""
    known = secrets.key_ids()
    number = len(known) + 1
    while (name := f"k{number}") in known:
        number += 1
    secrets.add_key(settings.KEY_RING, name)
    audit.record_platform("keyring.key_added", data={"key": name})
    return name


def reseal() -> int:
    """Bring everything under the newest key; returns how many values and files. Repeatable: what
    was changed meanwhile by somebody else is sealed with the newest key already."""
    newest = secrets.newest_key()
    done = _reseal_platform(newest) + sum(
        _reseal_values(customer_id, newest) + _reseal_files(customer_id, newest)
        for customer_id in customers.every_id()
    )
    audit.record_platform("keyring.resealed", data={"key": newest, "sealed": done})
    return done


def _reseal_values(customer_id: uuid.UUID, newest: str) -> int:
    with tenancy.transaction(customer_id):
        return _reseal_rows(newest, owned=True)


def _reseal_platform(newest: str) -> int:
    with transaction.atomic():
        return _reseal_rows(newest, owned=False)


def _reseal_rows(newest: str, *, owned: bool) -> int:
    done = 0
    for model, field, key_field in sealed_fields():
        if is_owned(model) == owned:
            rows = model.objects.exclude(**{key_field: newest}).exclude(**{key_field: ""})
            done += sum(_reseal_value(row, field, key_field) for row in rows)
    return done


def _reseal_value(row: Any, field: str, key_field: str) -> int:
    was, was_key = getattr(row, field), getattr(row, key_field)
    context = secrets.context_of(row, field)
    plain = secrets.unseal(was, key_id=was_key, context=context)
    sealed, key_id = secrets.seal(plain, context=context)
    unchanged = type(row).objects.filter(**{"pk": row.pk, field: was, key_field: was_key})
    return unchanged.update(**{field: sealed, key_field: key_id})


def _reseal_files(customer_id: uuid.UUID, newest: str) -> int:
    with tenancy.transaction(customer_id):
        files = [row for kept in FILES for row in kept.objects.exclude(key_id__in=["", newest])]
    return sum(_reseal_file(file) for file in files)


def _reseal_file(file: Any) -> int:
    """Write the file anew under another name, point the row at it, then remove the old one."""
    old = file.stored_as
    key_id, pieces = secrets.seal_stream(
        evidence.open_file(file),
        customer=str(file.customer_id),
        context=secrets.context_of(file, "file"),
    )
    fresh = evidence.write(f"{old.partition('.')[0]}.{key_id}", pieces)
    with tenancy.transaction(file.customer_id):
        changed = (
            type(file)
            .objects.filter(pk=file.pk, stored_as=old)
            .update(stored_as=fresh, key_id=key_id)
        )
    default_storage.delete(old if changed else fresh)
    return changed


def drop(name: str) -> None:
    """Take a key out of the ring. Raises KeyInUse and NoSuchKey."""
    if left := in_use()[name]:
        raise KeyInUse(f"{left} values are still sealed with {name}: run rotate_keys first.")
    try:
        secrets.drop_key(settings.KEY_RING, name)
    except ValueError as error:
        raise NoSuchKey(f"{name} is the newest key, or there is no such key.") from error
    audit.record_platform("keyring.key_dropped", data={"key": name})
