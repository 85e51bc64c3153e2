"""`python -m tests.bench.soak [--steps N] [--kills N] [--workers N] [--rehearsals N] [--minutes N]`

Nothing lost, nothing twice. Workers are killed with SIGKILL all the way through steps with an
outside effect, and the effects are counted by the appliance, a process of its own. With 1,000
steps and 100 kills it takes about a minute. Then every procedure is rehearsed again and again,
with a worker killed at each of its steps: so many rehearsals at most, for so many minutes at most.
Ends with 1 if an effect was lost or repeated, a step recorded twice, or a rule broken.
"""

import argparse
import importlib
import logging
import sys

from tests.bench import ground


def main() -> int:
    asked = argparse.ArgumentParser(prog="python -m tests.bench.soak", description=__doc__)
    asked.add_argument("--steps", type=int, default=10_000)
    asked.add_argument("--kills", type=int, default=1_000)
    asked.add_argument("--workers", type=int, default=8)
    asked.add_argument("--rehearsals", type=int, default=5_000)
    asked.add_argument("--minutes", type=float, default=600, help="at most, for the rehearsals")
    options = asked.parse_args()
    logging.disable(logging.INFO)  # each step's line would hide how far it is
    with ground.opened():
        counted = importlib.import_module("tests.bench.counted")  # models: after the set-up
        counts = counted.run(options.steps, options.kills, options.workers)
        rehearsed = importlib.import_module("tests.bench.rehearsed")
        played, broken = rehearsed.run(options.rehearsals, options.minutes)
    counts["rehearsals with killed workers"] = played
    for name, count in counts.items():
        print(f"{name:34} {count:>8,}")
    wrong = [name for name in counted.NONE_OF_THESE if counts[name]] + broken
    print(f"WRONG: {', '.join(wrong)}" if wrong else "Nothing lost, nothing twice.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
