import signal
from typing import Any

from django.core.management.base import BaseCommand

from portal.services import database
from upgrades.services.standing import Standing


class Command(BaseCommand):
    help = "The step runner: polls for due work, rings for the workers, works itself if need be."

    def handle(self, *args: Any, **options: Any) -> None:
        database.refuse_dangerous_role()
        standing = Standing()
        for name in (signal.SIGTERM, signal.SIGINT):
            signal.signal(name, lambda *_: standing.stop())
        standing.run()
