import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal import audit, clock, tenancy
from portal.services import customer_export, customers


class Command(BaseCommand):
    help = "Write everything that is kept of one customer into a new ZIP file (mode 0600)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("slug", help="the customer's")
        parser.add_argument("file", type=Path, help="must not exist yet")

    def handle(self, *args: Any, slug: str, file: Path, **options: Any) -> None:
        customer_id = customers.id_of_slug(slug)
        if customer_id is None:
            raise CommandError(f"There is no customer {slug}.")
        at = clock.now()
        try:
            opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}.") from error
        with tenancy.transaction(customer_id):
            audit.record("customer.exported", customers.current(), by=None, at=at)
        with os.fdopen(opened, "wb") as target:
            for piece in customer_export.pack(customer_id, demand=lambda: None, at=at):
                target.write(piece)
        self.stdout.write(f"{file}: {file.stat().st_size} bytes")
