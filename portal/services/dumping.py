"""A backup of the portal itself: every table in one snapshot, the stored files, a manifest.

    manifest.json   what was running, every table with its columns, rows and SHA-256, every file
    tables/NAME     PostgreSQL's COPY text of one table
    files/…         the store's files under their own names (backups of appliances stay sealed)
    keys.json       the key ring, only when asked for: without it the sealed parts do not open

Read as the owner, in one REPEATABLE READ transaction: nothing has to be stopped.
"""

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import connections, transaction
from psycopg import sql

from portal.errors import Refused

FORMAT = 1
# Made by migrations, or of no worth on another day: sessions, counters, signs of life.
LEFT_OUT = (
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
    "django_migrations",
    "django_session",
    "portal_heartbeat",
    "portal_keptanswer",
    "portal_keptplatformanswer",
    "portal_onetimelink",
    "portal_session",
    "portal_signintry",
)
TABLES = """
SELECT c.relname, array_agg(a.attname::text ORDER BY a.attnum)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
  AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND c.relname <> ALL (%s)
GROUP BY c.relname ORDER BY c.relname
"""
MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"
FILES = """
SELECT stored_as FROM portal_evidencefile
UNION ALL SELECT stored_as FROM upgrades_rolloutreport WHERE stored_as <> '' ORDER BY 1
"""


class FolderNotEmpty(Refused):
    """A backup or a restore never writes over what is there."""

    code = "folder-not-empty"


def dump(folder: Path, *, with_keys: bool = False) -> dict[str, Any]:
    """Write a backup into a new or empty folder; returns its manifest.

    The manifest is written last: a folder without one is no backup. Raises FolderNotEmpty.
    """
    _prepare(folder)
    with transaction.atomic(using="owner", durable=True), connections["owner"].cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = {
            name: _copy_out(cursor, name, columns, folder / "tables" / name)
            for name, columns in tables_of(cursor)
        }
        migrations = _column(cursor, MIGRATIONS)
        stored = _column(cursor, FILES)
    files, missing = _copy_files(stored, folder / "files")
    if with_keys:
        _copy_privately(Path(settings.KEY_RING), folder / "keys.json")
    manifest = {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "migrations": migrations,
        "tables": tables,
        "files": files,
        "missing_files": missing,
        "with_keys": with_keys,
    }
    _write_privately(folder / "manifest.json", json.dumps(manifest, indent=1))
    return manifest


def tables_of(cursor: Any) -> list[tuple[str, list[str]]]:
    """The tables that a backup holds, each with its columns in order."""
    cursor.execute(TABLES, [list(LEFT_OUT)])
    return cursor.fetchall()


def _prepare(folder: Path) -> None:
    if folder.exists() and any(folder.iterdir()):
        raise FolderNotEmpty(f"{folder} is not empty: a backup goes into a folder of its own.")
    for each in (folder, folder / "tables", folder / "files"):
        each.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)


def _column(cursor: Any, query: str) -> list[str]:
    cursor.execute(query)
    return [row[0] for row in cursor.fetchall()]


def _copy_out(cursor: Any, table: str, columns: list[str], path: Path) -> dict[str, Any]:
    query = sql.SQL("COPY (SELECT {columns} FROM {table}) TO STDOUT").format(
        columns=sql.SQL(", ").join(map(sql.Identifier, columns)), table=sql.Identifier(table)
    )
    with cursor.copy(query) as pieces:
        digest = _write_pieces(path, (bytes(piece) for piece in pieces))
    return {"columns": columns, "rows": cursor.rowcount, "sha256": digest}


def _copy_files(names: list[str], folder: Path) -> tuple[dict[str, str], list[str]]:
    """Copies the store's files; returns each one's SHA-256, and those that are not there."""
    files, missing = {}, []
    for name in names:
        if not default_storage.exists(name):
            missing.append(name)
            continue
        path = folder / name
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with default_storage.open(name) as stored:
            files[name] = _write_pieces(path, stored.chunks())
    return files, missing


def _write_pieces(path: Path, pieces: Iterator[bytes]) -> str:
    digest = hashlib.sha256()
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for piece in pieces:
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest()


def _write_privately(path: Path, text: str) -> None:
    _write_pieces(path, iter([text.encode()]))


def _copy_privately(source: Path, target: Path) -> None:
    target.touch(mode=0o600)
    shutil.copyfile(source, target)
