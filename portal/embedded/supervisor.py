"""Starts the parts in order, keeps them running, and ends them together."""

import json
import os
import signal
import subprocess
import time
import urllib.request
from types import FrameType

from portal.embedded import environment, programs
from portal.embedded.console import say
from portal.embedded.keeper import Keeper
from portal.embedded.processes import CannotStart, Child, port_is_free
from portal.embedded.servers import Servers
from portal.embedded.state import State

PATIENCE = 8.0  # seconds that the services get to end by themselves
SOON_ENOUGH = 60.0  # seconds after which a start that does not answer is worth a sentence


class Stopped(BaseException):
    """Somebody asked us to end. Not an Exception: nothing on the way may catch it."""


def stop_on_signals() -> None:
    def stop(signum: int, _frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(each, signal.SIG_IGN)  # the way down is not interrupted again
        raise Stopped(signal.Signals(signum).name)

    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(each) != signal.SIG_IGN:  # nohup has its way
            signal.signal(each, stop)


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
            variables = self.start_servers()
            self.start(programs.appliances(self.state, variables))
            say("Preparing the database…")
            programs.run(programs.PREPARE, variables, self.state.logs / "preparation.log")
            self.start(programs.services(self.state, variables))
            self.keep(variables, began)
        except Stopped as reason:
            say(f"Stopping… ({reason})")
        finally:
            self.stop()
        say("Stopped. Everything is kept in " + str(self.state.folder))

    def start_servers(self) -> dict[str, str]:
        """The database and the broker; the environment of everything that follows."""
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
        return variables

    def start(self, children: list[Child]) -> None:
        for child in children:
            self.children.append(child)
            child.start()

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
                pilots = programs.autopilot(self.state, variables)
                self.start(pilots)
                keepers += [Keeper(child, child.start) for child in pilots]
                self.welcome(variables, time.monotonic() - began)
            if not told and not warned and now - began > SOON_ENOUGH:
                warned = True
                say(f"Still not answering; the reasons are in {self.state.logs}")
            time.sleep(0.2)

    def welcome(self, variables: dict[str, str], seconds: float) -> None:
        words = ("demo", "--accounts") if variables["DEMO"] == "1" else ("first_administrator",)
        try:
            people = programs.run(
                programs.manage(*words),
                environment.for_services(variables),
                self.state.logs / "accounts.log",
            )
        except CannotStart as reason:
            people = str(reason)
        say(f"\nChangeover answers at {variables['PUBLIC_URL']} ({seconds:.0f} s)\n{people}")
        say("Ctrl-C ends it; the data stays.")

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
