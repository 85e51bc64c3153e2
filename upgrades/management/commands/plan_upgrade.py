"""What an upgrade would be, as the plan's page shows it. Nothing is written."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from appliances.models import Site
from portal import clock, tenancy
from portal.errors import Refused
from portal.management.telling import add_json, tell
from upgrades.management import naming
from upgrades.procedures import METHODS
from upgrades.services import drafting, planning, previews


class Command(BaseCommand):
    help = "Plan an upgrade of a site: its path, its windows, how long it takes. Writes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", required=True, help="its public host name, or its id")
        parser.add_argument("--target", help="a version; without: the newest that can be reached")
        parser.add_argument("--procedure", help="without: the first that fits the site's shape")
        parser.add_argument("--method", default="automatic", choices=sorted(METHODS))
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        site = naming.site(options["site"])
        with tenancy.transaction(site.customer_id):
            seen = self._seen(Site.objects.get(pk=site.pk), options)
            found = _told(seen, site)
        if options["json"]:
            tell(self, found)
        else:
            self.stdout.write(_words(found))
        if seen.refusal is not None:
            raise CommandError("The plan has no place: see above.")

    def _seen(self, site: Site, options: dict[str, Any]) -> previews.Preview:
        target = naming.target(site, options["target"])
        if target is None:
            raise CommandError("No newer release can be reached from there.")
        procedure = options["procedure"] or planning.procedures_for(site)[0].name
        try:
            return previews.preview(
                site, target, procedure=procedure, method=options["method"], earliest=None,
                at=clock.now(),
            )  # fmt: skip
        except Refused as refusal:
            raise CommandError(f"{refusal} {refusal.remedy}".strip()) from refusal


def _told(seen: previews.Preview, site: Site) -> dict[str, Any]:
    drawn, layout, refusal = seen.drawn, seen.layout, seen.refusal
    found: dict[str, Any] = {
        "site": site.public_name, "target": drawn.target.version, **drawn.summary,
        "path": drafting.path_lines(drawn), "digest": drafting.digest(drawn),
        "places": [], "refusal": None,
    }  # fmt: skip
    if layout is not None:
        found["places"] = [
            {"starts_at": row.start.isoformat(), "ends_at": row.end.isoformat()}
            for row in layout.rows
        ]
        found["worst_finish"] = layout.worst.isoformat()
    if refusal is not None:
        told = {"code": refusal.code, "detail": str(refusal), "remedy": str(refusal.remedy)}
        found["refusal"] = told
    return found


def _words(found: dict[str, Any]) -> str:
    lines = [f"{found['site']} to {found['target']}"]
    lines += [f"  hop {line['hop']}: {line['version']}" for line in found["path"]]
    lines += [f"  window {line['starts_at']} to {line['ends_at']}" for line in found["places"]]
    lines.append(
        f"  {found['expected']} min, at worst {found['worst']};"
        f" downtime {found['downtime']['expected']}, at worst {found['downtime']['worst']}"
    )
    if refusal := found["refusal"]:
        lines.append(f"  {refusal['code']}: {refusal['detail']} {refusal['remedy']}".rstrip())
    return "\n".join(lines)
