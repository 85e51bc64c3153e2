"""The two servers that come with us."""

import os

from portal.embedded.postgres import Postgres
from portal.embedded.state import State
from portal.embedded.valkey import Valkey


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
