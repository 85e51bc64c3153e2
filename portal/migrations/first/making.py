"""What the first migrations are written with: columns that most tables have, tables made together.

Never changed, as migrations never are: what is new says what is different in one of its own.
"""

import uuid
from typing import Any

from django.conf import settings
from django.db import models
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django_fsm import ConcurrentTransitionMixin, FSMField

from portal.tenancy import OwnedForeignKey

GUARDED = (ConcurrentTransitionMixin, models.Model)  # bases of what moves by transitions


def identity() -> tuple[str, models.Field]:
    field = models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)
    return "id", field


def customer() -> tuple[str, models.Field]:
    """The owner of a row."""
    return "customer", refers("portal.customer")


def owned(to: str, related_name: str = "+", **options: Any) -> models.Field:
    """A reference to a row of the same customer."""
    return OwnedForeignKey(to=to, on_delete=models.PROTECT, related_name=related_name, **options)


def refers(to: str, related_name: str = "+", **options: Any) -> models.Field:
    """A reference to a row that belongs to nobody."""
    return models.ForeignKey(to=to, on_delete=models.PROTECT, related_name=related_name, **options)


def person(**options: Any) -> models.Field:
    return refers(settings.AUTH_USER_MODEL, **options)


def words(longest: int, **options: Any) -> models.Field:
    """Text that may be missing."""
    return models.CharField(max_length=longest, blank=True, default="", **options)


def moved(first: str, choices: list[tuple[str, str]]) -> models.Field:
    """A state that only transitions move."""
    return FSMField(choices=choices, default=first, max_length=50, protected=True)


class Together(Operation):
    """Many tables at once: Django's picture of all models is drawn once, not anew for each table,
    which takes ten times as long as making them."""

    reversible = True
    reduces_to_sql = True

    def __init__(self, tables: list[CreateModel]) -> None:
        self.tables = tables

    def describe(self) -> str:
        return f"Create {len(self.tables)} tables"

    def state_forwards(self, app_label: str, state: Any) -> None:
        # As Django does where it delays the drawing; it is drawn when it is next asked for.
        state.__dict__.pop("apps", None)
        for table in self.tables:
            table.state_forwards(app_label, state)

    def database_forwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        for table in self.tables:
            table.database_forwards(app_label, schema_editor, old, new)

    def database_backwards(self, app_label: str, schema_editor: Any, old: Any, new: Any) -> None:
        for table in reversed(self.tables):
            table.database_backwards(app_label, schema_editor, old, new)
