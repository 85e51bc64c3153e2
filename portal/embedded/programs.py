"""The processes that make up the running product, each as the command that starts it."""

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from portal.embedded.environment import for_services, is_on
from portal.embedded.processes import Child
from portal.embedded.state import PROJECT, State

BIN = Path(sys.executable).parent
MOST_WEB_WORKERS = 2
THREADS = 8


def web(environment: dict[str, str]) -> list[str | Path]:
    workers = min(MOST_WEB_WORKERS, os.cpu_count() or 1)
    return [
        BIN / "granian",
        *("--interface", "wsgi", "portal.wsgi:application", "--no-ws"),
        *("--host", environment["HOST"], "--port", environment["PORT"]),
        *("--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]


def celery(*words: str | Path) -> list[str | Path]:
    return [BIN / "celery", "--app", "portal", *words]


def worker() -> list[str | Path]:
    return celery(
        *("worker", "--concurrency", "2", "--queues", "steps,mail", "--loglevel", "warning"),
        *("--without-gossip", "--without-mingle"),
    )


def beat(state: State) -> list[str | Path]:
    return celery("beat", "--loglevel", "warning", "--schedule", state.folder / "beat.db")


def python(*words: str) -> list[str | Path]:
    return [sys.executable, *words]


def manage(*words: str) -> list[str | Path]:
    return [sys.executable, PROJECT / "manage.py", *words]


def simulator(state: State, port: int) -> list[str | Path]:
    module = (sys.executable, "-m", "appliances.simulator")
    return [*module, "--state", state.folder / "simulator", "--port", str(port)]


def children(state: State, environment: dict[str, str]) -> list[Child]:
    """In the order in which they are started; stopped in the opposite one."""
    plain = for_services(environment)
    pooled = {**plain, "DATABASE_POOL": "1"}
    as_root = {**plain, "C_FORCE_ROOT": "1"}  # Celery's objection is to pickle, which we do not use
    commands: list[tuple[str, list[str | Path], dict[str, str]]] = [
        ("web", web(environment), pooled),
        ("worker", worker(), as_root),
        ("beat", beat(state), as_root),
        ("steps", manage("run_steps"), plain),
    ]
    if is_on("DEMO", "1"):
        port = urlsplit(environment["SIMULATOR_URL"]).port or 0
        commands.insert(0, ("simulator", simulator(state, port), plain))
    return [
        Child(
            name,
            command,
            state.logs / f"{name}.log",
            environment=variables,
            folder=PROJECT,
        )
        for name, command, variables in commands
    ]
