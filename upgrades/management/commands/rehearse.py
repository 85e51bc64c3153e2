import uuid
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext

from appliances.models import Package, Site
from appliances.services import replacements
from portal import clock, tenancy
from portal.errors import Refused
from portal.management.telling import Bar, add_json, tell
from portal.models import User
from portal.services import database
from upgrades.management import naming
from upgrades.models import Rehearsal
from upgrades.services import leftovers, planning, repairing, replacing
from upgrades.services.rehearsals import asking, performing, reporting


class Command(BaseCommand):
    help = "Rehearse an upgrade on a twin of the site in the simulator. Touches no real appliance."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", help="its public host name, or its id")
        parser.add_argument("--target", help="a version; without: the newest that can be reached")
        parser.add_argument("--procedure", help="without: every one that fits the site now")
        parser.add_argument("--method", default="automatic", help="automatic or manual")
        parser.add_argument("--faults", default="", help="name[:step[:moment]],… or random")
        parser.add_argument("--seed", type=int, help="the same seed gives the same play")
        parser.add_argument(
            "--not-before",
            type=date.fromisoformat,
            metavar="YYYY-MM-DD",
            help="the first window lies on this day of the site or later",
        )
        parser.add_argument("--by", help="e-mail of whoever asks; without: a member of staff")
        add_json(parser)
        parser.add_argument("--begin", nargs=2, metavar=("CUSTOMER", "REHEARSAL"),
                            help="perform one that was asked for (workers use this)")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        database.refuse_dangerous_role()
        if options["begin"]:
            customer, rehearsal = map(uuid.UUID, options["begin"])
            performing.perform(customer, rehearsal)
            return
        site, person = naming.site(options["site"]), naming.person(options["by"])
        with tenancy.transaction(site.customer_id):
            target = naming.target(site, options["target"])
            wishes = [
                wish for wish in _wishes(Site.objects.get(pk=site.pk), target)
                if options["procedure"] in (None, wish["procedure"])
            ]  # fmt: skip
        if not wishes:
            raise CommandError("No such plan fits this site now.")
        bad = [
            wish["procedure"] for wish in wishes
            if not self._rehearse(site, wish, person, options)
        ]  # fmt: skip
        if bad:
            raise CommandError(f"Not as it must be: {', '.join(bad)}")

    def _rehearse(
        self, site: Site, wish: dict[str, Any], person: User, options: dict[str, Any]
    ) -> bool:
        """One procedure; whether nothing was broken. What a plan refuses is said, not an error."""
        page, at = wish["procedure"], clock.now()
        wishes = [word for word in options["faults"].split(",") if word]
        try:
            with tenancy.transaction(site.customer_id):
                row = asking.ask(
                    Site.objects.get(pk=site.pk), method=options["method"], wishes=wishes,
                    seed=options["seed"], by=person, at=at, ring=False,
                    earliest=_start_of(options["not_before"], site), **wish,
                )  # fmt: skip
        except Refused as refusal:
            self._refused(page, refusal, options)
            return True
        faults = ", ".join(map(str, (":".join(map(str, one.values())) for one in row.faults)))
        if not options["json"]:
            self.stdout.write(f"{page}, seed {row.seed}, faults: {faults or 'none'}")
        row = performing.perform(site.customer_id, row.pk, progress=Bar(self).at)
        return self._as_json(page, row) if options["json"] else self._told(row)

    def _refused(self, page: str, refusal: Refused, options: dict[str, Any]) -> None:
        if options["json"]:
            told = {"code": refusal.code, "detail": str(refusal), "remedy": str(refusal.remedy)}
            tell(self, {"procedure": page, "refusal": told})
        else:
            self.stdout.write(f"{page}: {refusal}")

    def _as_json(self, page: str, row: Rehearsal) -> bool:
        over = row.state == Rehearsal.State.FINISHED
        wrong = reporting.broken(row.report) if over else [row.reason]
        tell(self, {
            "procedure": page, "id": row.pk, "seed": row.seed, "faults": row.faults,
            "state": row.state, "outcome": row.outcome, "report": row.report, "broken": wrong,
        })  # fmt: skip
        return not wrong

    def _told(self, row: Rehearsal) -> bool:
        if row.state != Rehearsal.State.FINISHED:
            self.stdout.write(f"  {row.get_state_display()}: {gettext(row.reason)}")
            return False
        report = row.report
        down = report["downtime"]
        self.stdout.write(
            f"  {row.get_outcome_display()}: {report['began']} to {report['ended']}; downtime"
            f" {down['minutes']} min (planned {down['expected']}, at worst {down['worst']})"
        )
        if stopped := report["stopped"]:
            self.stdout.write(f"  step {stopped['seq']}: {gettext(stopped['reason'])}")
        wrong = reporting.broken(report)
        for line in wrong:
            self.stdout.write(f"  BROKEN: {line}")
        return not wrong


def _wishes(site: Site, target: Package | None) -> list[dict[str, Any]]:
    """Everything that can be planned at the site now: the upgrades of its shape, the replacements
    that wait, the repair of what a job left."""
    found = []
    if target is not None:
        pages = planning.procedures_for(site)
        found += [{"target": target, "procedure": page.name} for page in pages]
    found += [replacing.wish(new) for new in replacements.waiting(site)]
    left = leftovers.at_site(site)
    if left is not None and repairing.repairable(left):
        found.append(repairing.wish(left))
    return found


def _start_of(day: date | None, site: Site) -> datetime | None:
    """The beginning of a day on the site's clock."""
    return day and datetime.combine(day, time(), ZoneInfo(site.zone)).astimezone(UTC)
