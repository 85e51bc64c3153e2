from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.services import people, second_step


class Command(BaseCommand):
    help = "Take away the second step of somebody who lost telephone and recovery codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, email: str, **options: Any) -> None:
        user = people.active(email)
        if user is None:
            raise CommandError(f"Nobody active has the address {email}.")
        second_step.reset(user, by=None)
        self.stdout.write(f"{email} signs in by password alone, and is signed out everywhere.")
