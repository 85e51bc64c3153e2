"""What survives a kill: documents and the log of effects, in one SQLite file."""

import json
import sqlite3
from pathlib import Path

SCHEMA = """
CREATE TABLE IF NOT EXISTS document (
    kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, name)
);
CREATE TABLE IF NOT EXISTS effect (
    id INTEGER PRIMARY KEY AUTOINCREMENT, host TEXT NOT NULL, at_real REAL NOT NULL,
    at_virtual REAL NOT NULL, name TEXT NOT NULL, detail TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS effect_of_host ON effect (host, id);
"""


class Store:
    """Not thread-safe: the park's lock guards it."""

    def __init__(self, folder: str):
        Path(folder).mkdir(parents=True, exist_ok=True)
        self.connection = sqlite3.connect(
            Path(folder) / "park.sqlite3", check_same_thread=False, isolation_level=None
        )
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.executescript(SCHEMA)

    def documents(self, kind: str) -> dict[str, dict]:
        rows = self.connection.execute(
            "SELECT name, body FROM document WHERE kind = ? ORDER BY rowid", [kind]
        )
        return {name: json.loads(body) for name, body in rows}

    def document(self, kind: str, name: str) -> dict | None:
        row = self.connection.execute(
            "SELECT body FROM document WHERE kind = ? AND name = ?", [kind, name]
        ).fetchone()
        return row and json.loads(row[0])

    def write(self, documents: list[tuple[str, str, dict]], effects: list[tuple]) -> None:
        """All or nothing."""
        self.connection.execute("BEGIN IMMEDIATE")
        try:
            self.connection.executemany(
                "INSERT INTO document (kind, name, body) VALUES (?, ?, ?)"
                " ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body",
                [(kind, name, json.dumps(body)) for kind, name, body in documents],
            )
            self.connection.executemany(
                "INSERT INTO effect (host, at_real, at_virtual, name, detail)"
                " VALUES (?, ?, ?, ?, ?)",
                effects,
            )
        except BaseException:
            self.connection.execute("ROLLBACK")
            raise
        self.connection.execute("COMMIT")

    def effects(self, host: str) -> list[dict]:
        rows = self.connection.execute(
            "SELECT id, at_real, at_virtual, name, detail FROM effect WHERE host = ? ORDER BY id",
            [host],
        )
        return [
            {"id": id, "at_real": real, "at": virtual, "name": name, "detail": json.loads(detail)}
            for id, real, virtual, name, detail in rows
        ]

    def counts(self, host: str) -> dict[str, int]:
        rows = self.connection.execute(
            "SELECT name, count(*) FROM effect WHERE host = ? GROUP BY name ORDER BY name", [host]
        )
        return dict(rows.fetchall())

    def clear(self, host: str | None = None) -> None:
        """Empties the park, or forgets one appliance and what happened to it."""
        if host is None:
            self.connection.executescript("DELETE FROM document; DELETE FROM effect;")
            return
        self.connection.execute("DELETE FROM document WHERE name = ?", [host])
        self.connection.execute("DELETE FROM effect WHERE host = ?", [host])

    def close(self) -> None:
        self.connection.close()
