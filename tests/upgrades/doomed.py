"""A worker that kills itself: `python -m tests.upgrades.doomed POINT INSTANT`.

POINT names a moment of the tick; there the process ends by SIGKILL, as a lost machine would.
"""

import os
import signal
import sys
from datetime import datetime

import django

POINTS = ("claimed", "intended", "acted", "recorded")


def die(*_args: object, **_kwargs: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def main(point: str, instant: str) -> None:
    django.setup()
    from portal import clock  # noqa: PLC0415 (after the set-up)
    from upgrades.services.ticks import acting, claims, loading, loop, recording  # noqa: PLC0415

    def acted(work: object) -> object:
        if point == "intended":
            die()
        outcome = acting.act(work)
        if point == "acted":
            die()
        return outcome

    if point == "claimed":
        loading.load = die
    if point == "recorded":
        claims.free = die
    with clock.at(datetime.fromisoformat(instant)):
        loop.tick(acted)
    sys.stdout.write("nothing was due\n" if recording else "")


if __name__ == "__main__":
    main(*sys.argv[1:])
