from typing import Any

from django.core.management.base import BaseCommand

from portal.services import links


class Command(BaseCommand):
    help = "Print a link, good once and for a day, for the first administrator of an installation."

    def handle(self, *args: Any, **options: Any) -> None:
        if links.has_administrator():
            self.stdout.write("An administrator signs in already; nothing was made.")
            return
        address = links.issue(links.FIRST_ADMINISTRATOR, user=None)
        self.stdout.write("Open this once, within 24 hours, to become the first administrator:")
        self.stdout.write(address)
