"""Starts the parts in order, keeps them running, and ends them together."""

import json
import os
import signal
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from portal.embedded import environment, programs
from portal.embedded.console import LogWatch, say
from portal.embedded.postgres import Postgres
from portal.embedded.processes import (
    OURS_ALONE,
    CannotStart,
    Child,
    dying_with_parent,
    port_is_free,
)
from portal.embedded.state import PROJECT, State
from portal.embedded.valkey import Valkey

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds before a process that ended is started again
STEADY = 60.0  # seconds after which a process counts as well again
PATIENCE = 8.0  # seconds that the services get to end by themselves
SOON_ENOUGH = 60.0  # seconds after which a start that does not answer is worth a sentence


class Stopped(BaseException):
    """Somebody asked us to end. Not an Exception: nothing on the way may catch it."""


def stop_on_signals() -> None:
    def stop(_signum: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # the way down is not interrupted again
        raise Stopped

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, stop)


class Servers:
    """Our own PostgreSQL and Valkey, each unless the environment names another."""

    def __init__(self, state: State) -> None:
        self.postgres: Postgres | None = None
        self.valkey: Valkey | None = None
        if not os.environ.get("DATABASE_URL"):
            self.postgres = Postgres(state.folder / "postgres", state.logs / "postgres.log")
        if not os.environ.get("REDIS_URL"):
            self.valkey = Valkey(state.folder / "valkey", state.logs / "valkey.log")

    @property
    def own(self) -> list[Postgres | Valkey]:
        return [server for server in (self.postgres, self.valkey) if server]

    @property
    def admin_url(self) -> str | None:
        return self.postgres.admin_url if self.postgres else None

    @property
    def redis_url(self) -> str:
        return self.valkey.url if self.valkey else os.environ["REDIS_URL"]

    def start(self) -> None:
        for server in self.own:
            server.start()

    def stop(self) -> None:
        for server in reversed(self.own):
            server.stop()


class Keeper:
    """Starts one process again when it ends, after a pause that grows while it keeps ending."""

    def __init__(self, child: Child, start: Callable[[], None]) -> None:
        self.child = child
        self.start = start
        self.watch = LogWatch(child.log)
        self.failures = 0
        self.due: float | None = None

    def look(self, now: float) -> None:
        for line in self.watch.serious_lines():
            say(f"{self.child.name}: {line}")
        if self.child.alive:
            if self.child.uptime > STEADY:
                self.failures = 0
            return
        if self.due is None:
            pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2**self.failures)
            say(f"{self.child.name} ended ({self.child.exit_code}); starts again in {pause:g} s")
            self.failures += 1
            self.due = now + pause
        elif now >= self.due:
            self.due = None
            try:
                self.start()
            except CannotStart as reason:  # a server; the next look tries once more
                say(str(reason))


class Supervisor:
    def __init__(self, state: State) -> None:
        self.state = state
        self.run_id = os.urandom(8).hex()
        self.servers = Servers(state)
        self.children: list[Child] = []

    def run(self) -> None:
        """Returns when somebody asks us to stop; raises CannotStart with a sentence before that."""
        stop_on_signals()
        began = time.monotonic()
        try:
            variables = self.prepare()
            self.children = programs.children(self.state, variables)
            for child in self.children:
                child.start()
            self.keep(variables, began)
        except Stopped:
            say("Stopping…")
        finally:
            self.stop()
        say("Stopped. Everything is kept in " + str(self.state.folder))

    def prepare(self) -> dict[str, str]:
        host, port = environment.address()
        if not port_is_free(host, port, patience=3):
            raise CannotStart(
                f"Port {port} on {host} is taken by another program: "
                f"stop that, or choose another port, for example PORT={port + 1} sh run.sh"
            )
        self.state.trim_logs()
        self.state.make_key_ring()
        self.servers.start()
        variables = environment.settle(
            self.state, self.servers.admin_url, self.servers.redis_url, self.run_id
        )
        self.state.remember_environment(variables)
        say("Preparing the database…")
        command(
            programs.python("-m", "portal.embedded.preparation", "files", "database"), variables
        )
        return variables

    def keep(self, variables: dict[str, str], began: float) -> None:
        keepers = [Keeper(child, child.start) for child in self.children]
        keepers += [Keeper(server.child, server.start) for server in self.servers.own]
        told = warned = False
        while True:
            now = time.monotonic()
            for keeper in keepers:
                keeper.look(now)
            if not told and self.answers(variables):
                told = True
                welcome(variables, time.monotonic() - began)
            if not told and not warned and now - began > SOON_ENOUGH:
                warned = True
                say(f"Still not answering; the reasons are in {self.state.logs}")
            time.sleep(0.2)

    def answers(self, variables: dict[str, str]) -> bool:
        """Whether the web server of this very run says that all parts are well."""
        host, port = environment.address()
        url = environment.public_url(host, port) + "/healthz"
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own address
                return self.run_id in answer.read().decode()
        except (OSError, ValueError):
            return False

    def stop(self) -> None:
        for child in reversed(self.children):
            child.ask_to_stop()
        give_up = time.monotonic() + PATIENCE
        for child in reversed(self.children):
            child.stop(patience=max(0.1, give_up - time.monotonic()))
        self.servers.stop()
        self.state.environment_file.unlink(missing_ok=True)


def command(words: Sequence[str | Path], variables: dict[str, str]) -> str:
    """The output of one of our own commands. Raises CannotStart with its last words."""
    done = subprocess.run(
        [str(word) for word in words],
        cwd=PROJECT,
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        umask=OURS_ALONE,
        process_group=0,
        preexec_fn=dying_with_parent(signal.SIGTERM),
        check=False,
    )
    if done.returncode != 0:
        raise CannotStart(f"{done.stdout}{done.stderr}".strip()[-3000:])
    return done.stdout.strip()


def welcome(variables: dict[str, str], seconds: float) -> None:
    plain = environment.for_services(variables)
    words = ("demo", "--accounts") if variables["DEMO"] == "1" else ("first_administrator",)
    try:
        people = command(programs.manage(*words), plain)
    except CannotStart as reason:
        people = str(reason)
    say(f"\nChangeover answers at {variables['PUBLIC_URL']} ({seconds:.0f} s)\n{people}")
    say("Ctrl-C ends it; the data stays.")


def manage(state: State, words: list[str]) -> int:
    """`sh run.sh manage …`: beside a running supervisor, or with servers started just for it."""
    if not state.lock():
        variables = json.loads(state.environment_file.read_text())
        return subprocess.call(programs.manage(*words), env=variables)
    stop_on_signals()
    servers = Servers(state)
    try:
        state.make_key_ring()
        servers.start()
        variables = environment.settle(state, servers.admin_url, servers.redis_url, "manage")
        return subprocess.call(programs.manage(*words), env=variables)
    except Stopped:
        return 130
    finally:
        servers.stop()
