from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refused
from portal.services import keyring


class Command(BaseCommand):
    help = "Add a key to the key ring and seal every secret and backup with it; or drop an old key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-new", action="store_true", help="only finish what was begun")
        parser.add_argument("--drop", metavar="OLD", help="take a key that seals nothing out")

    def handle(self, *args: Any, **options: Any) -> None:
        if old := options["drop"]:
            return self._drop(old)
        if not options["no_new"]:
            self.stdout.write(f"The newest key is now {keyring.add_key()}.")
        self.stdout.write(f"{keyring.reseal()} values and files sealed anew.")
        for key_id, count in sorted(keyring.in_use().items()):
            self.stdout.write(f"{key_id} seals {count}.")
        return None

    def _drop(self, old: str) -> None:
        try:
            keyring.drop(old)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{old} is out of the key ring. Backups made before need it to be kept.")
