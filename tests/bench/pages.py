"""Every page of staff and of a customer's people at an installation of ten thousand sites, as the
web server makes it: milliseconds at the median, the dearest first, and the statements of each.

Beside the time by the clock stands the processor's, ours and PostgreSQL's together: it is the
page's own, where the machine is shared with others.
"""

import gc
import time
import uuid
from pathlib import Path
from statistics import median
from typing import Any

from django.conf import settings
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal import clock
from tests.bench import installation
from tests.bench.figures import Figure, alone
from tests.conftest import NOON
from tests.house.routes import Route, routes
from tests.upgrades.views.table_of_pages import PAGES

MOST, APART = 100, {"upgrades:calendar", "upgrades:calendar-all"}  # ms; `months` has their own
ROUNDS = 5
settings.ALLOWED_HOSTS.append("testserver")


def measure() -> list[Figure]:
    with clock.at(NOON):
        world, ids = installation.opened()
        gc.collect()
        gc.freeze()  # as portal.wsgi does
        found = [
            alone(f"{who}, {said}", took, "ms", most=None if name in APART else MOST)
            for who, reader in (("staff", world.agent), ("approver", world.approver))
            for name, said, took in _pages(reader, world.customer.slug, ids)
        ]
        gc.unfreeze()
    return sorted(found, key=lambda figure: -figure.value)


def _pages(reader: Any, slug: str, ids: dict[str, str]) -> Any:
    client = Client()
    client.force_login(reader)
    for route in routes():
        if route.name not in PAGES or not _looked_at(route):
            continue
        path = route.filled(slug=slug, name="single", pk=ids.get(PAGES[route.name], uuid.uuid4()))
        if client.get(path).status_code not in (200, 422):
            continue
        took = [_took(client, path) for _ in range(ROUNDS)]
        clock_ms, processor_ms = (median(each) for each in zip(*took, strict=True))
        with (
            CaptureQueriesContext(connections["default"]) as own,
            CaptureQueriesContext(connections["staff"]) as across,
        ):
            answer = client.get(path)
        asked = len(own) + len(across)
        size = len(answer.content) / 1000
        said = f"{route.name}: {asked} statements, {size:.0f} kB, processor {processor_ms:.0f} ms"
        yield route.name, said, clock_ms


def _looked_at(route: Route) -> bool:
    return not route.is_api


def _took(client: Client, path: str) -> tuple[float, float]:
    """Milliseconds by the clock, and of the processor."""
    worked, began = _worked(), time.perf_counter()
    client.get(path)
    return (time.perf_counter() - began) * 1000, (_worked() - worked) * 1000


def _worked() -> float:
    """Seconds of the processor that this process and its connections' servers have had."""
    return time.process_time() + sum(_of_process(pid) for pid in _servers())


def _servers() -> list[int]:
    found = (connections[name].connection for name in ("default", "staff"))
    return [each.info.backend_pid for each in found if each is not None and not each.closed]


def _of_process(pid: int) -> float:
    """Linux counts it in nanoseconds, the first of three numbers."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
