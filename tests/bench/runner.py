"""One process of the real runner, whose calls do nothing: the figures' worker.

`python -m tests.bench.runner` says "ready", waits for a line with the seconds to run, and says
how many steps it turned.
"""

import sys

import django

django.setup()

from portal.services import database  # noqa: E402 (after the set-up)
from upgrades.services.ticks import loop  # noqa: E402
from upgrades.services.ticks.outcomes import Outcome, Proven  # noqa: E402
from upgrades.services.ticks.work import Work  # noqa: E402


def nothing(work: Work) -> Outcome:
    """The outside call, taking no time."""
    return Proven({"installers": []})


def main() -> None:
    database.refuse_dangerous_role()
    print("ready", flush=True)
    for line in sys.stdin:
        print(loop.run(float(line), nothing), flush=True)


if __name__ == "__main__":
    main()
