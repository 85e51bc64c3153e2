"""Load the vendor's packages; with --demo also what was invented to fill the gaps."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from appliances.services import catalogue
from portal.management.telling import add_json, tell


class Command(BaseCommand):
    help = "Load the vendor's packages and requirements. Repeatable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="with invented gap fillers")
        parser.add_argument("--file", type=Path, action="append", default=[], help="rows of yours")
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        files = [catalogue.VENDOR, *([catalogue.DEMO] if options["demo"] else []), *options["file"]]
        loaded = catalogue.load(catalogue.read(*files))
        if options["json"]:
            tell(self, asdict(loaded))
            return
        self.stdout.write(
            f"{loaded.added} packages added, {loaded.changed} changed,"
            f" {loaded.unchanged} as they were."
        )
