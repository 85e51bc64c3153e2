"""`python -m tests.bench [names…] [--json]`: every figure, or those of the named groups."""

import argparse
import importlib
import sys
import time

from tests.bench import figures, ground

GROUPS = (
    "steps", "kills", "clicks", "waits", "fleet", "nights", "months", "outbox", "rest", "memory",
    "pages", "papers", "files", "fleet_page",
)  # fmt: skip


def main() -> None:
    asked = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    asked.add_argument("names", nargs="*", metavar="name", help=", ".join(GROUPS))
    asked.add_argument("--json", action="store_true", help="no table: one object a line")
    options = asked.parse_args()
    if unknown := set(options.names) - set(GROUPS):
        asked.error(f"not known: {', '.join(sorted(unknown))}")
    found: list[figures.Figure] = []
    with ground.opened():
        for name in options.names or GROUPS:
            began = time.monotonic()
            found += importlib.import_module(f"tests.bench.{name}").measure()
            print(f"{name}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    if not options.json:
        print(figures.table(found) + "\n")
    print(figures.lines(found))


if __name__ == "__main__":
    main()
