"""The Celery app. Redis carries doorbells only: whatever matters is a row in PostgreSQL."""

import os
from typing import Any

from celery import Celery, Task, bootsteps
from django.db import close_old_connections

from portal import true_clock
from portal.services import database

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")


class KeepsConnection(Task):  # type: ignore[misc]
    """A bell is answered on the connection that is there, if it still answers itself: a new one
    for every bell, with every plan made anew, takes longer than most steps. A worker whose clock is
    wrong answers none: Astray is raised."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        close_old_connections()
        true_clock.demand()
        return super().__call__(*args, **kwargs)


app = Celery("portal", task_cls=KeepsConnection)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.CELERY_DB_REUSE_MAX = 1_000  # else Celery closes it before and after each task


class SafeRole(bootsteps.StartStopStep):  # type: ignore[misc]
    """A worker refuses to start as a role that row security does not bind."""

    def __init__(self, parent: Any, **options: Any) -> None:
        super().__init__(parent, **options)
        database.refuse_dangerous_role()


app.steps["worker"].add(SafeRole)
