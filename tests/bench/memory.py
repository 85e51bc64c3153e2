"""Memory of the web server (two workers) and of the worker (two children), beside bare ones.

Proportional set size of the whole family of processes, after some requests and some work.
"""

import http.client
import time

import psutil
from celery import current_app

from tests.bench import bare_celery, product, rows, world
from tests.bench.figures import Figure, against, alone

REQUESTS = 40
PEER = 453  # megabytes, Nautobot 3.2.7 with two workers on such a machine
PAGES = ("/livez", "/healthz", "/sign-in/", "/api/v1/openapi.json")


def measure() -> list[Figure]:
    ports = product.free_port(), product.free_port()
    with product.running(product.bare_web(ports[0])) as bare:
        _visit(ports[0], ("/livez",))
        bare_web = _megabytes(bare)
    with product.running(product.web(ports[1])) as ours:
        _visit(ports[1], PAGES)
        web = _megabytes(ours)
    with product.running(product.bare_worker()) as bare:
        for _ in range(REQUESTS):
            bare_celery.enqueue()
        bare_worker = _megabytes(bare)
        with product.running(product.worker()) as ours:
            _work()
            worker = _megabytes(ours)
    return [
        alone("X1 memory of the web server, 2 workers (PSS)", web, "MB", most=round(0.4 * PEER)),
        against("the same, beside a bare one", web, "MB", bare_web),
        against("memory of the worker, 2 children (PSS)", worker, "MB", bare_worker),
    ]


def _visit(port: int, pages: tuple[str, ...]) -> None:
    """Each page often enough that both workers have made it; whatever it answers."""
    for number in range(REQUESTS):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", pages[number % len(pages)])
        connection.getresponse().read()
        connection.close()


def _work() -> None:
    """Steps for both children, the bell rung for each."""
    world.customers(2, sites=REQUESTS)
    steps = world.jobs(steps=1)
    rows.ask(f"UPDATE upgrades_jobstep SET {world.QUIET} RETURNING 1")
    for _ in range(REQUESTS):
        current_app.send_task("upgrades.ring", ignore_result=True)
    ends = time.monotonic() + 60
    while rows.count("upgrades_jobstep", "state = 'DONE'") < steps:
        assert time.monotonic() < ends, "the worker does not work"
        time.sleep(0.1)


def _megabytes(process: product.Process) -> float:
    parent = psutil.Process(process.pid)
    family = [parent, *parent.children(recursive=True)]
    return sum(one.memory_full_info().pss for one in family) / 1e6
