from typing import Any

from django.core.management.base import BaseCommand

from portal.services import database


class Command(BaseCommand):
    help = "Refuse a PostgreSQL that is too old, before the tables are made or changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        database.refuse_old_owners_server()
