"""What is thrown away every day: counters, sessions, kept answers, files nothing points to."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db.models import QuerySet

from portal import tenancy
from portal.models import DataExport, EvidenceFile
from portal.services import kept_answers, leased, own_letters, passkey_challenges, proofs, signin
from portal.services.company import tickets
from portal.services.webhooks import sending

ORPHAN_AFTER = timedelta(hours=24)  # longer than any upload or transfer takes


def clean_up() -> None:
    """Safe to run at any time and more than once."""
    signin.forget_old_tries()
    passkey_challenges.forget_old()
    own_letters.forget_old()
    tickets.forget_old()
    proofs.forget_old()
    kept_answers.forget_old()
    sending.forget_old()
    import_module(settings.SESSION_ENGINE).SessionStore.clear_expired()
    sweep_files()


def sweep_files(*, older_than: timedelta = ORPHAN_AFTER) -> list[str]:
    """Remove stored files that no row names, once they are older than any transfer. Real time."""
    before = datetime.now(UTC) - older_than
    removed = []
    for folder in _folders():
        names = [name for name in _under(folder) if _modified(name) < before]
        with tenancy.with_sandboxes():
            known = {
                stored_as
                for rows in _naming(folder)
                for stored_as in rows.filter(stored_as__in=names).values_list(
                    "stored_as", flat=True
                )
            }
        for name in sorted(set(names) - known):
            default_storage.delete(name)
            removed.append(name)
    return removed


def _folders() -> Iterator[str]:
    """The customers' folders and the platform's; anything else in the store is not ours to
    remove."""
    if not default_storage.exists(""):
        return
    ours = leased.folders()
    yield from (name for name in default_storage.listdir("")[0] if name in ours or _is_id(name))


def _is_id(folder: str) -> bool:
    try:
        uuid.UUID(folder)
    except ValueError:
        return False
    return True


def _naming(folder: str) -> list[QuerySet[Any]]:
    """The rows that may name a file there."""
    if (model := leased.folders().get(folder)) is not None:
        return [model.objects.all()]
    return [model.across.filter(customer_id=folder) for model in (EvidenceFile, DataExport)]


def _under(folder: str) -> Iterator[str]:
    folders, files = default_storage.listdir(folder)
    yield from (f"{folder}/{name}" for name in files)
    for inner in folders:
        yield from _under(f"{folder}/{inner}")


def _modified(name: str) -> datetime:
    return default_storage.get_modified_time(name)
