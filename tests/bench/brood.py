"""A parent that keeps a number of the runner's workers alive by forking, as Celery's pool does.

`python -m tests.bench.brood NUMBER MODULE:FUNCTION` says the id of each worker as it begins, and
replaces whichever dies; FUNCTION acts for the appliance. It ends when its input ends.
"""

import importlib
import os
import signal
import sys
import threading
import time

import django

django.setup()

from portal.embedded.processes import dying_with_parent  # noqa: E402 (after the set-up)
from upgrades.services.ticks import loop  # noqa: E402

IDLE = 0.02  # seconds until a worker looks again when nothing was due


def work(act: loop.Act) -> None:
    dying_with_parent(signal.SIGKILL)()
    while True:
        if not loop.run(3600, act):
            time.sleep(IDLE)


def begin(act: loop.Act) -> None:
    pid = os.fork()
    if pid == 0:
        work(act)
    print(pid, flush=True)


def wait_for_the_end() -> None:
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)  # our own group: the workers and ourselves


def main(number: str, act: str) -> None:
    module, function = act.split(":")
    act = getattr(importlib.import_module(module), function)
    os.setpgid(0, 0)
    for _ in range(int(number)):
        begin(act)
    threading.Thread(target=wait_for_the_end, daemon=True).start()
    while True:
        os.wait()
        begin(act)


if __name__ == "__main__":
    main(*sys.argv[1:])
