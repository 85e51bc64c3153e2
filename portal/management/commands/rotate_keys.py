from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refused
from portal.management.telling import add_json, tell
from portal.services import keyring


class Command(BaseCommand):
    help = "Add a key to the key ring and seal every secret and backup with it; or drop an old key."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--no-new", action="store_true", help="only finish what was begun")
        parser.add_argument("--drop", metavar="OLD", help="take a key that seals nothing out")
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if old := options["drop"]:
            return self._drop(old, as_json=options["json"])
        newest = "" if options["no_new"] else keyring.add_key()
        sealed, in_use = keyring.reseal(), keyring.in_use()
        if options["json"]:
            return tell(self, {"newest": newest, "sealed": sealed, "in_use": in_use})
        if newest:
            self.stdout.write(f"The newest key is now {newest}.")
        self.stdout.write(f"{sealed} values and files sealed anew.")
        for key_id, count in sorted(in_use.items()):
            self.stdout.write(f"{key_id} seals {count}.")
        return None

    def _drop(self, old: str, *, as_json: bool) -> None:
        try:
            keyring.drop(old)
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        if as_json:
            return tell(self, {"dropped": old})
        self.stdout.write(f"{old} is out of the key ring. Backups made before need it to be kept.")
        return None
