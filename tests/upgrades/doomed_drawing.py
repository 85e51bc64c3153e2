"""A worker that kills itself while it draws: `python -m tests.upgrades.doomed_drawing INSTANT`.

It ends by SIGKILL inside the second customer's transaction, with that customer's sites written and
nothing committed.
"""

import os
import signal
import sys
from datetime import datetime
from typing import Any

import django


def main(instant: str) -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 (after the set-up)

    from upgrades.services.rollouts import drawing  # noqa: PLC0415

    inserted = []

    def dying(execute: Any, sql: str, *args: Any) -> Any:
        if len(inserted) == 2:
            os.kill(os.getpid(), signal.SIGKILL)
        done = execute(sql, *args)
        if sql.startswith('INSERT INTO "upgrades_enrolment"'):
            inserted.append(sql)
        return done

    with connection.execute_wrapper(dying):
        drawing.draw_due(datetime.fromisoformat(instant))


if __name__ == "__main__":
    main(*sys.argv[1:])
