"""Generated rows, written as the owner: set-up only, never what is measured."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connections, models


@contextmanager
def owner() -> Iterator[Any]:
    with connections["owner"].cursor() as cursor:
        yield cursor


def multiply(row: models.Model, source: str, **columns: str) -> int:
    """As many rows like `row` as `source` (what stands after FROM) has; `columns` are SQL over it.

    Every row gets an id of its own unless `id` is among the columns.
    """
    columns = {"id": "gen_random_uuid()", **columns}
    names, values, given = [], [], []
    for field in row._meta.concrete_fields:
        names.append(f'"{field.column}"')
        if field.column in columns:
            values.append(columns[field.column].replace("%", "%%"))
            continue
        values.append(f"%s::{field.db_type(connections['owner'])}")
        given.append(field.get_db_prep_save(field.pre_save(row, add=True), connections["owner"]))
    table = row._meta.db_table
    sql = f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {source}"
    with owner() as cursor:
        cursor.execute(sql, given)
        return cursor.rowcount


def ask(sql: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
    """The first row of the answer."""
    with owner() as cursor:
        cursor.execute(sql, values)
        return cursor.fetchone()


def do(sql: str) -> None:
    with owner() as cursor:
        cursor.execute(sql)


def count(table: str, where: str = "true") -> int:
    return ask(f"SELECT count(*) FROM {table} WHERE {where}".replace("%", "%%"))[0]


def settle() -> None:
    """Statistics as autovacuum would have made them by and by."""
    with owner() as cursor:
        cursor.execute("VACUUM ANALYZE")


def empty(*tables: str) -> None:
    with owner() as cursor:
        cursor.execute(f"TRUNCATE {', '.join(tables)} CASCADE")


def copy(row: models.Model, source: str, **columns: str) -> int:
    """As many copies of a stored row as `source` has, of which `columns` are SQL over it: `kept` is
    the row. Triggers rest: what they would check is as sound as it was."""
    table, columns = row._meta.db_table, {"id": "gen_random_uuid()", **columns}
    names = [field.column for field in row._meta.concrete_fields]
    values = ", ".join(columns.get(name, f'kept."{name}"') for name in names)
    listed = ", ".join(f'"{name}"' for name in names)
    made = f"INSERT INTO {table} ({listed}) SELECT {values} FROM the_row kept, {source}"
    found = f"WITH the_row AS (SELECT * FROM {table} WHERE id = %s) "
    with owner() as cursor:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(found + made.replace("%", "%%"), [row.pk])
        number = cursor.rowcount
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
    return number
