from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import clock
from portal.services import partitions


class Command(BaseCommand):
    help = "Make the audit trail's partitions for the coming months (as DATABASE_OWNER_URL)."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--months", type=int, default=12)

    def handle(self, *args: Any, months: int, verbosity: int, **options: Any) -> None:
        made = partitions.make(on=clock.now().date(), months=months)
        if verbosity:
            self.stdout.write("\n".join(f"made {name}" for name in made) or "Nothing to make.")
