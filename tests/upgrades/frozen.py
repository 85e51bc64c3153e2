"""A worker that freezes itself: `python -m tests.upgrades.frozen INSTANT asks|asks-not`.

It stops (SIGSTOP) with its intent written and nothing sent, as a host that swaps or is suspended
does, and goes on whenever it is told to. `asks-not`: it sends without asking whether it still may.
"""

import os
import signal
import sys
from datetime import datetime

import django


def main(instant: str, how: str) -> None:
    django.setup()
    from portal import clock  # noqa: PLC0415 (after the set-up)
    from upgrades.services.ticks import acting, claims, loop  # noqa: PLC0415

    def act(work: object) -> object:
        if work.attempt is not None:  # type: ignore[attr-defined]
            os.kill(os.getpid(), signal.SIGSTOP)
        return acting.act(work)

    if how == "asks-not":
        claims.still_ours = lambda _claim: True
    with clock.at(datetime.fromisoformat(instant)):
        loop.run(20, act)


if __name__ == "__main__":
    main(*sys.argv[1:])
