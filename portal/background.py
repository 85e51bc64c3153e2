"""Queue work once this transaction has committed. A lost message costs promptness, nothing else."""

import logging

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from portal import rehearsing

log = logging.getLogger(__name__)


def enqueue(task: str, **ids: object) -> None:
    """Ring for a task by its registered name after commit.

    The name is looked up now, so a misspelt one fails here and not in the worker. A broker that
    is away is noted and forgotten: every task also finds its work in PostgreSQL.
    """
    found = current_app.tasks[task]
    if rehearsing.twin():
        return

    def send() -> None:
        try:
            found.apply_async(kwargs=ids, retry=False, ignore_result=True)
        except (OperationalError, OSError):
            log.warning("the broker is away; %s waits for the next sweep", task)

    transaction.on_commit(send)
