"""The Celery app. Redis carries doorbells only: whatever matters is a row in PostgreSQL."""

import os
from typing import Any

from celery import Celery, bootsteps

from portal.services import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")


class SafeRole(bootsteps.StartStopStep):  # type: ignore[misc]
    """A worker refuses to start as a role that row security does not bind."""

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        database.refuse_dangerous_role()


app.steps["worker"].add(SafeRole)
