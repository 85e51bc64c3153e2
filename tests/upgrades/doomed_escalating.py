"""A worker that kills itself while it escalates: `python -m tests.upgrades.doomed_escalating
INSTANT`. It ends by SIGKILL with the first of several messages written and nothing committed."""

import os
import signal
import sys
from datetime import datetime
from typing import Any

import django


def main(instant: str) -> None:
    django.setup()
    from django.db import connection  # noqa: PLC0415 (after the set-up)

    from upgrades.services import escalating  # noqa: PLC0415

    inserted = []

    def dying(execute: Any, sql: str, *args: Any) -> Any:
        if inserted:
            os.kill(os.getpid(), signal.SIGKILL)
        done = execute(sql, *args)
        if sql.startswith('INSERT INTO "portal_message"'):
            inserted.append(sql)
        return done

    with connection.execute_wrapper(dying):
        escalating.look_after(datetime.fromisoformat(instant))


if __name__ == "__main__":
    main(*sys.argv[1:])
