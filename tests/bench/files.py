"""A list as a file: a million rows as CSV and as JSON lines, over REST, in constant memory.

What this process holds at most while the file is read, beside what it held before it: of a small
file and of one a hundred times as long. Through Django's own test client; the pieces are thrown
away as a server throws away what it has sent.
"""

import gc
import logging
import time
from collections.abc import Iterator
from typing import Any

import psutil
from django.test import Client, override_settings

from tests.bench.figures import Figure, against, alone
from tests.bench.rest import LARGE, SMALL, fleet

PIECES = 2_000  # between two looks at the memory
MOST = 40  # megabytes


def measure() -> list[Figure]:
    logging.getLogger("portal.request").setLevel(logging.WARNING)
    found = []
    with override_settings(API_CALLS_A_MINUTE=10_000_000):
        token, few = fleet(SMALL), {}
        for kind in ("csv", "jsonl"):
            _read(kind, token)  # what is read in once is no part of it
            few[kind] = _read(kind, token)[1]
        token = fleet(LARGE)
        for kind in ("csv", "jsonl"):
            rows, most, took = _read(kind, token)
            found += [
                alone(f"rows of a list as {kind}", rows, "rows", exactly=LARGE),
                alone(f"a million rows as {kind}", rows / took, "rows/s"),
                alone(f"more memory while they are read ({kind})", most, "MB", most=MOST),
                against(f"the same, beside {SMALL:,} rows", most, "MB", max(few[kind], 1.0)),
            ]
    return found


def _read(kind: str, token: str) -> tuple[int, float, float]:
    """Rows of the file, megabytes at most above what there was, seconds."""
    client = Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {token}"})
    gc.collect()
    process = psutil.Process()
    before = most = process.memory_info().rss
    began, rows = time.perf_counter(), 0
    answer: Any = client.get(f"/api/v1/appliances/export?format={kind}")
    assert answer.status_code == 200
    pieces: Iterator[bytes] = iter(answer)
    for number, piece in enumerate(pieces):
        rows += piece.count(b"\n")
        if number % PIECES == 0:
            most = max(most, process.memory_info().rss)
    took = time.perf_counter() - began
    return rows - (kind == "csv"), (most - before) / 1e6, took
