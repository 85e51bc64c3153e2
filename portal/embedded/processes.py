"""Child processes that end when we do, even when we are killed with SIGKILL."""

import ctypes
import os
import pwd
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

PR_SET_PDEATHSIG = 1
OURS_ALONE = 0o077  # umask: what a process writes, no other account reads

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class CannotStart(Exception):
    """A sentence for the person at the console; the supervisor prints it and ends."""


def unprivileged_account() -> dict[str, Any]:
    """Arguments for Popen that leave root behind; empty for anybody else.

    PostgreSQL refuses to run as root. The account is `nobody`, which every Unix has.
    """
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def dying_with_parent(signum: int) -> Callable[[], None]:
    """A preexec function: the kernel sends `signum` to the child when its parent is gone."""

    def ask_the_kernel() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, signum)

    return ask_the_kernel


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def port_is_free(host: str, port: int, patience: float = 0) -> bool:
    """Whether we could listen there; waits `patience` seconds for a server that is leaving."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    give_up = time.monotonic() + patience
    while True:
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError:
                if time.monotonic() >= give_up:
                    return False
            else:
                return True
        time.sleep(0.1)


class Child:
    """One process in a group of its own, writing to one log file.

    A group of its own, so that Ctrl-C in a terminal reaches the supervisor alone, which then stops
    everything in order. Start it from the main thread: the kernel's promise is tied to the thread.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str | Path],
        log: Path,
        *,
        environment: dict[str, str] | None = None,
        folder: Path = Path("/"),
        stop_signal: int = signal.SIGTERM,
        account: dict[str, Any] | None = None,
    ) -> None:
        self.name = name
        self.command = [str(word) for word in command]
        self.log = log
        self.environment = environment
        self.folder = folder
        self.stop_signal = stop_signal
        self.account = account or {}
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                umask=OURS_ALONE,
                process_group=0,
                preexec_fn=dying_with_parent(self.stop_signal),
                **self.account,
            )
        self.started_at = time.monotonic()

    @property
    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    @property
    def exit_code(self) -> int | None:
        return self.process.returncode if self.process else None

    @property
    def uptime(self) -> float:
        return time.monotonic() - self.started_at

    def ask_to_stop(self) -> None:
        if self.alive and self.process:
            self.process.send_signal(self.stop_signal)

    def stop(self, patience: float = 10) -> None:
        """Ask, wait `patience` seconds, then kill it and whatever it started."""
        if self.process is None:
            return
        self.ask_to_stop()
        try:
            self.process.wait(patience)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.process.wait()

    def last_words(self, characters: int = 1500) -> str:
        return self.log.read_text(errors="replace")[-characters:] if self.log.exists() else ""
