"""The product's own processes, and bare ones beside them, as `run.sh` starts them."""

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager

from portal.embedded import programs
from portal.embedded.processes import free_port
from tests.bench import ground

Process = subprocess.Popen[str]


@contextmanager
def running(process: Process) -> Iterator[Process]:
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def web(port: int) -> Process:
    """The web server; it answers when this returns."""
    command = programs.web({"HOST": "127.0.0.1", "PORT": str(port)})
    return _answering(ground.start(*command, said="web", DATABASE_POOL="1"), port)


def bare_web(port: int) -> Process:
    instead = {
        "portal.serving": "granian",
        "portal.wsgi:application": "tests.bench.bare_web:application",
    }
    words = programs.web({"HOST": "127.0.0.1", "PORT": str(port)})
    command = [instead.get(str(word), word) for word in words]
    return _answering(ground.start(*command, said="bare-web", DJANGO_SETTINGS_MODULE=""), port)


def worker() -> Process:
    return ground.start(*programs.worker(), said="worker")


def bare_worker() -> Process:
    words = programs.celery("worker", "--concurrency", "2", "--loglevel", "warning")
    words = ["tests.bench.bare_celery" if word == "portal" else word for word in words]
    words = [*words, "--without-gossip", "--without-mingle"]
    return ground.start(*words, said="bare-worker", DJANGO_SETTINGS_MODULE="")


def _answering(process: Process, port: int) -> Process:
    ends = time.monotonic() + 60
    while time.monotonic() < ends and process.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", "/livez")
            if connection.getresponse().status == 200:
                return process
        except OSError:
            time.sleep(0.2)
        finally:
            connection.close()
    raise AssertionError(f"nothing answers on port {port}: see the log in the run's folder")


__all__ = ["bare_web", "bare_worker", "free_port", "running", "web", "worker"]
