from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from appliances.services.importing import loads
from appliances.services.importing.cells import DATES, Options
from appliances.services.importing.columns import COLUMNS
from appliances.services.importing.reading import Given
from portal import clock
from portal.errors import Refused
from portal.management.telling import Bar, add_json, tell
from upgrades.services import displaced

SHOWN = 100


class Command(BaseCommand):
    help = (
        "Bring customers, contacts, contracts, sites and appliances in from CSV: all of it, or"
        " nothing and what is bad. Safe to repeat. Columns, in any order: "
        + ", ".join(column.name for column in COLUMNS)
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        add_json(parser)
        parser.add_argument(
            "--dates", choices=DATES, default="iso",
            help="how days are written besides 2026-12-31: dmy 31/12/2026, mdy 12/31/2026",
        )  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            files = [Given(str(path), path.read_bytes()) for path in options["files"]]
        except OSError as problem:
            raise CommandError(str(problem)) from problem
        act, at = loads.preview if options["dry_run"] else loads.load, clock.now()
        try:
            report = act(
                files, options=Options(options["dates"]), by=None, at=at,
                progress=Bar(self).at, watch=displaced.watch(at),
            )  # fmt: skip
        except Refused as refusal:
            raise CommandError(f"{refusal} {refusal.remedy}".strip()) from refusal
        if options["json"]:
            tell(self, _told(report))
        else:
            self.stdout.write(_words(report))
        if report.problems:
            raise CommandError("Some of it is bad: see above.", returncode=1)


def _told(report: loads.Report) -> dict[str, Any]:
    return {
        "loaded": report.loaded, "rows": report.rows, "counts": report.counts,
        "problems": [asdict(problem) for problem in report.problems],
        "changes": [asdict(change) for change in report.to_do],
        "kept": [asdict(change) for change in report.kept],
        "hits": [asdict(hit) for hit in report.hits],
    }  # fmt: skip


def _words(report: loads.Report) -> str:
    lines = [
        f"{problem.file}:{problem.line}: {problem.column} “{problem.cell}”: {problem.sentence}"
        for problem in report.problems[:SHOWN]
    ]
    if len(report.problems) > SHOWN:
        lines.append(f"… and {len(report.problems) - SHOWN} more")
    for kind, counts in report.counts.items():
        told = ", ".join(f"{number} {what}" for what, number in counts.items() if number)
        lines.append(f"{kind}: {told}")
    lines += [f"{hit.customer}, {hit.site}, {hit.job}: {hit.said}" for hit in report.hits[:SHOWN]]
    lines.append(_end(report))
    return "\n".join(lines)


def _end(report: loads.Report) -> str:
    if not report.loaded:
        return "Nothing was loaded."
    return "Loaded, but for the customers above." if report.problems else "Loaded."
