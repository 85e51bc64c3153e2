"""Django's own, which asks first whether it can tell what the database has."""

from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import CommandError
from django.core.management.commands import migrate

from portal.services import database


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            database.refuse_history_in_the_middle(options["database"])
        except ImproperlyConfigured as refused:
            raise CommandError(str(refused)) from None
        super().handle(*args, **options)
