"""`make soak`: what takes hours. Rounds of workers killed every second, until the time is over or
a step is lost or recorded twice. SOAK_MINUTES says how long (60)."""

import importlib
import os
import sys
import time

from tests.bench import figures, ground

MINUTES = float(os.environ.get("SOAK_MINUTES", "60"))


def main() -> int:
    """0: nothing was lost and nothing recorded twice in any round."""
    ends, rounds = time.monotonic() + MINUTES * 60, 0
    while time.monotonic() < ends:
        with ground.opened():
            found = importlib.import_module("tests.bench.kills").measure()  # after the set-up
        rounds += 1
        print(f"round {rounds}\n{figures.table(found)}", flush=True)
        if any(one.held is False and one.goal == "= 0" for one in found):
            print("A step was lost or recorded twice.", file=sys.stderr)
            return 1
    print(f"{rounds} rounds: nothing lost, nothing twice.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
