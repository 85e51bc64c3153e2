"""Months of the audit trail: partitions made ahead of time, as the owner of the tables.

No grant is given on a partition: read directly, it would pass the policy of its table.
"""

from datetime import UTC, date, datetime
from typing import Any

from django.db import connections, transaction
from psycopg import sql

TABLE = sql.Identifier("portal_auditevent")
REST = sql.Identifier("portal_auditevent_rest")

MONTHS_IN_REST = """
SELECT DISTINCT date_trunc('month', at AT TIME ZONE 'UTC')::date FROM portal_auditevent_rest
"""
THERE = """
SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'portal_auditevent'::regclass
"""
FILL = (
    "CREATE TABLE {month} (LIKE {table} INCLUDING DEFAULTS)",
    "INSERT INTO {month} SELECT * FROM {rest} WHERE at >= {begin} AND at < {end}",
    "DELETE FROM {rest} WHERE at >= {begin} AND at < {end}",
    "ALTER TABLE {table} ATTACH PARTITION {month} FOR VALUES FROM ({begin}) TO ({end})",
)


def make(*, on: date, months: int) -> list[str]:
    """Make the partitions from the month of `on` for so many months, and for every month that has
    rows in the default partition; those rows move. Returns the names of those made. Repeatable.
    """
    wanted = {_month(on.year, on.month + ahead) for ahead in range(months)}
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("LOCK TABLE portal_auditevent IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(MONTHS_IN_REST)
        wanted |= {_month(day.year, day.month) for (day,) in cursor.fetchall()}
        cursor.execute(THERE)
        there = {name for (name,) in cursor.fetchall()}
        missing = sorted(first for first in wanted if _name(first) not in there)
        if missing:
            _make(cursor, missing)
    return [_name(first) for first in missing]


def _make(cursor: Any, missing: list[datetime]) -> None:
    """Off with the default partition, so that its triggers and its bound are out of the way; new
    tables filled from it; all put back. One transaction: nobody sees the trail without them."""
    known = {"table": TABLE, "rest": REST}
    cursor.execute(sql.SQL("ALTER TABLE {table} DETACH PARTITION {rest}").format(**known))
    for first in missing:
        known |= {
            "month": sql.Identifier(_name(first)),
            "begin": sql.Literal(first),
            "end": sql.Literal(_month(first.year, first.month + 1)),
        }
        for statement in FILL:
            cursor.execute(sql.SQL(statement).format(**known))
    cursor.execute(sql.SQL("ALTER TABLE {table} ATTACH PARTITION {rest} DEFAULT").format(**known))


def _month(year: int, month: int) -> datetime:
    """The first instant of a month; a month above 12 lies in a later year."""
    return datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)


def _name(first: datetime) -> str:
    return f"portal_auditevent_{first:%Y_%m}"
