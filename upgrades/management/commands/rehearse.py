import uuid
from contextlib import suppress
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q
from django.utils.translation import gettext

from appliances.models import Package, Site
from portal import clock, tenancy
from portal.errors import Refused
from portal.models import User
from portal.services import database
from upgrades.models import Rehearsal
from upgrades.services import planning
from upgrades.services.rehearsals import asking, performing, reporting

BAR = 40


class Command(BaseCommand):
    help = "Rehearse an upgrade on a twin of the site in the simulator. Touches no real appliance."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--site", help="its public host name, or its id")
        parser.add_argument("--target", help="a version; without: the newest that can be reached")
        parser.add_argument("--procedure", help="without: every one that fits the site's shape")
        parser.add_argument("--method", default="automatic", help="automatic or manual")
        parser.add_argument("--faults", default="", help="name[:step[:moment]],… or random")
        parser.add_argument("--seed", type=int, help="the same seed gives the same play")
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
            pages = [page.name for page in planning.procedures_for(site)]
        bad = [
            page for page in ([options["procedure"]] if options["procedure"] else pages)
            if not self._rehearse(site, page, person, options)
        ]  # fmt: skip
        if bad:
            raise CommandError(f"Not as it must be: {', '.join(bad)}")

    def _rehearse(self, site: Site, page: str, person: User, options: dict[str, Any]) -> bool:
        """One procedure; whether nothing was broken. What a plan refuses is said, not an error."""
        wishes = [word for word in options["faults"].split(",") if word]
        try:
            with tenancy.transaction(site.customer_id):
                row = asking.ask(
                    Site.objects.get(pk=site.pk), self._target(site, options["target"]),
                    procedure=page, method=options["method"], wishes=wishes,
                    seed=options["seed"], by=person, at=clock.now(), ring=False,
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

    def _target(self, site: Site, version: str | None) -> Package:
        if version:
            found = Package.objects.filter(version=version, withdrawn_at=None).first()
            if found is None:
                raise CommandError(f"There is no package {version}.")
            return found
        reachable = [one.package for one in planning.choices(site) if one.hops]
        if not reachable:
            raise CommandError("No newer release can be reached.")
        return reachable[0]

    def _person(self, email: str | None) -> User:
        people = User.objects.filter(is_active=True)
        found = (people.filter(email=email) if email else people.exclude(staff_role="")).first()
        if found is None:
            raise CommandError("Nobody is there to ask for it: name somebody with --by.")
        return found
