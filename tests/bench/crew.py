"""Several processes that begin together, at a word, and say what they did."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench import ground

Process = subprocess.Popen[str]


@contextmanager
def crew(module: str, number: int) -> Iterator[list[Process]]:
    """`number` processes of `python -m module`, each of which has said that it is ready."""
    processes = [ground.start_python("-m", module, said=module) for _ in range(number)]
    try:
        for process in processes:
            heard = process.stdout.readline().strip()
            assert heard == "ready", f"{module} said {heard!r}"
        yield processes
    finally:
        for process in processes:
            process.stdin.close()
        for process in processes:
            process.wait(30)


def rate(processes: list[Process], seconds: float) -> float:
    """What all of them did together, a second."""
    began = time.monotonic()
    for process in processes:
        process.stdin.write(f"{seconds}\n")
        process.stdin.flush()
    done = sum(int(process.stdout.readline()) for process in processes)
    return done / (time.monotonic() - began)
