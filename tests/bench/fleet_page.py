"""H1 and H2: the fleet's page for one of staff, signed in, over a hundred thousand appliances.

H1 beside a bare Django page, a template of fifty rows with ten columns of the same table, both by
Django's own test client by turns; H2 at four connections of the web server with its two workers.
"""

import http.client
import threading
import time
from statistics import median, quantiles
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.test import Client, override_settings

from portal.models import User
from tests.bench import product, world
from tests.bench.figures import Figure, against, alone, in_turn

CUSTOMERS, SITES = 1_000, 100
PAGE = "/fleet/"
CALLS, CONNECTIONS, EACH = 30, 4, 40


def measure() -> list[Figure]:
    call_command("collectstatic", interactive=False, verbosity=0)
    world.customers(CUSTOMERS, sites=SITES)
    world.jobs(steps=1)
    person, _ = User.objects.get_or_create(
        email="agent@example.com", defaults={"name": "Agent", "staff_role": User.StaffRole.AGENT}
    )
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(person)
    ours, bare = in_turn(lambda: _calls(client, PAGE), _bare)
    cookie = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return [
        against("H1 fleet page of 100,000, beside a bare page of 50", ours, "/s", bare, least=0.7),
        alone("H2 the same, p95 at 4 connections", _p95(cookie), "ms", most=25),
    ]


def _bare() -> float:
    with override_settings(MIDDLEWARE=[], ROOT_URLCONF="tests.bench.bare_drf"):
        client = Client(headers={"host": "127.0.0.1"})
        client.handler.load_middleware()
        return _calls(client, "/page")


def _calls(client: Client, path: str) -> float:
    """Calls a second."""
    took = []
    for number in range(CALLS + 2):
        began = time.perf_counter()
        answer = client.get(path)
        assert answer.status_code == 200, answer.content[:300]
        if number >= 2:
            took.append(time.perf_counter() - began)
    return 1 / median(took)


def _p95(cookie: str) -> float:
    port = product.free_port()
    with product.running(product.web(port)):
        _together(port, cookie, EACH)  # so that each worker has read its templates and connected
        took = _together(port, cookie, EACH)
    assert len(took) == CONNECTIONS * EACH
    return quantiles(took, n=20)[-1] * 1000


def _together(port: int, cookie: str, each: int) -> list[float]:
    took: list[float] = []
    threads = [
        threading.Thread(target=_ask, args=(port, cookie, each, took)) for _ in range(CONNECTIONS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return took


def _ask(port: int, cookie: str, number: int, took: list[float]) -> None:
    connection: Any = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    for _ in range(number):
        began = time.perf_counter()
        connection.request("GET", PAGE, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        took.append(time.perf_counter() - began)
    connection.close()
