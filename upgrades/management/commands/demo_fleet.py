from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.egress.simulator import NoSimulator
from portal.management.telling import Bar, add_json, tell
from portal.models import User
from upgrades.services import demo, demo_fleet


class Command(BaseCommand):
    help = (
        "Generate N sites of invented customers, their appliances standing in the simulator (which"
        " must run). The same seed makes the same fleet; a greater N adds to it."
    )

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("sites", type=int, help=f"how many sites, at most {demo_fleet.MOST}")
        parser.add_argument("--seed", type=int, default=1, help="another number, another fleet")
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("An installation marked production has no demo fleet.")
        sites, seed = options["sites"], options["seed"]
        if not 1 <= sites <= demo_fleet.MOST or not 0 <= seed < 1_000_000:
            raise CommandError(f"Give 1 to {demo_fleet.MOST} sites, and a seed below a million.")
        agent = User.objects.filter(email=demo.ACCOUNTS[0].email).first()
        new, there, bar = 0, 0, Bar(self)
        try:
            for made, there in demo_fleet.load(sites, seed=seed, at=clock.now(), by=agent):
                new += made
                bar.at(there, sites)
        except NoSimulator as away:
            raise CommandError(
                f"The simulator could not be filled: {away} Call again to go on."
            ) from away
        if options["json"]:
            tell(self, {"seed": seed, "sites": there, "new": new})
        else:
            self.stdout.write(f"The fleet of seed {seed} has {there} sites; {new} are new.")
