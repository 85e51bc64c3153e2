from typing import Any

from django.core.management.base import BaseCommand

from portal import clock
from upgrades.services import recovering


class Command(BaseCommand):
    help = "After a restore: every step that was under way is asked again before anything is sent."

    def handle(self, *args: Any, **options: Any) -> None:
        asked = recovering.ask_again(clock.now())
        self.stdout.write(f"{asked} steps will be asked again before anything is sent.")
