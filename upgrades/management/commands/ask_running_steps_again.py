from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from portal import clock
from portal.management.telling import add_json, tell
from upgrades.services import recovering


class Command(BaseCommand):
    help = "After a restore: every step that was under way is asked again before anything is sent."

    def add_arguments(self, parser: CommandParser) -> None:
        add_json(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        asked = recovering.ask_again(clock.now())
        if options["json"]:
            return tell(self, {"asked_again": asked})
        self.stdout.write(f"{asked} steps will be asked again before anything is sent.")
        return None
