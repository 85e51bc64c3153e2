from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.services import people, second_step


class Command(BaseCommand):
    help = "Take away the second step, passkeys too, of somebody who lost telephone and codes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--keep-passkeys", action="store_true")

    def handle(self, *args: Any, email: str, keep_passkeys: bool, **options: Any) -> None:
        user = people.active(email)
        if user is None:
            raise CommandError(f"Nobody active has the address {email}.")
        second_step.reset(user, by=None, keep_passkeys=keep_passkeys)
        left = "a passkey" if second_step.is_on(user) else "password alone"
        self.stdout.write(f"{email} signs in by {left}, and is signed out everywhere.")
