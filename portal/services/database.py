"""Roles, grants and extensions: what must stand before the first migration."""

import re
from typing import Any

import psycopg
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from psycopg import sql

from portal.rowsecurity import APP, DOOR, OWNER, STAFF

EXTENSIONS = ("btree_gist",)
LEAST_SERVER = 14  # what Django still speaks to
PLAIN = "NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION"


def refuse_old_server(version: int) -> None:
    """`version` as libpq gives it: 140011 is 14.11. Raises ImproperlyConfigured."""
    if version // 10_000 < LEAST_SERVER:
        raise ImproperlyConfigured(
            f"This PostgreSQL is version {version // 10_000}, and {LEAST_SERVER} or later is"
            " needed: name a newer server, or unset DATABASE_URL to use the one that comes along."
        )


def refuse_old_owners_server() -> None:
    """Before the tables are made or changed."""
    with connections["owner"].cursor() as cursor:
        refuse_old_server(cursor.connection.info.server_version)


def refuse_history_in_the_middle(alias: str = "owner") -> None:
    """Before the tables are made or changed: Django says nothing, and migrates nothing, where some
    but not all of the migrations have run that were put together in one. Raises
    ImproperlyConfigured."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    for (app, _name), whole in MigrationLoader(None).replacements.items():
        found = [each for each in whole.replaces if each in applied]
        if found and len(found) < len(whole.replaces):
            last = whole.replaces[-1][1]
            raise ImproperlyConfigured(
                f"This database has {len(found)} of the first {len(whole.replaces)} migrations of"
                f" {app}, up to {max(name for _, name in found)}; this version knows them only as"
                f" a whole. Migrate it with a version that ends them ({app}/migrations/{last}.py),"
                " then with this one. A database that was never used may be made anew instead."
            )


def prepare(admin_url: str, name: str, passwords: dict[str, str]) -> list[str]:
    """Make roles, database, extensions and grants as a superuser; says what it did. Repeatable.

    `passwords` may name any of the three login roles; without one a role signs in as the server's
    own rules allow (a socket within a private folder).
    """
    said: list[str] = []
    with psycopg.connect(admin_url, autocommit=True) as server:
        refuse_old_server(server.info.server_version)
        for role in (OWNER, APP, STAFF, DOOR):
            said += _role(server, role, passwords.get(role, ""))
        server.execute(f"GRANT {DOOR} TO {OWNER}")
        if not server.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
            server.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(OWNER)
                )
            )
            said.append(f"database {name} made")
    with psycopg.connect(_with_name(admin_url, name), autocommit=True) as database:
        for extension in EXTENSIONS:
            database.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
        database.execute(f"ALTER SCHEMA public OWNER TO {OWNER}")
        database.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
        database.execute(f"GRANT USAGE ON SCHEMA public TO {APP}, {STAFF}, {DOOR}")
        # A function can only be given to a role that may create in the schema.
        database.execute(f"GRANT CREATE ON SCHEMA public TO {DOOR}")
        database.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC"
        )
        database.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER}"
            f" GRANT EXECUTE ON FUNCTIONS TO {APP}, {OWNER}"
        )
        database.execute(
            f"ALTER DEFAULT PRIVILEGES FOR ROLE {OWNER} GRANT USAGE ON SEQUENCES TO {APP}"
        )
    return said


def _role(server: Any, role: str, password: str) -> list[str]:
    login = "NOLOGIN" if role == DOOR else "LOGIN"
    known = server.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone()
    verb = "ALTER" if known else "CREATE"
    server.execute(f"{verb} ROLE {role} {login} {PLAIN} NOCREATEDB")
    if password:
        server.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), password))
    return [] if known else [f"role {role} made"]


def _with_name(url: str, name: str) -> str:
    """The same server, another database."""
    return re.sub(r"^(postgres(?:ql)?://[^/]*)/[^?]*", rf"\1/{name}", url)


DANGERS = """
SELECT current_user, rolsuper, rolbypassrls,
       EXISTS (SELECT FROM pg_class c
               WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
                 AND pg_has_role(current_user, c.relowner, 'MEMBER'))
FROM pg_roles WHERE rolname = current_user
"""
HOLES = """
SELECT c.relname || ': ' || what FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'customer_id' AND NOT a.attisdropped
CROSS JOIN LATERAL (VALUES
    ('row security is not forced', NOT (c.relrowsecurity AND c.relforcerowsecurity)),
    ('its rows are shown to customers by no policy', NOT EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid AND p.polname = 'customer')),
    ('a policy shows all its rows to the serving role', EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = c.oid
          AND (SELECT oid FROM pg_roles WHERE rolname = %(app)s) = ANY (p.polroles)
          AND pg_get_expr(p.polqual, p.polrelid) NOT LIKE '%%app.customer%%')),
    ('a reference to owned rows does not carry the customer', EXISTS (
        SELECT FROM pg_constraint k
        JOIN pg_class target ON target.oid = k.confrelid
        JOIN pg_attribute t ON t.attrelid = target.oid AND t.attname = 'customer_id'
        WHERE k.conrelid = c.oid AND k.contype = 'f' AND k.conparentid = 0
          AND array_length(k.conkey, 1) = 1 AND target.relrowsecurity))
) AS found (what, there)
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition AND there AND c.relname NOT IN (SELECT unnest(%(platform)s::text[]))
UNION ALL
SELECT c.relname || ': a partition may be read past the wall of its table'
FROM pg_class c WHERE c.relispartition AND c.relkind IN ('r', 'p')
  AND has_table_privilege(%(app)s, c.oid, 'SELECT')
ORDER BY 1
"""
# Tables with a customer column that are read before the customer is known.
NOT_OWNED = ["portal_apikey", "portal_calendarfeed"]


def refuse_dangerous_role() -> None:
    """Every serving process calls this at its start. Raises ImproperlyConfigured.

    A superuser, a role with BYPASSRLS and an owner of tables all walk past row security.
    """
    with connection.cursor() as cursor:
        cursor.execute(DANGERS)
        role, superuser, bypasses, owns = cursor.fetchone()
    if superuser or bypasses or owns:
        raise ImproperlyConfigured(
            f"DATABASE_URL signs in as {role}, which row security does not bind. Let it name"
            f" {APP}, as made by `manage.py prepare_database`."
        )


def holes(asked: Any = connection) -> list[str]:
    """What is missing from the second wall, a sentence each; empty when it stands."""
    with asked.cursor() as cursor:
        cursor.execute(HOLES, {"app": APP, "platform": NOT_OWNED})
        return [row[0] for row in cursor.fetchall()]
