"""Leased work as tests do it: little, a file and its end. As a process it kills itself on the way:
`python -m tests.portal.services.leased.worker POINT LABEL OWNER ROW`."""

import os
import signal
import sys
import uuid
from datetime import UTC, datetime, timedelta

import django

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
POINTS = ("taken", "held", "stored", "ending", "ended")
GONE = datetime(2020, 1, 1, tzinfo=UTC)


def do(row, *, die_at=""):
    from django.core.files.base import ContentFile  # noqa: PLC0415 (after the set-up)
    from django.core.files.storage import default_storage  # noqa: PLC0415

    from portal.services import leased  # noqa: PLC0415

    def here(point):
        if point == die_at:
            os.kill(os.getpid(), signal.SIGKILL)

    here("taken")
    leased.hold(row)
    here("held")
    stored_as = default_storage.save(row.file(row.tries), ContentFile(b"of try %d" % row.tries))
    here("stored")
    with leased.ending(row) as found:
        finish(found, stored_as)
        here("ending")
    here("ended")


def finish(row, stored_as):
    times = {"at": NOON, "until": NOON + timedelta(days=3)}
    if hasattr(row, "expires_at"):
        row.stored_as = stored_as
        row.finish(sha256="", size=8, **times)
    else:
        row.finish(sha256="", size=8, stored_as=stored_as, at=NOON)


def main(point, label, owner, pk):
    django.setup()
    from django.apps import apps  # noqa: PLC0415 (after the set-up)

    from portal.services import leased  # noqa: PLC0415

    work = leased.Work(apps.get_model(label), do=lambda row: do(row, die_at=point))
    work.one(uuid.UUID(owner) if owner else None, uuid.UUID(pk))


if __name__ == "__main__":
    main(*sys.argv[1:])
