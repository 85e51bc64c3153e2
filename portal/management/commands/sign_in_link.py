from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.services import links, people


class Command(BaseCommand):
    help = "Print a link, good once and for half an hour, with which a person sets a new password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = people.active(email)
        if user is None:
            raise CommandError(f"Nobody active has the address {email}.")
        self.stdout.write(links.issue(links.PASSWORD, user=user))
