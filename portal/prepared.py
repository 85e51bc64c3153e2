"""Statements that are run all the time: the session keeps a plan of each."""

from collections.abc import Mapping
from typing import Any

import psycopg
from django.db import connections


def run(
    statement: str, values: Mapping[str, Any], *, using: str = "default"
) -> psycopg.Cursor[Any]:
    """Execute on Django's connection, in its transaction, bound and planned by PostgreSQL.

    Django puts the values into the text, which is then planned anew each time: for a short
    statement of many tables that takes longer than the answer.
    """
    connection = connections[using]
    connection.ensure_connection()
    with connection.wrap_database_errors:
        connection.connection.prepare_threshold = 0
        return psycopg.Cursor(connection.connection).execute(statement, values, prepare=True)
