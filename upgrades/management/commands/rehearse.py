import uuid
from contextlib import suppress
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.translation import gettext

from appliances.models import Package, Site
from appliances.services import replacements
from portal import clock, tenancy
from portal.errors import Refused
from portal.models import User
from portal.services import database
from upgrades.models import Rehearsal
from upgrades.services import leftovers, planning, repairing, replacing
from upgrades.services.rehearsals import asking, performing, reporting

BAR = 40


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
        parser.add_argument("--begin", nargs=2, metavar=("CUSTOMER", "REHEARSAL"),
                            help="perform one that was asked for (workers use this)")  # fmt: skip

    def handle(self, *args: Any, **options: Any) -> None:
        database.refuse_dangerous_role()
        if options["begin"]:
            customer, rehearsal = map(uuid.UUID, options["begin"])
            performing.perform(customer, rehearsal)
            return
        if not options["site"]:
            raise CommandError("Name a site: --site support.example.com")
        site, person = self._site(options["site"]), self._person(options["by"])
        with tenancy.transaction(site.customer_id):
            wishes = [
                wish for wish in _wishes(Site.objects.get(pk=site.pk), self._target(site, options))
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
            self.stdout.write(f"{page}: {refusal}")
            return True
        faults = ", ".join(map(str, (":".join(map(str, one.values())) for one in row.faults)))
        self.stdout.write(f"{page}, seed {row.seed}, faults: {faults or 'none'}")
        row = performing.perform(site.customer_id, row.pk, progress=self._progress)
        return self._told(row)

    def _progress(self, done: int, of: int) -> None:
        full = BAR * done // max(1, of)
        end = "\n" if done >= of else ""
        self.stdout.write(f"\r  [{'#' * full}{'.' * (BAR - full)}] {done}/{of} ", ending=end)
        self.stdout.flush()

    def _told(self, row: Rehearsal) -> bool:
        if row.state != Rehearsal.State.FINISHED:
            self.stdout.write(f"\n  {row.get_state_display()}: {gettext(row.reason)}")
            return False
        report = row.report
        self._progress(row.steps_done, row.steps_all)
        down = report["downtime"]
        self.stdout.write(
            f"\n  {row.get_outcome_display()}: {report['began']} to {report['ended']}; downtime"
            f" {down['minutes']} min (planned {down['expected']}, at worst {down['worst']})"
        )
        if stopped := report["stopped"]:
            self.stdout.write(f"  step {stopped['seq']}: {gettext(stopped['reason'])}")
        wrong = reporting.broken(report)
        for line in wrong:
            self.stdout.write(f"  BROKEN: {line}")
        return not wrong

    def _site(self, word: str) -> Site:
        named = Q(public_name=word)
        with suppress(ValueError):
            named |= Q(pk=uuid.UUID(word))
        found = list(Site.across.filter(named, closed_at=None))
        if len(found) != 1:
            raise CommandError(f"{len(found)} sites are called {word}. Give the site's id.")
        return found[0]

    def _target(self, site: Site, options: dict[str, Any]) -> Package | None:
        if version := options["target"]:
            found = Package.objects.filter(version=version, withdrawn_at=None).first()
            if found is None:
                raise CommandError(f"There is no package {version}.")
            return found
        reachable = [one.package for one in planning.choices(site) if one.hops]
        return reachable[0] if reachable else None

    def _person(self, email: str | None) -> User:
        people = User.objects.filter(is_active=True)
        found = (people.filter(email=email) if email else people.exclude(staff_role="")).first()
        if found is None:
            raise CommandError("Nobody is there to ask for it: name somebody with --by.")
        return found


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
