"""An export is asked for, made and fetched, as tests do it."""

from pathlib import Path

from django.core.files.storage import default_storage

from portal import clock, tenancy
from portal.models import AuditEvent, DataExport
from portal.services.exporting import asking, making
from tests.conftest import NOON


def ask(customer, person, at=NOON):
    with clock.at(at), tenancy.transaction(customer):
        return asking.ask(by=person, at=at)


def again(row):
    with tenancy.transaction(row.customer_id):
        return DataExport.objects.get(pk=row.pk)


def made(customer, person, at=NOON):
    row = ask(customer, person, at)
    with clock.at(at):
        assert making.turn(at) == 1
    return again(row)


def fetched(row, person, at=NOON):
    with tenancy.transaction(row.customer_id):
        pieces = asking.fetch(row, by=person, at=at)
    return b"".join(pieces)


def stored(customer):
    """What lies in the customer's own folder."""
    folder = Path(default_storage.path(str(customer.pk)))
    return sorted(str(file) for file in folder.rglob("*") if file.is_file())


def standing(customer):
    with tenancy.transaction(customer):
        rows = list(DataExport.objects.order_by("pk").values())
        return rows, AuditEvent.objects.count()
