from typing import Any

from django.core.management.base import BaseCommand

from portal.services import cleaning


class Command(BaseCommand):
    help = "Remove stored files that no row names and that are older than any transfer takes."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in cleaning.sweep_files():
            self.stdout.write(f"removed {name}")
