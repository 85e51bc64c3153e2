from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal import clock
from portal.egress.simulator import NoSimulator
from upgrades.services import demo

LANGUAGES = {"tr": " (Turkish)", "fr": " (French)"}


class Command(BaseCommand):
    help = "Load the demo world once (the simulator must run); --accounts prints whom to be."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--accounts", action="store_true", help="print the demo's accounts")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("An installation marked production has no demo world.")
        if options["accounts"]:
            self._accounts()
            return
        try:
            loaded = demo.load(clock.now())
        except NoSimulator as away:
            raise CommandError(f"The simulator could not be set up: {away}") from away
        self.stdout.write("The demo world is loaded." if loaded else "The demo world was there.")

    def _accounts(self) -> None:
        width = max(len(account.email) for account in demo.ACCOUNTS)
        for account in demo.ACCOUNTS:
            said = f"{account.name}, {account.what}{LANGUAGES.get(account.language, '')}"
            self.stdout.write(f"  {account.email:<{width}}  {said}")
        self.stdout.write(f"  password for all: {demo.PASSWORD}")
