"""Putting a backup of the portal into an empty, migrated database of the same version.

Everything is checked before the first row is written, and written in one transaction. The audit
chains are made anew, link by link, by the database's own trigger, and must come out as they were:
a backup whose history was changed is not restored.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connections, transaction
from psycopg import sql

from portal.errors import Refused
from portal.services import dumping, keyring

PIECE = 1 << 20
EVENTS, HEADS = "portal_auditevent", "portal_chainhead"
SAME_CHAIN = """
SELECT count(*) FROM restored_portal_auditevent was
FULL JOIN portal_auditevent made ON made.id = was.id AND made.at = was.at
WHERE was.hash IS DISTINCT FROM made.hash OR was.number IS DISTINCT FROM made.number
"""
SAME_HEADS = """
SELECT count(*) FROM restored_portal_chainhead was
FULL JOIN portal_chainhead made ON made.customer_id = was.customer_id
WHERE was.hash IS DISTINCT FROM made.hash OR was.number IS DISTINCT FROM made.number
"""
COUNTED = """
SELECT c.relname, a.attname, pg_get_serial_sequence(c.relname::text, a.attname::text)
FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition
  AND pg_get_serial_sequence(c.relname::text, a.attname::text) IS NOT NULL
"""


class CannotRestore(Refused):
    """The backup is not whole, or not one of this product."""

    code = "cannot-restore"


def restore(folder: Path) -> dict[str, Any]:
    """Restore a backup; returns its manifest. Raises CannotRestore, and then nothing was changed
    but files that no row names."""
    manifest = read_manifest(folder)
    _check_files(folder, manifest)
    with transaction.atomic(using="owner", durable=True), connections["owner"].cursor() as cursor:
        _check_database(cursor, manifest)
        _copy_files_back(folder, manifest)
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, facts in manifest["tables"].items():
            _stage(cursor, table, facts, folder / "tables" / table)
        columns = {table: facts["columns"] for table, facts in manifest["tables"].items()}
        events, _heads = columns.pop(EVENTS), columns.pop(HEADS)
        _move_in(cursor, columns)
        _make_chains(cursor, events)
        _set_counters(cursor)
    return manifest


def missing_keys() -> list[str]:
    """Keys that seal something here which the key ring does not open."""
    return keyring.unopened()


def read_manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / "manifest.json").read_text())
    except (OSError, ValueError) as error:
        raise CannotRestore(
            f"{folder} holds no whole backup: manifest.json cannot be read."
        ) from error
    if manifest.get("format") != dumping.FORMAT:
        raise CannotRestore("This backup was made by another version of the portal.")
    return manifest


def _check_files(folder: Path, manifest: dict[str, Any]) -> None:
    expected = {f"tables/{name}": facts["sha256"] for name, facts in manifest["tables"].items()}
    expected |= {f"files/{name}": digest for name, digest in manifest["files"].items()}
    for name, digest in expected.items():
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            raise CannotRestore(f"{name} is missing from the backup.")
        if _digest(path) != digest:
            raise CannotRestore(f"{name} is not as it was when the backup was made.")


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _check_database(cursor: Any, manifest: dict[str, Any]) -> None:
    cursor.execute(dumping.MIGRATIONS)
    if [row[0] for row in cursor.fetchall()] != manifest["migrations"]:
        raise CannotRestore(
            "The database is migrated to another version than the backup:"
            " restore with the version that made it, then migrate."
        )
    for table, _columns in dumping.tables_of(cursor):
        cursor.execute(sql.SQL("SELECT EXISTS (SELECT FROM {})").format(sql.Identifier(table)))
        if cursor.fetchone()[0]:
            raise CannotRestore(f"The database is not empty: {table} has rows.")


def _copy_files_back(folder: Path, manifest: dict[str, Any]) -> None:
    for name in manifest["files"]:
        if default_storage.exists(name):
            continue
        with (folder / "files" / name).open("rb") as file:
            default_storage.save(name, File(file))


def _stage(cursor: Any, table: str, facts: dict[str, Any], path: Path) -> None:
    """Into a temporary table: row security allows no COPY into the table itself."""
    names = {"staged": _staged(table), "table": sql.Identifier(table)}
    cursor.execute(
        sql.SQL("CREATE TEMP TABLE {staged} (LIKE {table}) ON COMMIT DROP").format(**names)
    )
    copy = sql.SQL("COPY {staged} ({columns}) FROM STDIN").format(
        columns=_listed(facts["columns"]), **names
    )
    with cursor.copy(copy) as target:
        for piece in _pieces(path):
            target.write(piece)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _move_in(cursor: Any, tables: dict[str, list[str]]) -> None:
    """Rows as they were: our own triggers judge what happens, not what has happened. References
    are checked when all rows are there."""
    _on_each(cursor, tables, "ALTER TABLE {table} DISABLE TRIGGER USER")
    _on_each(
        cursor,
        tables,
        "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE SELECT {columns} FROM {staged}",
    )
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    _on_each(cursor, tables, "ALTER TABLE {table} ENABLE TRIGGER USER")


def _on_each(cursor: Any, tables: dict[str, list[str]], statement: str) -> None:
    for table, columns in tables.items():
        names = {"staged": _staged(table), "table": sql.Identifier(table)}
        cursor.execute(sql.SQL(statement).format(columns=_listed(columns), **names))


def _make_chains(cursor: Any, columns: list[str]) -> None:
    cursor.execute(
        "INSERT INTO portal_chainhead (customer_id, number, hash)"
        " SELECT customer_id, 0, '' FROM restored_portal_chainhead"
    )
    cursor.execute(
        sql.SQL(
            "INSERT INTO portal_auditevent ({columns})"
            " SELECT {columns} FROM restored_portal_auditevent ORDER BY customer_id, number"
        ).format(columns=_listed(columns))
    )
    for question in (SAME_CHAIN, SAME_HEADS):
        cursor.execute(question)
        if different := cursor.fetchone()[0]:
            raise CannotRestore(
                f"The audit trail in this backup does not hold: {different} links differ."
            )


def _set_counters(cursor: Any) -> None:
    """Counters of numbered tables go on after the highest number that was restored."""
    cursor.execute(COUNTED)
    for table, column, sequence in cursor.fetchall():
        cursor.execute(
            sql.SQL(
                "SELECT setval(%s, coalesce(max({column}), 1), max({column}) IS NOT NULL)"
                " FROM {table}"
            ).format(column=sql.Identifier(column), table=sql.Identifier(table)),
            [sequence],
        )


def _staged(table: str) -> sql.Identifier:
    return sql.Identifier(f"restored_{table}")


def _listed(columns: list[str]) -> sql.Composed:
    return sql.SQL(", ").join(map(sql.Identifier, columns))
