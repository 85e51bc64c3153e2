"""The folder that holds everything this installation must not lose."""

import fcntl
import json
import os
import secrets
import subprocess
import tempfile
from pathlib import Path
from typing import IO

from portal.embedded.processes import CannotStart, free_port, port_is_free, unprivileged_account
from portal.secrets import add_key

PROJECT = Path(__file__).resolve().parent.parent.parent
ROOTS_FOLDER = Path("/var/lib/changeover")
LONGEST_SOCKET = 107  # bytes
LARGEST_LOG = 20_000_000  # bytes; the one before is kept beside it


def choose_folder() -> Path:
    """PORTAL_STATE, or a folder of the project; root's may lie where PostgreSQL cannot go."""
    if named := os.environ.get("PORTAL_STATE"):
        return Path(named).expanduser().resolve()
    account = unprivileged_account()
    if account and subprocess.run(["test", "-x", PROJECT], **account).returncode != 0:
        return ROOTS_FOLDER
    return PROJECT / "var" / "state"


class State:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: IO[str] | None = None
        try:
            folder.mkdir(parents=True, exist_ok=True)
            folder.chmod(0o711)  # PostgreSQL passes through under another account when we are root
            self.logs.mkdir(mode=0o700, exist_ok=True)
        except OSError as error:
            raise CannotStart(
                f"The data folder {folder} cannot be used ({error.strerror}): "
                "set PORTAL_STATE to a folder of your own."
            ) from None

    @property
    def logs(self) -> Path:
        return self.folder / "log"

    @property
    def key_ring(self) -> Path:
        return self.folder / "keys.json"

    @property
    def environment_file(self) -> Path:
        return self.folder / "environment.json"

    def lock(self) -> bool:
        """Whether this process is now the only one that runs on this folder, until it ends."""
        self._lock = (self.folder / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            self.unlock()
            return False
        return True

    def unlock(self) -> None:
        if self._lock:
            self._lock.close()

    def secret(self, name: str) -> str:
        """A secret of this installation, made the first time it is asked for."""
        file = self.folder / name
        if not file.exists():
            write_privately(file, secrets.token_urlsafe(50))
        return file.read_text()

    def make_key_ring(self) -> None:
        """The keys that seal credentials and backups: lost with this file, should it be lost."""
        if not self.key_ring.exists():
            add_key(self.key_ring, "k1")

    def simulator_port(self) -> int:
        """The same at every start while it is free: the demo's appliances are stored with it."""
        file = self.folder / "simulator-port"
        if named := os.environ.get("SIM_PORT"):
            return int(named)
        if file.exists() and port_is_free("127.0.0.1", int(file.read_text()), patience=2):
            return int(file.read_text())
        port = free_port()
        file.write_text(str(port))
        return port

    def socket(self, name: str) -> Path:
        """In this folder; where its name would be longer than the kernel allows, elsewhere."""
        place = self.folder / name
        if len(os.fsencode(place)) > LONGEST_SOCKET:
            place = Path(tempfile.mkdtemp(prefix="changeover-")) / name
        return place

    def remember_environment(self, environment: dict[str, str]) -> None:
        """For `sh run.sh manage …` in another terminal."""
        write_privately(self.environment_file, json.dumps(environment))

    def trim_logs(self) -> None:
        """So that no run fills the disk. The files are open for appending, so they go on."""
        for log in self.logs.glob("*.log"):
            if log.stat().st_size > LARGEST_LOG:
                log.with_suffix(".log.1").write_bytes(log.read_bytes())
                os.truncate(log, 0)


def write_privately(file: Path, content: str) -> None:
    """Whole or not at all, and never readable for others, not even for a moment."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as opened:
        opened.write(content)
    unfinished.replace(file)
