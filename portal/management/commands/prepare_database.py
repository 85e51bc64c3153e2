from typing import Any
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from portal.rowsecurity import APP, OWNER, STAFF
from portal.services import database
from portal.settings import text


class Command(BaseCommand):
    help = (
        "Make the roles, the database, extensions and grants (as DATABASE_ADMIN_URL). Repeatable."
    )
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DATABASE_ADMIN_URL:
            raise CommandError(
                "Set DATABASE_ADMIN_URL to a superuser's address, for this command only."
            )
        urls = {APP: "DATABASE_URL", OWNER: "DATABASE_OWNER_URL", STAFF: "DATABASE_STAFF_URL"}
        passwords = {
            role: unquote(urlsplit(text(name)).password or "") for role, name in urls.items()
        }
        name = settings.DATABASES["default"]["NAME"]
        for line in database.prepare(settings.DATABASE_ADMIN_URL, name, passwords):
            self.stdout.write(line)
