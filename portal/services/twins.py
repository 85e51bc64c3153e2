"""Hidden customers for rehearsals: opened, and erased whole once the report is made."""

import logging
import uuid
from datetime import datetime
from typing import Any

from django.core.files.storage import default_storage
from django.db import connection, transaction

from portal.models import Customer
from portal.services import customers

log = logging.getLogger(__name__)


def open_twin(of: Customer, *, at: datetime, by: Any, number: uuid.UUID | None = None) -> Customer:
    """A customer as `of`, whom no list, page, feed, worker or mail ever shows or serves.

    `number` is the id that the caller wrote down before, so that it can be erased whatever happens.
    """
    number = number or uuid.uuid4()
    return customers.open_customer(
        of.name, at=at, by=by, id=number, slug=f"twin-{number.hex}", language=of.language,
        zone=of.zone, rehearses=True,
    )  # fmt: skip


def erase_twin(customer_id: uuid.UUID) -> int:
    """Everything of a twin is gone: rows, trail, files. How many rows; 0 for any other customer.

    The database itself shows this door nothing but twins. May be called again.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT door_erase_twin(%s)", [customer_id])
        gone: int = cursor.fetchone()[0]
    if gone:
        remove_folder(str(customer_id))
    return gone


def remove_folder(folder: str) -> None:
    """A customer's stored files. What cannot be removed now is swept with the orphans: no row names
    it any more."""
    if not default_storage.exists(folder):
        return
    try:
        folders, files = default_storage.listdir(folder)
        for name in files:
            default_storage.delete(f"{folder}/{name}")
        for inner in folders:
            remove_folder(f"{folder}/{inner}")
        default_storage.delete(folder)
    except OSError as error:
        log.info("files stay for the sweep: %s", type(error).__name__)
