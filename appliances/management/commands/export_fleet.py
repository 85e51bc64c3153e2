import csv
import json
from argparse import FileType
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appliances.models import Site
from appliances.services import filtering
from appliances.services.importing import exporting
from portal import clock
from portal.errors import Refused
from portal.management.telling import Bar
from portal.services.spreadsheets import as_meant

TOLD_EVERY = 500  # lines


class Command(BaseCommand):
    help = (
        "Write customers, contacts, contracts, sites and appliances in the columns that"
        " import_fleet reads. Streams; the same filter as on the fleet's page."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--filter", default="", help="region:emea shape:pair; without: all")
        parser.add_argument("--output", type=FileType("w", encoding="utf-8"), metavar="FILE")
        parser.add_argument("--json", action="store_true", help="one JSON object a line, no CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        at = clock.now()
        try:
            sites = filtering.matching(Site.across.all(), options["filter"], on=at.date())
        except Refused as refusal:
            raise CommandError(f"{refusal} {refusal.remedy}".strip()) from refusal
        lines = exporting.export(sites, by=None, at=at)
        out, bar = options["output"] or self.stdout._out, Bar(self)
        plain = (line.removeprefix("\ufeff") for line in lines)
        told = map(_as_json, csv.DictReader(plain)) if options["json"] else lines
        number = 0
        for number, line in enumerate(told, start=1):
            out.write(line)
            if number % TOLD_EVERY == 0:
                bar.at(number, number + TOLD_EVERY)  # how many come is known at the end
        bar.at(number, number)
        if options["output"]:
            options["output"].close()


def _as_json(row: dict[str, str]) -> str:
    """A line without its empty cells; no spreadsheet reads it, so cells are as they are meant."""
    told = {name: as_meant(cell) for name, cell in row.items() if cell}
    return json.dumps(told, ensure_ascii=False) + "\n"
