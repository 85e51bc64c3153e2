"""A worker that kills itself: `python -m tests.doomed_erasure CUSTOMER POINT INSTANT`.

At POINT, a stage of the erasure, the process ends by SIGKILL in the middle of a transaction, after
it has changed something and before it has said so.
"""

import os
import signal
import sys
from datetime import datetime

import django


def die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(customer: str, point: str, instant: str) -> None:
    django.setup()
    from portal import clock  # noqa: PLC0415 (after the set-up)
    from portal.models import Erasure  # noqa: PLC0415
    from portal.services.erasing import carrying_out, closing  # noqa: PLC0415

    carrying_out.ROWS = 1
    whole = Erasure.save

    def save(row: Erasure, **values: object) -> None:
        if point in (row.stage, row.state) or (point == "TOLD" and row.told_at):
            die()
        whole(row, **values)

    Erasure.save = save
    if point == "FILES":
        erase = carrying_out._erase_files
        carrying_out._erase_files = lambda customer_id: (erase(customer_id), die())
    if point == "NAMES":
        closing._make_shell = die
    at = datetime.fromisoformat(instant)
    with clock.at(at):
        carrying_out.carry_out(customer, at)


if __name__ == "__main__":
    main(*sys.argv[1:])
