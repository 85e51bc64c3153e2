from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.errors import Refused
from portal.management.telling import add_json, tell
from portal.services import dumping


class Command(BaseCommand):
    help = "Back the whole portal up into a folder: database, files and a manifest."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument(
            "--with-keys", action="store_true", help="with the key ring: guard this backup well"
        )
        add_json(parser)

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            manifest = dumping.dump(folder, with_keys=options["with_keys"])
        except Refused as refusal:
            raise CommandError(str(refusal)) from refusal
        rows = sum(facts["rows"] for facts in manifest["tables"].values())
        if options["json"]:
            return tell(self, {
                "folder": folder, "rows": rows, "files": len(manifest["files"]),
                "missing_files": manifest["missing_files"], "with_keys": options["with_keys"],
            })  # fmt: skip
        self.stdout.write(f"{rows} rows and {len(manifest['files'])} files are in {folder}.")
        for name in manifest["missing_files"]:
            self.stderr.write(f"not in the store: {name}")
        if not options["with_keys"]:
            self.stdout.write("The key ring is not: keep a copy of it, or sealed parts are lost.")
        return None
