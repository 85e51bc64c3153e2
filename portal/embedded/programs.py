"""The processes that make up the running product, each as the command that starts it."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from portal.embedded.environment import address, for_services, is_on, public_url
from portal.embedded.processes import OURS_ALONE, CannotStart, Child, dying_with_parent
from portal.embedded.state import PROJECT, State

BIN = Path(sys.executable).parent
PREPARE = [sys.executable, "-m", "portal.embedded.preparation", "files", "database", "demo"]
MOST_WEB_WORKERS = 2
THREADS = 4
PAPER_SECONDS = 60
PAPERS_TOLD = ("PATH", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "HOME", "LANG")
AUTOPILOT_KEY = "autopilot-key"  # in the data folder, mode 0600


def web(environment: dict[str, str]) -> list[str | Path]:
    workers = min(MOST_WEB_WORKERS, os.cpu_count() or 1)
    return [
        *(sys.executable, "-m", "portal.serving"),
        *("--interface", "wsgi", "portal.wsgi:application", "--no-ws"),
        *("--host", environment["HOST"], "--port", environment["PORT"]),
        *("--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--respawn-failed-workers", "--log-level", "warning"),
    ]


def celery(*words: str | Path) -> list[str | Path]:
    return [BIN / "celery", "--app", "portal", *words]


def worker() -> list[str | Path]:
    return celery(
        *(
            "worker",
            "--concurrency",
            "2",
            "--queues",
            "steps,mail,webhooks",
            "--loglevel",
            "warning",
        ),
        *("--without-gossip", "--without-mingle"),
    )


def beat(state: State) -> list[str | Path]:
    return celery("beat", "--loglevel", "warning", "--schedule", state.folder / "beat.db")


def papers(socket: str | Path, seconds: int = PAPER_SECONDS) -> list[str | Path]:
    """The typesetter, on a socket; a paper may take so many seconds."""
    # -P: this folder has a secrets.py and a celery.py that are not those of others.
    return [sys.executable, "-P", PROJECT / "portal" / "typesetting", socket, str(seconds)]


def for_papers(environment: Mapping[str, str]) -> dict[str, str]:
    """No secret and no address; and a fixed moment: the same page, the same bytes."""
    told = {name: environment[name] for name in PAPERS_TOLD if name in environment}
    return told | {"SOURCE_DATE_EPOCH": "0"}


def manage(*words: str) -> list[str | Path]:
    return [sys.executable, PROJECT / "manage.py", *words]


def simulator(state: State, port: int) -> list[str | Path]:
    module = (sys.executable, "-m", "appliances.simulator")
    return [*module, "--state", state.folder / "simulator", "--port", str(port)]


def appliances(state: State, environment: dict[str, str]) -> list[Child]:
    """The simulated ones of the demo: up before the demo world is made, which talks to them."""
    if environment["DEMO"] != "1":
        return []
    port = urlsplit(environment["SIMULATOR_URL"]).port or 0
    return [child("simulator", simulator(state, port), state, for_services(environment))]


def autopilot(state: State, environment: dict[str, str]) -> list[Child]:
    """Presses the simulated appliances' buttons, under the key that `manage.py demo` left."""
    key = state.folder / AUTOPILOT_KEY
    if environment["DEMO"] != "1" or not is_on("AUTOPILOT", "1") or not key.exists():
        return []
    command: list[str | Path] = [
        *(sys.executable, "-m", "appliances.simulator.autopilot"),
        *("--portal", public_url(*address())),
        *("--simulator", environment["SIMULATOR_URL"]),
    ]
    variables = {**for_services(environment), "AUTOPILOT_KEY": key.read_text().strip()}
    return [child("autopilot", command, state, variables)]


def services(state: State, environment: dict[str, str]) -> list[Child]:
    plain = for_services(environment)
    pooled = {**plain, "DATABASE_POOL": "1"}
    as_root = {**plain, "C_FORCE_ROOT": "1"}  # Celery's objection is to pickle, which we do not use
    typesetter = papers(environment["TYPESETTER"])
    return [
        child("papers", typesetter, state, for_papers(environment)),
        child("web", web(environment), state, pooled),
        child("worker", worker(), state, as_root),
        child("beat", beat(state), state, as_root),
        child("steps", manage("run_steps"), state, plain),
    ]


def child(name: str, command: list[str | Path], state: State, environment: dict[str, str]) -> Child:
    log = state.logs / f"{name}.log"
    return Child(name, command, log, environment=environment, folder=PROJECT)


def run(words: Sequence[str | Path], variables: dict[str, str], log: Path) -> str:
    """What one of our own commands says. Raises CannotStart with its last line; `log` has all."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=PROJECT,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        umask=OURS_ALONE,
        process_group=0,
        preexec_fn=dying_with_parent(signal.SIGTERM),
        check=False,
    )
    said = done.stdout.strip("\n")
    if done.returncode != 0:
        log.write_text(said + "\n")
        last = said.splitlines()[-1] if said else f"exit code {done.returncode}"
        raise CannotStart(f"{last}\n(the whole of it is in {log})")
    return said
